import { randomBytes } from 'node:crypto'
import type { EnrollClaims } from '#contract/enrollment.ts'
import { type PublicJwk, thumbprintText } from '#contract/wire-types.ts'
import type { Person } from '#domain/access/person.ts'
import { Failure } from '#domain/failure.ts'
import { type KeyTier, tierOfKeyStore } from '#domain/key-tier.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { checkTimes } from '#gateway/devices/check-times.ts'
import type { DeviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import type { Nonces } from '#gateway/devices/nonce.ts'
import { checkAgent, requireClaims } from '#gateway/devices/receive-message.ts'
import type { AgentConfigRecord } from '#gateway/storage/agent-config-store.ts'
import type { DeviceRecord } from '#gateway/storage/device-store.ts'
import type { EnrollmentRecord } from '#gateway/storage/enrollment-store.ts'
import type { EnrollmentTokenRecord } from '#gateway/storage/enrollment-token-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { equalSecrets, hash } from '#runtime/digest.ts'
import { randomId, uuidV7 } from '#runtime/random-id.ts'
import { readPayloadJson, readStrictJws, type StrictJws } from '#verify/strict-jws.ts'
import { judgeToken, refused } from './judge-enrollment.ts'

export type AdmitPorts = {
  readonly issuer: string
  readonly minAgent: string
  readonly nonces: Nonces
  readonly keys: DeviceKeyCache
  readonly store: Pick<Store, 'read' | 'transact'>
  /** Signs the first config of a device that is about to exist. */
  readonly firstConfig: (
    owner: Person,
    platform: DeviceRecord['platform'],
    deviceId: string,
    now: number,
  ) => AgentConfigRecord
  /** Whether some policy takes devices whose key lies in a file. */
  readonly takesFileKeys: () => boolean
}

export type Enrolled = {
  readonly enrollment_id: string
  readonly state: 'active'
  readonly device_id: string
  readonly sueid: string
  readonly tier: KeyTier
  readonly owner: { readonly name: string }
  readonly chain: { readonly seq: 0; readonly hash: string }
  readonly agent_config: string
}

export type EnrollCall = {
  readonly authority: string
  readonly traceId: string
  /** Whence it came, for the audit log. */
  readonly place: { readonly address: string; readonly browser: string | null }
  readonly nowMs: number
  readonly onHeader: (kid: string) => void
}

type Proven = {
  readonly kid: string
  readonly jwk: PublicJwk
  readonly claims: EnrollClaims
  readonly hash: string
  readonly jws: string
}

/** Failures with one authority before it answers `rate_limited`. */
const mostFailures = 5
/** What an honest device may run into with a good token: not counted. */
const uncounted: ReadonlySet<string> = new Set(['use_nonce', 'clock_skew', 'rate_limited', 'unavailable'])

/**
 * Enrols a device key by a one-use token (protocol.md section 3). Repeating the call with the same token and key answers
 * the same device; another key with a used token is refused.
 */
export async function admitDevice(ports: AdmitPorts, body: string, call: EnrollCall): Promise<Enrolled> {
  const authorityHash = hash(call.authority)
  try {
    // 2 and 3 of section 4.2: form and header
    const { jws, jwk, kid } = readHeader(body)
    call.onHeader(kid)
    const failures = await ports.store.read((rows) => rows.tokens.failuresOf(authorityHash))
    if (failures >= mostFailures) throw new Failure('rate_limited', { retry_after: 3600 })
    const proven = prove(ports, { jws, jwk, kid, body }, call)
    return await enrol(ports, proven, authorityHash, call)
  } catch (thrown) {
    if (thrown instanceof Failure && !uncounted.has(thrown.code))
      await recordRefusal(ports, authorityHash, thrown, call)
    throw thrown
  }
}

type WithHeader = { readonly jws: StrictJws; readonly jwk: PublicJwk; readonly kid: string }

function readHeader(body: string): WithHeader {
  const jws = readStrictJws(body, 'enroll+jwt')
  if (jws.jwk === undefined) throw new Failure('invalid_signature', { cause: 'jwk' })
  return { jws, jwk: jws.jwk, kid: hash(thumbprintText(jws.jwk)) }
}

/** Everything that the message itself must be: key, signature, nonce, times, schema, and made for this authority. */
function prove(
  ports: AdmitPorts,
  { jws, jwk, kid, body }: WithHeader & { readonly body: string },
  call: EnrollCall,
): Proven {
  const now = Math.floor(call.nowMs / 1000)
  if (!/^[A-Za-z0-9_-]{43}$/.test(call.authority)) throw refused('form')
  if (!ports.keys.verifies(kid, jwk, jws.signingInput, jws.signature))
    throw new Failure('invalid_signature', { cause: 'signature' })
  const payload = readPayloadJson(jws.payload)
  if (typeof payload !== 'object' || payload === null)
    throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: 'must be an object' }] })
  const { eat_nonce, iat, exp, aud } = members(payload)
  if (!ports.nonces.accepts(eat_nonce, 'device', kid, now)) throw new Failure('use_nonce', {})
  checkTimes(iat, exp, now)
  const claims = requireClaims('enroll+jwt', payload)
  if (aud !== ports.issuer)
    throw new Failure('schema_invalid', { errors: [{ pointer: '/aud', detail: 'is not this gateway' }] })
  checkAgent(claims, ports.minAgent)
  if (!equalSecrets(claims.eth, hash(call.authority))) throw refused('eth')
  return { kid, jwk, claims, hash: hash(jws.signingInput), jws: body }
}

function members(payload: object): { readonly [name: string]: unknown } {
  return { ...payload }
}

async function enrol(ports: AdmitPorts, proven: Proven, authorityHash: string, call: EnrollCall): Promise<Enrolled> {
  const now = Math.floor(call.nowMs / 1000)
  // Gather
  const found = await ports.store.read((rows) => gather(rows, authorityHash, proven))
  if (found.known !== undefined) return await repeat(ports, proven, found.known.id, call)
  const token = judgeToken(found.token, proven.claims, now)
  const owner = found.owner
  if (owner === undefined || owner.status !== 'active') throw refused('owner')
  if (found.keyTaken) throw new Failure('key_in_use', {})
  const tier = tierOfKeyStore(proven.claims.key_store)
  if (tier === 'T0' && !ports.takesFileKeys()) throw new Failure('tier_too_low', {})
  // Decide and sign
  const device = newDevice(proven, token, owner, tier, call.nowMs)
  const config = ports.firstConfig(policyPerson(owner, found.groups), device.platform, device.id, now)
  // Record, unless somebody was quicker with this token or key
  const outcome = await ports.store.transact((rows) => record(rows, proven, token, device, config, authorityHash, call))
  if (outcome === 'token-used') return await repeatOrRefuse(ports, proven, authorityHash, call)
  return answer(device, owner, proven.hash, config.jws)
}

async function gather(rows: Rows, authorityHash: string, { kid }: Proven) {
  const known = await rows.enrollments.findBy(authorityHash, kid)
  const token = await rows.tokens.findByHash(authorityHash)
  const owner = token === undefined ? undefined : await rows.people.find(token.ownerId)
  return {
    known,
    token,
    owner,
    groups: owner === undefined ? [] : await rows.groups.above(owner.groups),
    keyTaken: (await rows.deviceKeys.find(kid)) !== undefined,
  }
}

function newDevice(
  { claims }: Proven,
  token: EnrollmentTokenRecord,
  owner: PersonRecord,
  tier: KeyTier,
  nowMs: number,
): DeviceRecord {
  const { hints } = claims
  return {
    id: uuidV7(nowMs),
    ownerId: owner.id,
    state: 'active',
    tier,
    keyStore: claims.key_store,
    platform: hints.platform,
    arch: hints.arch,
    hostname: hints.hostname ?? null,
    serialHash: hints.serial_h ?? null,
    machineHash: hints.machine_h ?? null,
    ownership: token.ownership,
    assetTag: token.assetTag,
    until: token.until,
    enrolledAt: Math.floor(nowMs / 1000),
    enrollmentId: randomId(),
    // The type byte 01 and sixteen random bytes (RFC 9711 section 4.2.2).
    sueid: Buffer.concat([Buffer.of(0x01), randomBytes(16)]).toString('base64url'),
    agentVersion: claims.swversion[0],
    duplicateHint: false,
  }
}

async function record(
  rows: Rows,
  { kid, jwk, claims, hash: chainStart, jws }: Proven,
  token: EnrollmentTokenRecord,
  device: DeviceRecord,
  config: AgentConfigRecord,
  authorityHash: string,
  call: EnrollCall,
): Promise<'done' | 'token-used'> {
  const at = device.enrolledAt
  if (!(await rows.tokens.use(token.id, kid, at))) return 'token-used'
  if ((await rows.deviceKeys.find(kid)) !== undefined) {
    // Taken between our look and now, by another token: this token stays unused.
    throw new Failure('key_in_use', {})
  }
  // Two live devices with one hint: an admin should look. Never merged, since cloned images share machine ids.
  const twins = await rows.devices.withHint(device)
  for (const twin of twins) if (!twin.duplicateHint) await rows.devices.update({ ...twin, duplicateHint: true })
  await rows.devices.insert({ ...device, duplicateHint: twins.length > 0 })
  await rows.deviceKeys.insert({
    kid,
    deviceId: device.id,
    x: jwk.x,
    y: jwk.y,
    state: 'current',
    createdAt: at,
    retiredAt: null,
  })
  await rows.heads.put({
    kid,
    deviceId: device.id,
    seq: 0,
    hash: chainStart,
    receivedAt: at,
    forks: 0,
    reanchorUntil: null,
  })
  await rows.configs.put(config)
  await rows.enrollments.insert(enrollmentRecord(device, token, kid, jws, chainStart, authorityHash))
  await rows.feeds.append({ topic: 'device', subject: device.id, kind: 'state', data: { state: 'active' }, at })
  const traceId = call.traceId
  await recordEvent(rows, {
    type: 'enrollment-token-used',
    at,
    actor: { person: device.ownerId },
    object: { device: device.id },
    traceId,
    members: { token_id: token.id },
    attachments: { place: call.place },
  })
  await recordEvent(rows, {
    type: 'device-enrolled',
    at,
    actor: { person: device.ownerId },
    object: { device: device.id },
    traceId,
    members: {
      owner: { person: device.ownerId },
      tier: device.tier,
      key_store: claims.key_store,
      kid,
      token_id: token.id,
      ownership: device.ownership,
      until: device.until,
    },
    attachments: {
      enrollment: jws,
      place: call.place,
      ...(device.hostname === null ? {} : { name: { text: device.hostname } }),
    },
  })
  return 'done'
}

function enrollmentRecord(
  device: DeviceRecord,
  token: EnrollmentTokenRecord,
  kid: string,
  jws: string,
  chainStart: string,
  authorityHash: string,
): EnrollmentRecord {
  return {
    id: device.enrollmentId,
    authorityHash,
    kid,
    state: 'active',
    deviceId: device.id,
    tokenId: token.id,
    jws,
    hash: chainStart,
    at: device.enrolledAt,
    updatedAt: device.enrolledAt,
  }
}

async function repeatOrRefuse(
  ports: AdmitPorts,
  proven: Proven,
  authorityHash: string,
  call: EnrollCall,
): Promise<Enrolled> {
  const known = await ports.store.read((rows) => rows.enrollments.findBy(authorityHash, proven.kid))
  if (known === undefined) throw refused('used')
  return await repeat(ports, proven, known.id, call)
}

/**
 * The same authority and key again: the current state. Until the first attestation the newest message is where the chain
 * begins; afterwards the chain stays as it is, or a clone that kept the token could reset it unseen.
 */
async function repeat(ports: AdmitPorts, proven: Proven, enrollmentId: string, call: EnrollCall): Promise<Enrolled> {
  return await ports.store.transact(async (rows) => {
    const known = await rows.enrollments.find(enrollmentId)
    const device = known?.deviceId == null ? undefined : await rows.devices.find(known.deviceId)
    const owner = device === undefined ? undefined : await rows.people.find(device.ownerId)
    const head = await rows.heads.find(proven.kid)
    const config = device === undefined ? undefined : await rows.configs.find(device.id)
    if (
      known === undefined ||
      device?.state !== 'active' ||
      owner === undefined ||
      head === undefined ||
      config === undefined
    )
      throw refused('device gone')
    if (head.seq > 0) return answer(device, owner, known.hash, config.jws)
    const updatedAt = Math.floor(call.nowMs / 1000)
    await rows.heads.put({ ...head, hash: proven.hash, receivedAt: updatedAt })
    await rows.enrollments.update({ ...known, jws: proven.jws, hash: proven.hash, updatedAt })
    return answer(device, owner, proven.hash, config.jws)
  })
}

function answer(device: DeviceRecord, owner: PersonRecord, chainHash: string, config: string): Enrolled {
  return {
    enrollment_id: device.enrollmentId,
    state: 'active',
    device_id: device.id,
    sueid: device.sueid,
    tier: device.tier,
    owner: { name: owner.name },
    chain: { seq: 0, hash: chainHash },
    agent_config: config,
  }
}

async function recordRefusal(
  ports: AdmitPorts,
  authorityHash: string,
  failure: Failure,
  call: EnrollCall,
): Promise<void> {
  const at = Math.floor(call.nowMs / 1000)
  await ports.store.transact(async (rows) => {
    const token = await rows.tokens.findByHash(authorityHash)
    await rows.tokens.countFailure(authorityHash, at)
    await recordEvent(rows, {
      type: 'enrollment-refused',
      at,
      actor: null,
      object: token === undefined ? null : { person: token.ownerId },
      traceId: call.traceId,
      members: { token_id: token?.id ?? null, cause: failure.code },
      attachments: { place: call.place },
    })
  })
}

function policyPerson(owner: PersonRecord, groups: readonly string[]): Person {
  const { id, email, status, team } = owner
  return { id, email, status, groups, ...(team === null ? {} : { team }) }
}
