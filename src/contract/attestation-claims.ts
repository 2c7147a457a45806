import * as z from 'zod'
import { wireKeyStores } from '../domain/key-tier.ts'
import { operatingSystems, virtualKinds } from '../domain/operating-system.ts'
import { unknownReasons } from '../domain/reading.ts'
import type { SignalId } from '../domain/signals.ts'
import { fitsValueLimit, signalValues } from './signal-values.ts'
import { base64url, count, deviceBase, id43, profile, publicJwk, softwareVersion, sueid, time } from './wire-types.ts'

/** The EAT profile of posture/1 (RFC 9711; protocol.md section 4): the payload of `eat+jwt`. */

const about = { at: time, ms: count, src: z.string().min(1).max(64) } as const
const why = z.enum(unknownReasons)

function reported<Id extends SignalId>(id: Id) {
  return z.discriminatedUnion('st', [
    z.strictObject({ id: z.literal(id), st: z.literal('observed'), v: signalValues[id], ...about }),
    z.strictObject({ id: z.literal(id), st: z.literal(['unknown', 'error', 'na']), why, ...about }),
  ])
}

/** One line of `submods.posture.signals`. An id outside the catalogue is refused: an agent sends only what it was asked. */
export const reportedSignal = z.discriminatedUnion('id', [
  reported('os-version'),
  reported('os-updates'),
  reported('automatic-updates'),
  reported('disk-encryption'),
  reported('firewall'),
  reported('enrollment'),
  reported('screen-lock'),
  reported('malware-protection'),
  reported('security-agents'),
  reported('secure-boot'),
  reported('system-integrity'),
  reported('hardware-security'),
  reported('remote-access'),
  reported('automatic-login'),
  reported('ssh-keys'),
  reported('hardware'),
])
export type ReportedSignalClaim = z.infer<typeof reportedSignal>

export const channels = ['stable', 'beta', 'development'] as const

const submods = z.strictObject({
  os: z.strictObject({
    platform: z.enum(operatingSystems),
    arch: z.string().min(1).max(16),
    virtual: z.enum(virtualKinds),
  }),
  posture: z.strictObject({
    signals: z
      .array(reportedSignal)
      .min(1)
      .max(200)
      .check((context) => {
        const seen = new Set<string>()
        for (const [index, signal] of context.value.entries()) {
          if (seen.has(signal.id))
            context.issues.push({ code: 'custom', input: signal.id, path: [index, 'id'], message: 'named once' })
          seen.add(signal.id)
          if (signal.st === 'observed' && !fitsValueLimit(signal.v))
            context.issues.push({ code: 'custom', input: signal.v, path: [index, 'v'], message: 'at most 4 KiB' })
        }
      }),
  }),
  agent: z.strictObject({
    key_store: z.enum(wireKeyStores),
    integrity: z.enum(['signed', 'unsigned', 'unknown']),
    channel: z.enum(channels),
    config_seq: count,
    config_hash: id43,
    managed: z.boolean(),
    tls_inspected: z.boolean().exactOptional(),
  }),
})

export const attestationClaims = z.strictObject({
  eat_profile: z.literal(profile),
  ...deviceBase,
  seq: z.int().min(1),
  prev: id43,
  unknown_head: id43.exactOptional(),
  intuse: z.literal('generic'),
  sueids: z.strictObject({ 'postern.dev': sueid }),
  swname: z.string().min(1).max(64),
  swversion: softwareVersion,
  hwmodel: base64url(32).exactOptional(),
  hwversion: z
    .tuple([
      z.string().min(1).max(64),
      z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(16384)]),
    ])
    .exactOptional(),
  oemboot: z.boolean().exactOptional(),
  dbgstat: z.enum(['enabled', 'disabled']).exactOptional(),
  uptime: count,
  bootcount: count.exactOptional(),
  delegate: z.strictObject({ jwk: publicJwk }),
  submods,
})
export type AttestationClaims = z.infer<typeof attestationClaims>
