import type { AttestationClaims } from '#contract/attestation-claims.ts'
import { thumbprintText } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'
import type { Book } from '#domain/policy/book.ts'
import type { PostureReport } from '#domain/posture-report.ts'
import { quarantineDevice } from '#gateway/devices/quarantine.ts'
import { type Call, type MessagePorts, type ReceivedMessage, receiveMessage } from '#gateway/devices/receive-message.ts'
import { type DeviceFacts, readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { AgentConfigRecord } from '#gateway/storage/agent-config-store.ts'
import type { ChainHead } from '#gateway/storage/chain-head-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'
import { headCheck, judgeChain } from './attestation-chain.ts'
import type { JudgingPorts } from './judging.ts'
import { type Judgement, judgePosture, tokenGraceSeconds } from './posture-result.ts'
import { recordJudgement, storeConfig } from './record-judgement.ts'

export type AttestationAnswer = {
  readonly result: string
  readonly access_token: string
  readonly token_type: 'DPoP'
  readonly expires_in: number
  readonly next_due: number
  readonly agent_config?: string
  /** Thumbprint of the delegate: the key that the next DPoP nonce is for. */
  readonly delegate: string
}

type Gathered = {
  readonly facts: DeviceFacts
  readonly head: ChainHead
  readonly config: Omit<AgentConfigRecord, 'jws'> | undefined
  readonly grants: Parameters<typeof judgePosture>[3]
}

type Outcome =
  | { readonly kind: 'accepted'; readonly configStored: boolean }
  | { readonly kind: 'moved' } // what was judged is no longer what is there
  | { readonly kind: 'refused'; readonly failure: Failure }

const tries = 3

/** Receives a report, judges it and answers with the judgement, in the steps of protocol.md section 4.2. */
export async function receiveAttestation(
  ports: MessagePorts & JudgingPorts,
  body: string,
  call: Call,
): Promise<AttestationAnswer> {
  // 2 to 11
  const message = await receiveMessage(ports, body, 'eat+jwt', call)
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const answer = await judgeAndRecord(ports, message, call)
    if (answer !== undefined) return answer
  }
  throw new Failure('unavailable', { retry_after: 1 })
}

async function judgeAndRecord(
  ports: JudgingPorts,
  message: ReceivedMessage<'eat+jwt'>,
  call: Call,
): Promise<AttestationAnswer | undefined> {
  const { now } = call
  const deviceId = message.device.id
  const book = ports.book()
  // Gather
  const gathered = await ports.store.read((rows) => gather(ports, rows, message))
  if (gathered === undefined) throw new Failure('invalid_signature', { cause: 'no owner' })
  // 13 appraise; signatures are made outside the transaction
  const judgement = appraise(ports, message, gathered, book, now)
  const { claims } = judgement
  const result = ports.sign.result(claims)
  const config = nextConfig(ports, gathered, book, now)
  // 12 one transaction: jti, seq and prev, then everything that follows
  const outcome = await ports.store.transact((rows) =>
    record(ports, rows, message, gathered, { judgement, result, config }, call),
  )
  ports.onDeviceChanged(deviceId)
  if (outcome.kind === 'moved') return undefined
  if (outcome.kind === 'refused') throw await describeRefusal(ports, outcome.failure, message, now)
  // after its commit: answer
  const delegate = hash(thumbprintText(message.claims.delegate.jwk))
  const expiresIn = claims.next_due + tokenGraceSeconds - now
  const newConfig = outcome.configStored ? config : undefined
  const current = newConfig ?? gathered.config
  const known = message.claims.submods.agent.config_hash
  return {
    result,
    access_token: ports.sign.accessToken({
      iss: ports.issuer,
      sub: `urn:uuid:${deviceId}`,
      aud: ports.issuer,
      client_id: 'postern-agent',
      iat: now,
      exp: now + expiresIn,
      jti: randomId(),
      scope: 'device',
      cnf: { jkt: delegate },
      dk: message.kid,
    }),
    token_type: 'DPoP',
    expires_in: expiresIn,
    next_due: claims.next_due,
    ...(current !== undefined && current.configHash !== known
      ? { agent_config: newConfig?.jws ?? (await storedConfig(ports, deviceId)) }
      : {}),
    delegate,
  }
}

async function gather(
  ports: JudgingPorts,
  rows: Rows,
  message: ReceivedMessage<'eat+jwt'>,
): Promise<Gathered | undefined> {
  const facts = await readDeviceFacts(rows, message.device.id, 'without-report')
  const head = await rows.heads.find(message.kid)
  if (facts === undefined || head === undefined) return undefined
  return {
    facts,
    head,
    config: await rows.configs.head(message.device.id),
    grants: await ports.grantsOf(rows, message.device.id),
  }
}

function appraise(
  ports: JudgingPorts,
  message: ReceivedMessage<'eat+jwt'>,
  { facts, grants }: Gathered,
  book: Book | undefined,
  now: number,
): Judgement {
  const judged = {
    ...facts,
    report: reportOf(message.claims, now),
    evidence: { seq: message.claims.seq, hash: message.hash },
  }
  return judgePosture(judged, book, ports.resources, grants, ports.issuer, now)
}

function reportOf(claims: AttestationClaims, receivedAt: number): PostureReport {
  const { os, posture } = claims.submods
  return { platform: os.platform, signals: posture.signals, iat: claims.iat, receivedAt }
}

/** A new config where the stored one no longer says what it should, or is old. */
function nextConfig(
  ports: JudgingPorts,
  { facts, config }: Gathered,
  book: Book | undefined,
  now: number,
): AgentConfigRecord | undefined {
  const { person, record } = facts
  return ports.configs.next(config, book, person, record.platform, record.id, now)
}

async function record(
  ports: JudgingPorts,
  rows: Rows,
  message: ReceivedMessage<'eat+jwt'>,
  gathered: Gathered,
  made: { readonly judgement: Judgement; readonly result: string; readonly config: AgentConfigRecord | undefined },
  call: Call,
): Promise<Outcome> {
  const { claims, kid, device } = message
  const { now, traceId } = call
  const head = await rows.heads.find(kid)
  const present = await rows.devices.find(device.id)
  if (head === undefined || present?.state !== 'active') return refusal(new Failure('device_quarantined', {}))
  // Before the `jti` is taken: the same message is judged again.
  if (head.seq !== gathered.head.seq || ports.book() !== made.judgement.book) return { kind: 'moved' }
  if (!(await rows.messageIds.claim(device.id, claims.jti, now))) return refusal(new Failure('replayed', {}))
  const verdict = judgeChain(head, { seq: claims.seq, prev: claims.prev, unknownHead: claims.unknown_head }, now)
  switch (verdict.kind) {
    case 'replayed':
      return refusal(new Failure('replayed', {}))
    case 'confirm':
      await quarantineDevice(rows, { deviceId: device.id, kid, seq: claims.seq, cause: 'unknown-head' }, now, traceId)
      return refusal(new Failure('device_quarantined', {}))
    case 'fork':
      await rows.heads.setForks(kid, verdict.forks)
      if (verdict.quarantine)
        await quarantineDevice(rows, { deviceId: device.id, kid, seq: claims.seq, cause: 'chain-fork' }, now, traceId)
      return refusal(new Failure('chain_fork', {}))
    case 'accept':
  }
  await rows.attestations.accept({
    deviceId: device.id,
    kid,
    seq: claims.seq,
    hash: message.hash,
    receivedAt: now,
    jws: message.jws,
  })
  await rows.heads.put({ ...head, seq: claims.seq, hash: message.hash, receivedAt: now, forks: 0, reanchorUntil: null })
  if (made.judgement.episodes !== gathered.facts.episodes) await rows.episodes.put(device.id, made.judgement.episodes)
  await recordJudgement(rows, device.id, made.judgement.claims, made.result, traceId)
  return { kind: 'accepted', configStored: await storeConfig(rows, made.config, gathered.config?.seq, now) }
}

function refusal(failure: Failure): Outcome {
  return { kind: 'refused', failure }
}

/** A refused chain carries what the device needs to find its place again: a check value, never the head itself. */
async function describeRefusal(
  ports: JudgingPorts,
  failure: Failure,
  message: ReceivedMessage<'eat+jwt'>,
  now: number,
): Promise<Failure> {
  if (failure.code !== 'replayed' && failure.code !== 'chain_fork') return failure
  const head = await ports.store.read((rows) => rows.heads.find(message.kid))
  if (head === undefined) return failure
  const chainState = ports.sign.chainState({
    iss: ports.issuer,
    aud: `urn:uuid:${message.device.id}`,
    iat: now,
    exp: now + 300,
    jti: randomId(),
    kid: message.kid,
    seq: head.seq,
    head_check: headCheck(head.hash),
  })
  return new Failure(failure.code, { chain_state: chainState })
}

async function storedConfig(ports: JudgingPorts, deviceId: string): Promise<string> {
  const config = await ports.store.read((rows) => rows.configs.find(deviceId))
  if (config === undefined) throw new Failure('internal', {})
  return config.jws
}
