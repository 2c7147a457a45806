import * as z from 'zod'
import { keyTiers } from '../domain/key-tier.ts'
import { count, deviceUrn, gatewayBase, id22, id43, issuer, publicJwk, semver, time, uuid7 } from './wire-types.ts'

/** What the gateway signs (protocol.md sections 4.3, 5 and 10). Readers ignore members they do not know. */

export const statusWords = ['none', 'affirming', 'warning', 'contraindicated'] as const
export const outcomes = ['met', 'tolerated', 'excepted', 'violated', 'unknown'] as const
export const enforcements = ['report', 'warn', 'reason', 'step-up', 'approval', 'block'] as const
export const accessWords = ['allow', 'challenge', 'refuse'] as const

const localised = z.record(z.string().max(16), z.string().max(4096))
const localisedList = z.record(z.string().max(16), z.array(z.string().max(4096)).max(20))
const evidence = z.object({ seq: count, hash: id43 })
const observation = z.union([
  z.object({ kind: z.literal('observed'), value: z.unknown(), at: time, source: z.string().max(64) }),
  z.object({
    kind: z.enum(['unknown', 'error', 'na']),
    why: z.string().max(64),
    at: time.exactOptional(),
    source: z.string().max(64).exactOptional(),
  }),
])

export const exceptionOffer = z.object({
  offered: z.boolean(),
  max_duration_s: count.exactOptional(),
  stages: z.array(z.string().max(40)).max(20).exactOptional(),
})

export const judgedCheck = z.object({
  check: z.string().max(40),
  signal: z.string().max(64),
  outcome: z.enum(outcomes),
  at: time.exactOptional(),
  observed: observation.exactOptional(),
  required: z.object({ text: localised, parameters: z.record(z.string().max(64), z.unknown()) }).exactOptional(),
  since: time.exactOptional(),
  remedy: z
    .object({ open: z.string().max(64).exactOptional(), steps: localisedList.exactOptional() })
    .nullable()
    .exactOptional(),
})

export const resourceFinding = z.object({
  check: z.string().max(64),
  outcome: z.enum(outcomes),
  enforce: z.enum(enforcements),
  policies: z.array(z.string().max(64)).max(50),
  grace_until: time.nullable(),
  exception: exceptionOffer.nullable(),
})

export const judgedResource = z.object({
  id: z.string().max(64),
  name: z.string().max(200),
  access: z.enum(accessWords),
  code: z.string().max(40).exactOptional(),
  findings: z.array(resourceFinding).max(200),
  cut: z.literal(true).exactOptional(),
})

/** `posture-result+jwt`: an Attestation Result (RFC 9334) with the AR4SI words. */
export const postureResultClaims = z.object({
  ...gatewayBase,
  sub: deviceUrn,
  status: z.enum(statusWords),
  submods: z.object({ os: z.enum(statusWords), posture: z.enum(statusWords), agent: z.enum(statusWords) }),
  tier: z.enum(keyTiers),
  evidence,
  book: id43,
  checks: z.array(judgedCheck).max(200),
  resources: z.array(judgedResource).max(100),
  grants: z.array(uuid7).max(200),
  recheck_at: time,
  next_due: time,
})
export type PostureResultClaims = z.infer<typeof postureResultClaims>

/** `agent-config+jwt`. */
export const agentConfigClaims = z.object({
  ...gatewayBase,
  seq: z.int().min(1),
  keys: z
    .array(z.object({ jwk: publicJwk, not_before: time }))
    .min(1)
    .max(8),
  org: z.string().max(80),
  profiles: z.array(z.string().max(200)).max(16),
  min_agent: semver,
  schedule: z.object({ interval_s: z.int().min(60).max(86_400), probe_timeout_ms: z.int().min(100).max(60_000) }),
  signals: z.array(z.string().max(64)).max(200),
  exceptions: z.object({
    max_duration_s: count,
    reason_min: count,
    categories: z.array(z.string().max(40)).max(100),
    open_max: count,
  }),
  stream_uri: z.string().max(2048),
  privacy: z.object({ contact: z.string().max(320), retention_days: count, url: z.string().max(2048) }),
  checks: z
    .array(
      z.object({
        id: z.string().max(40),
        title: localised,
        why: localised,
        expected: localised,
        steps: localisedList.exactOptional(),
        open: z.string().max(64).exactOptional(),
      }),
    )
    .max(200),
  texts: z.record(z.string().max(64), z.string().max(4096)).exactOptional(),
})
export type AgentConfigClaims = z.infer<typeof agentConfigClaims>

/** `chain-state+jwt` (protocol.md section 4.4). */
export const chainStateClaims = z.object({ ...gatewayBase, kid: id43, seq: count, head_check: id43 })
export type ChainStateClaims = z.infer<typeof chainStateClaims>

/** `at+jwt` (RFC 9068 shape); only the gateway reads it. */
export const accessTokenClaims = z.strictObject({
  iss: issuer,
  sub: deviceUrn,
  aud: issuer,
  client_id: z.literal('postern-agent'),
  iat: time,
  exp: time,
  jti: id22,
  scope: z.literal('device'),
  cnf: z.strictObject({ jkt: id43 }),
  dk: id43,
})
export type AccessTokenClaims = z.infer<typeof accessTokenClaims>

/** `dpop+jwt` (RFC 9449 section 4.2). */
export const dpopClaims = z.strictObject({
  jti: id22,
  htm: z.string().regex(/^[A-Z]{1,20}$/),
  htu: z.string().max(2048),
  iat: time,
  ath: id43,
  nonce: id43.exactOptional(),
})

/** `key-set+jwt` (M3): one step of the walk from an old key set to the next. */
export const keySetClaims = z.object({
  iss: issuer,
  iat: time,
  exp: time,
  jti: id22,
  seq: z.int().min(1),
  keys: z
    .array(z.object({ jwk: publicJwk, not_before: time }))
    .min(1)
    .max(8),
})

/** `posture-assertion+jwt` (enforcement.md section 3): what an application receives with a request. */
export const postureAssertionClaims = z.object({
  iss: issuer,
  aud: issuer,
  sub: z.string().min(1).max(200),
  email: z.string().max(320).exactOptional(),
  groups: z.array(z.string().max(64)).max(200).exactOptional(),
  iat: time,
  exp: time,
  jti: id22,
  sid: id43,
  device: z.object({ id: uuid7, tier: z.enum(keyTiers), status: z.enum(statusWords), at: time }),
  acr: z.string().max(200).exactOptional(),
  amr: z.array(z.string().max(64)).max(20).exactOptional(),
  pol: z.array(z.string().max(64)).max(50),
  exc: z.array(uuid7).max(200),
  cnf: z.object({ jkt: id43 }).exactOptional(),
})
export type PostureAssertionClaims = z.infer<typeof postureAssertionClaims>

/** `secevent+jwt` (RFC 8417, M4). */
export const securityEventClaims = z.object({
  iss: issuer,
  iat: time,
  jti: z.string().min(1).max(200),
  aud: z.union([z.string().max(2048), z.array(z.string().max(2048)).max(10)]),
  txn: z.string().max(200).exactOptional(),
  sub_id: z.record(z.string(), z.unknown()),
  events: z.record(z.string().max(200), z.record(z.string(), z.unknown())),
})

/** 200 of `POST /v1/attestations`. */
export const attestationAnswer = z.object({
  result: z.string().max(65_536),
  access_token: z.string().max(8192),
  token_type: z.literal('DPoP'),
  expires_in: count,
  next_due: time,
  agent_config: z.string().max(65_536).exactOptional(),
})
