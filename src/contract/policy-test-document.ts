import * as z from 'zod'
import { deviceStatuses } from '../domain/access/device.ts'
import { keyTiers } from '../domain/key-tier.ts'
import { operatingSystems } from '../domain/operating-system.ts'
import { exceptionReasons, failureKinds, riskTiers } from '../domain/policy/documents.ts'
import { unknownReasons } from '../domain/reading.ts'
import { signalIds } from '../domain/signals.ts'
import { control, date, documentId, duration, instant } from './policy-documents.ts'

/** PolicyTest: expectations beside the documents (policy.md section 9), never loaded by a gateway. */

const word = z.string().min(1).max(64)
const kinds = z.array(z.enum(failureKinds)).min(1)

const person = z.strictObject({
  email: z.string().min(1).max(320).exactOptional(),
  groups: z.array(word).exactOptional(),
  team: word.exactOptional(),
  status: z.enum(['active', 'inactive']).exactOptional(),
})
const device = z.strictObject({
  platform: z.enum(operatingSystems).exactOptional(),
  keyTier: z.enum(keyTiers).exactOptional(),
  status: z.enum(deviceStatuses).exactOptional(),
  ageDays: z.int().min(0).max(36_500).exactOptional(),
})
const resource = z.strictObject({
  id: word.exactOptional(),
  tags: z.array(word).exactOptional(),
  tier: z.enum(riskTiers).exactOptional(),
})

/** A reading that carries no value, in the words of a report. */
export const missingReading = z.union([
  z.strictObject({ unknown: z.enum(unknownReasons) }),
  z.strictObject({ error: z.enum(unknownReasons) }),
  z.strictObject({ na: z.enum(unknownReasons) }),
  z.strictObject({ missing: z.literal(true) }),
])

/** `base`, then by signal a value or why there is none; values are judged by the signal's own schema. */
const readings = z
  .record(z.string(), z.json())
  .refine((given) => Object.keys(given).every((name) => name === 'base' || signalIds.some((id) => id === name)), {
    error: 'base and signals of the catalogue, nothing else',
  })
  .refine(({ base }) => base === undefined || base === 'healthy' || base === 'silent', {
    error: 'of base healthy or silent',
  })

const grant = z.strictObject({
  checks: z.array(documentId).min(1),
  covers: kinds,
  resources: z.array(word).min(1),
  from: instant.exactOptional(),
  until: instant,
  controls: z.array(control).exactOptional(),
})

/** Checks that already fail when the test begins, since when, and how: what grace has been running for. */
const failing = z.record(documentId, z.strictObject({ since: instant, kind: z.enum(failureKinds).default('violated') }))

const given = z.strictObject({
  now: instant.exactOptional(),
  person: person.exactOptional(),
  device: device.exactOptional(),
  resource: resource.exactOptional(),
  readings: readings.exactOptional(),
  failing: failing.exactOptional(),
  grants: z.array(grant).exactOptional(),
})

const request = z.strictObject({
  checks: z.array(documentId).min(1).max(10),
  resources: z.array(word).min(1).max(20),
  duration,
  category: z.enum(exceptionReasons).exactOptional(),
  justification: z
    .strictObject({
      chars: z.int().min(0).max(2000).exactOptional(),
      ticket: z.string().min(1).max(64).exactOptional(),
      remedyBy: date.exactOptional(),
    })
    .exactOptional(),
})

/** Codes with which a request is refused (exceptions.md section 10), as far as documents alone can tell. */
export const testableRefusals = [
  'not_exemptable',
  'check_not_failing',
  'outside_policy',
  'device_silent',
  'duration',
  'total',
  'no_quorum',
  'justification',
] as const

const expect = z.strictObject({
  access: z.enum(['allow', 'challenge', 'refuse']).exactOptional(),
  code: z.string().min(1).max(40).exactOptional(),
  findings: z.record(documentId, z.enum(['met', 'tolerated', 'excepted', 'violated', 'unknown'])).exactOptional(),
  needs: z.array(z.enum(['step-up', 'reason', 'read-only'])).exactOptional(),
  request: z.enum(['pending', 'refused']).exactOptional(),
  stages: z.array(documentId).exactOptional(),
  tier: z.enum(riskTiers).exactOptional(),
})

export const policyTestDocument = z.strictObject({
  kind: z.literal('PolicyTest'),
  schema: z.literal(1).default(1),
  name: z.string().min(1).max(200),
  given: given.exactOptional(),
  request: request.exactOptional(),
  expect: expect.exactOptional(),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        given: given.exactOptional(),
        request: request.exactOptional(),
        expect: expect.exactOptional(),
      }),
    )
    .max(200)
    .default([]),
})
export type PolicyTest = z.output<typeof policyTestDocument>
export type TestGiven = z.output<typeof given>
export type TestRequest = z.output<typeof request>
export type TestExpectation = z.output<typeof expect>
