import type { ClaimsOf, MessageTyp } from '#contract/message-types.ts'
import { parseClaims } from '#contract/parse-claims.ts'
import { profile } from '#contract/wire-types.ts'
import { Failure, isFailure, type SchemaIssue } from '#domain/failure.ts'
import { compareVersions } from '#domain/version.ts'
import type { DeviceKeyRecord } from '#gateway/storage/device-key-store.ts'
import type { DeviceRecord } from '#gateway/storage/device-store.ts'
import { hash } from '#runtime/digest.ts'
import { readPayloadJson, readStrictJws, type StrictJws } from '#verify/strict-jws.ts'
import { checkTimes } from './check-times.ts'
import type { DeviceKeyCache } from './device-key-cache.ts'
import type { Nonces } from './nonce.ts'

/** A device's message, proven: who sent it, what it says, and the hash that the next one names as `prev`. */
export type ReceivedMessage<Typ extends MessageTyp> = {
  readonly device: DeviceRecord
  readonly kid: string
  readonly claims: ClaimsOf<Typ>
  readonly hash: string
  readonly jws: string
}

type MessageLimit = 'attestation' | 'exception' | 'preview' | 'other'

/** How often a device may write; met in gateway/http. Throws `rate_limited`. */
export type DeviceLimits = {
  take(kind: MessageLimit | 'alarm', deviceId: string): Promise<void>
}

export type KnownKey = { readonly key: DeviceKeyRecord; readonly device: DeviceRecord }

export type MessagePorts = {
  readonly issuer: string
  readonly minAgent: string
  readonly nonces: Nonces
  readonly keys: DeviceKeyCache
  readonly limits: DeviceLimits
  /** A key in any state, with its device. */
  readonly find: (kid: string) => Promise<KnownKey | undefined>
  /** Told after the signature, so that nobody else can raise the alarm. */
  readonly onRetiredKey: (device: DeviceRecord, kid: string, traceId: string) => Promise<void>
}

/** Who called: the id of the call, and who is told the key of a readable header, so that answers carry its next nonce. */
export type Call = { readonly traceId: string; readonly now: number; readonly onHeader: (kid: string) => void }

export type SignedTyp = Exclude<MessageTyp, 'enroll+jwt' | 'dpop+jwt' | 'rotate-key+jwt'>

/**
 * The checks that every device message passes, cheapest first (protocol.md section 4.2; step 1 is the listener's, steps
 * 12 and 13 belong to the act). Each refusal is a `Failure` with the code of its step; do not reorder for looks.
 */
export async function receiveMessage<Typ extends SignedTyp>(
  ports: MessagePorts,
  body: string,
  typ: Typ,
  call: Call,
): Promise<ReceivedMessage<Typ>> {
  const nowSeconds = call.now
  // 2 three segments of canonical base64url · 3 header
  const jws = readStrictJws(body, typ)
  const kid = jws.kid
  if (kid === undefined) throw new Failure('invalid_signature', { cause: 'kid' })
  call.onHeader(kid)
  // 4 kid known, in any state
  const known = await ports.find(kid)
  if (known === undefined) throw new Failure('invalid_signature', { cause: 'unknown_key' })
  const { key, device } = known
  // 5 signature
  if (!ports.keys.verifies(kid, key, jws.signingInput, jws.signature))
    throw new Failure('invalid_signature', { cause: 'signature' })
  // 6 key and device state
  await checkState(ports, device, key, call)
  // 7 rate limit by device, JSON rules, profile
  await ports.limits.take(limitOf(typ), device.id)
  const payload = readObject(jws)
  if (typ === 'eat+jwt' && payload['eat_profile'] !== profile)
    throw new Failure('profile_unsupported', { profiles: [profile] })
  // 8 iss owns kid, aud, sueids
  checkNames(payload, typ, device, ports.issuer)
  // 9 nonce
  if (!ports.nonces.accepts(payload['eat_nonce'], 'device', kid, nowSeconds)) throw new Failure('use_nonce', {})
  // 10 iat, exp
  checkTimes(payload['iat'], payload['exp'], nowSeconds)
  // 11 schema, agent version
  const claims = requireClaims(typ, payload)
  checkAgent(claims, ports.minAgent)
  return { device, kid, claims, hash: hash(jws.signingInput), jws: body }
}

async function checkState(ports: MessagePorts, device: DeviceRecord, key: DeviceKeyRecord, call: Call): Promise<void> {
  const ended = device.until !== null && device.until <= call.now
  if (ended || key.state === 'retired' || device.state === 'superseded' || device.state === 'removed') {
    await raiseAlarm(ports, device, key.kid, call.traceId)
    throw new Failure('retired_key', {})
  }
  if (device.state === 'quarantined') throw new Failure('device_quarantined', {})
  if (device.state === 'pending') throw new Failure('pending_approval', {})
}

/** Each row of the log is kept for ever: a key that speaks all day long is told of a few times an hour. */
async function raiseAlarm(ports: MessagePorts, device: DeviceRecord, kid: string, traceId: string): Promise<void> {
  try {
    await ports.limits.take('alarm', device.id)
  } catch (thrown) {
    if (isFailure(thrown, 'rate_limited')) return
    throw thrown
  }
  await ports.onRetiredKey(device, kid, traceId)
}

/** protocol.md sections 8 and 12. */
function limitOf(typ: SignedTyp): MessageLimit {
  if (typ === 'eat+jwt') return 'attestation'
  if (typ === 'exception-request+jwt') return 'exception'
  return typ === 'exception-preview+jwt' ? 'preview' : 'other'
}

type Payload = { readonly [name: string]: unknown }

function readObject(jws: StrictJws): Payload {
  const payload = readPayloadJson(jws.payload)
  if (isObject(payload)) return payload
  throw schemaInvalid([{ pointer: '', detail: 'must be an object' }])
}

function checkNames(payload: Payload, typ: MessageTyp, device: DeviceRecord, issuer: string): void {
  if (payload['iss'] !== `urn:uuid:${device.id}`)
    throw schemaInvalid([{ pointer: '/iss', detail: 'is not the device of this key' }])
  if (payload['aud'] !== issuer) throw schemaInvalid([{ pointer: '/aud', detail: 'is not this gateway' }])
  if (typ !== 'eat+jwt') return
  const sueids = payload['sueids']
  // A value of the wrong form is the schema's business, in step 11.
  if (isObject(sueids) && typeof sueids['postern.dev'] === 'string' && sueids['postern.dev'] !== device.sueid)
    throw schemaInvalid([{ pointer: '/sueids/postern.dev', detail: 'is not the identifier given at enrolment' }])
}

/** Parses by the schema of the `typ`. Throws `schema_invalid` with pointers. */
export function requireClaims<Typ extends MessageTyp>(typ: Typ, payload: unknown): ClaimsOf<Typ> {
  const parsed = parseClaims(typ, payload)
  if (parsed.ok) return parsed.claims
  throw schemaInvalid(parsed.issues)
}

/** Throws `agent_outdated` where the claims name an agent below the oldest one taken. */
export function checkAgent(claims: object, minAgent: string): void {
  if (!('swversion' in claims) || !Array.isArray(claims.swversion)) return
  const version: unknown = claims.swversion[0]
  if (typeof version !== 'string' || compareVersions(version, minAgent) < 0)
    throw new Failure('agent_outdated', { min_agent: minAgent })
}

function schemaInvalid(errors: readonly SchemaIssue[]): Failure<'schema_invalid'> {
  return new Failure('schema_invalid', { errors })
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
