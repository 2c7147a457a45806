import * as z from 'zod'
import { keyTiers, wireKeyStores } from '../domain/key-tier.ts'
import { operatingSystems } from '../domain/operating-system.ts'
import {
  base64url,
  compactJws,
  count,
  deviceBase,
  id22,
  id43,
  issuer,
  semver,
  softwareVersion,
  sueid,
  time,
  uuid7,
} from './wire-types.ts'

/** Discovery, nonce, enrolment, rotation and leaving (protocol.md sections 2, 3 and 6). */

export const consentText = z.strictObject({
  issuer,
  name: z.string().min(1).max(80),
  fields: z.array(z.string().max(64)).max(200),
  retention_days: z.int().min(1).max(36_500),
  contact: z.string().max(320),
  url: z.string().max(2048),
})

/** `GET /.well-known/postern/configuration`. The agent ignores members it does not know. */
export const configuration = z.object({
  issuer,
  name: z.string().min(1).max(80),
  profiles: z.array(z.string().max(200)).max(16),
  jwks_uri: z.string().max(2048),
  stream_uri: z.string().max(2048),
  enrollment_modes: z.array(z.enum(['token', 'user', 'managed'])).max(3),
  hint_salt: id43,
  min_agent: semver,
  consent: z.object({
    sha256: id43,
    fields: z.array(z.string().max(64)).max(200),
    retention_days: z.int().min(1).max(36_500),
    contact: z.string().max(320),
    url: z.string().max(2048),
  }),
})
export type Configuration = z.infer<typeof configuration>

export const nonceQuestion = z.strictObject({ kid: id43, use: z.enum(['device', 'dpop']) })
export const nonceAnswer = z.object({ nonce: id43, expires_in: z.int().min(1).max(86_400) })

/** `enroll+jwt`: self-signed by the new device key; no `iss` yet. */
const { iss: _iss, ...baseWithoutIssuer } = deviceBase

const tpmProof = z.strictObject({
  ek_pub: base64url(2048),
  ek_cert: z.array(base64url(4096)).max(4),
  ak_pub: base64url(2048),
  ak_name: base64url(128),
  certify: z.strictObject({ attest: base64url(2048), sig: base64url(1024) }),
})

export const enrollClaims = z.strictObject({
  ...baseWithoutIssuer,
  intuse: z.literal('registration'),
  eth: id43,
  swname: z.string().min(1).max(64),
  swversion: softwareVersion,
  key_store: z.enum(wireKeyStores),
  hints: z.strictObject({
    hostname: z.string().min(1).max(253).exactOptional(),
    platform: z.enum(operatingSystems),
    arch: z.string().min(1).max(16),
    serial_h: id43.exactOptional(),
    machine_h: id43.exactOptional(),
  }),
  consent: z.strictObject({ sha256: id43, at: time, by: z.enum(['user', 'policy']) }),
  tpm: tpmProof.exactOptional(),
})
export type EnrollClaims = z.infer<typeof enrollClaims>

export const activateClaims = z.strictObject({ ...baseWithoutIssuer, enrollment_id: id22, proof: id43 })

export const unenrollClaims = z.strictObject({ ...deviceBase, reason: z.enum(['user', 'policy', 'reinstall']) })

export const rotateClaims = z.strictObject({
  ...deviceBase,
  seq: z.int().min(1),
  prev: id43,
  new: compactJws,
  key_store: z.enum(wireKeyStores),
  tpm: tpmProof.exactOptional(),
})
export const rotateKeyClaims = z.strictObject({
  device_id: uuid7,
  old_kid: id43,
  aud: issuer,
  eat_nonce: id43,
  iat: time,
})

export const enrolled = z.object({
  enrollment_id: id22,
  state: z.literal('active'),
  device_id: uuid7,
  sueid,
  tier: z.enum(keyTiers),
  owner: z.object({ name: z.string().max(200) }),
  chain: z.object({ seq: count, hash: id43 }),
  agent_config: compactJws,
})
export type Enrolled = z.infer<typeof enrolled>

export const enrollmentPending = z.object({
  enrollment_id: id22,
  state: z.literal('pending'),
  retry_after: z.int().min(1).max(86_400),
})
export const enrollmentChallenge = z.object({
  enrollment_id: id22,
  state: z.literal('challenge'),
  tpm_challenge: z.object({ credential_blob: base64url(2048), secret_enc: base64url(2048) }),
  expires_in: z.int(),
})

export const jwksKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: id43,
  y: id43,
  kid: id43,
  alg: z.literal('ES256'),
  use: z.literal('sig'),
  postern_use: z.enum(['agent', 'assertion', 'event']),
})
/** Keys of a kind we do not know (an RSA event key) are left to who needs them. */
export const jwks = z.object({
  keys: z.array(z.union([jwksKey, z.object({ kty: z.string(), kid: z.string() })])).max(64),
})

/** Any JWK Set (RFC 7517): what a verifier reads before it picks the keys of its use. */
export const anyJwks = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().exactOptional() })).max(64),
})
