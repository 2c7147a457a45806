import type { DeviceToken } from '#agent/gateway-client/device-token.ts'
import type { GatewayClient } from '#agent/gateway-client/gateway-client.ts'
import type { ActiveEnrollment } from '#contract/agent-state-files.ts'
import type { Chain } from '#contract/attestation-state.ts'
import { gatewayApi } from '#contract/gateway-api.ts'
import type { AgentConfigClaims, PostureResultClaims } from '#contract/gateway-messages.ts'
import { Failure, type FailureCode, isFailure } from '#domain/failure.ts'
import { hash } from '#runtime/digest.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import type { StateFile } from '#runtime/state-file.ts'
import { readStrictJws } from '#verify/strict-jws.ts'
import { attestationPayload, type Statement } from './attestation-payload.ts'
import { afterAccepted, afterRefused, beforeSending, type ChainLink, nextLink } from './chain.ts'
import type { DelegateKey } from './delegate-key.ts'
import type { KeyStore } from './key-store.ts'
import { configInForce, readChainState, readNextConfig, readResult } from './read-gateway-messages.ts'
import { signMessage } from './sign-message.ts'

export type AttestPorts = {
  readonly client: Pick<GatewayClient, 'send' | 'nowSeconds' | 'aheadSeconds'>
  readonly keys: Pick<KeyStore, 'kid' | 'publicJwk' | 'sign'>
  readonly chain: StateFile<Chain>
  readonly log: Log
  /** Of the newest connection: asked after the nonce was fetched. */
  readonly isTlsInspected?: () => boolean | undefined
}

/** What is stated; the rest of a `Statement` follows from enrolment, configuration and time. */
export type Stated = Omit<
  Statement,
  'deviceId' | 'sueid' | 'issuer' | 'config' | 'aheadSeconds' | 'delegate' | 'tlsInspected'
>

export type Attested = {
  readonly result: PostureResultClaims
  /** The judgement as it was signed. */
  readonly resultJws: string
  readonly token: DeviceToken
  /** By then at the latest the gateway wants the next one, Unix seconds of its clock. */
  readonly nextDue: number
  /** Present when the gateway sent a newer configuration that may be applied. */
  readonly config?: { readonly claims: AgentConfigClaims; readonly jws: string }
}

/**
 * What only the gateway can say, so that it settles whether the message was taken. Not among them: that something broke
 * there, perhaps after it was taken; the chain then stays open until a later answer.
 */
const refusals: ReadonlySet<FailureCode> = new Set(
  gatewayApi.attest.failures.filter((code) => code !== 'internal' && code !== 'unavailable'),
)
/** Attempts in one act: what a refusal says of the chain is tried at once, within reason. */
const mostAttempts = 5

type Sent = { readonly link: ChainLink; readonly hash: string }

/**
 * States the posture of this device to the gateway, and takes its judgement (protocol.md section 4). One at a time; the
 * caller sees to that. Throws the failure for which it did not come about; the chain on disk then says what is open.
 */
export async function attest(
  ports: AttestPorts,
  enrollment: ActiveEnrollment,
  stated: Stated,
  delegate: DelegateKey,
): Promise<Attested> {
  // 1. Gather what does not change between attempts.
  const chain = await openChain(ports, enrollment)
  const statement = statementOf(ports, enrollment, stated, delegate)
  if (statement.config.signals.length === 0)
    throw new Failure('gateway_answer_invalid', { reason: 'Its configuration asks for nothing' })

  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(ports, enrollment, statement, delegate, chain)
    } catch (thrown) {
      // 5. A refusal may settle what arrived; then the next message follows that, at once.
      if (!(await settled(ports, enrollment, chain, thrown)) || attempt >= mostAttempts) throw thrown
      ports.log.info('attestation.again', { attempt, code: isFailure(thrown) ? thrown.code : 'unknown' })
    }
  }
}

/** The chain as it is on disk, and what this attempt has signed. */
type OpenChain = { now: Chain; sent: Sent | undefined; begin(): void; write(next: Chain): Promise<void> }

async function openChain(ports: AttestPorts, enrollment: ActiveEnrollment): Promise<OpenChain> {
  const now = await ports.chain.read()
  if (now === undefined || now.kid !== enrollment.kid)
    throw new Failure('state_unreadable', { file: ports.chain.path, reason: 'It does not belong to this enrolment' })
  const open: OpenChain = {
    now,
    sent: undefined,
    begin() {
      open.sent = undefined
    },
    async write(next) {
      await ports.chain.write(next)
      open.now = next
    },
  }
  return open
}

async function attemptOnce(
  ports: AttestPorts,
  enrollment: ActiveEnrollment,
  statement: Statement,
  delegate: DelegateKey,
  chain: OpenChain,
): Promise<Attested> {
  chain.begin()
  const { value } = await ports.client.send('attest', {
    kid: enrollment.kid,
    delegateKid: delegate.kid,
    async make(fresh) {
      if (fresh.refused !== undefined && chain.sent !== undefined)
        await chain.write(afterRefused(chain.now, chain.sent.link.prev, { kind: 'other' }))
      // 2. Sign claims that name what they follow.
      const link = nextLink(chain.now)
      const tlsInspected = ports.isTlsInspected?.()
      const said = {
        ...statement,
        aheadSeconds: ports.client.aheadSeconds(),
        ...(tlsInspected === undefined ? {} : { tlsInspected }),
      }
      const signed = await signMessage(
        ports.keys,
        'eat+jwt',
        attestationPayload(said, link, { ...fresh, jti: randomId() }),
      )
      // 3. The chain is on disk before the message leaves; the client writes the copy and sends.
      await chain.write(beforeSending(chain.now, { seq: link.seq, hash: signed.hash }))
      chain.sent = { link, hash: signed.hash }
      return signed.jws
    },
  })
  // 4. Take the answer: it counts as accepted when a pinned key says so about this very message.
  const nowSeconds = ports.client.nowSeconds()
  const result = await readResult(value.result, enrollment, nowSeconds)
  const { sent } = chain
  if (sent === undefined || result.evidence.hash !== sent.hash || result.evidence.seq !== sent.link.seq)
    throw new Failure('token_invalid', { reason: 'about another report' })
  await chain.write(afterAccepted(chain.now, { seq: sent.link.seq, hash: sent.hash }))
  const config = await nextConfig(ports, enrollment, value.agent_config, nowSeconds)
  return {
    result,
    resultJws: value.result,
    token: { access_token: value.access_token, exp: nowSeconds + value.expires_in, delegate },
    nextDue: value.next_due,
    ...(config === undefined ? {} : { config }),
  }
}

/** A configuration that may not be applied never costs the judgement it came with: the one in force stays. */
async function nextConfig(
  ports: AttestPorts,
  enrollment: ActiveEnrollment,
  jws: string | undefined,
  nowSeconds: number,
): Promise<Attested['config']> {
  if (jws === undefined) return undefined
  try {
    const claims = await readNextConfig(jws, enrollment, nowSeconds)
    return claims === undefined ? undefined : { claims, jws }
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    ports.log.warn('config.refused', { code: thrown.code, ...thrown.details })
    return undefined
  }
}

/** Writes what a refusal tells of the chain. True: attesting again at once may succeed. */
async function settled(
  ports: AttestPorts,
  enrollment: ActiveEnrollment,
  chain: OpenChain,
  thrown: unknown,
): Promise<boolean> {
  const { sent } = chain
  if (sent === undefined || !isFailure(thrown) || !refusals.has(thrown.code)) return false
  const { prev } = sent.link
  if (isFailure(thrown, 'chain_fork') || isFailure(thrown, 'replayed')) {
    const state = await readState(ports, enrollment, thrown.details.chain_state)
    await chain.write(afterRefused(chain.now, prev, { kind: 'chain', ...(state === undefined ? {} : { state }) }))
    return true
  }
  await chain.write(afterRefused(chain.now, prev, { kind: 'other' }))
  return false
}

async function readState(ports: AttestPorts, enrollment: ActiveEnrollment, jws: string | undefined) {
  if (jws === undefined) return undefined
  try {
    return await readChainState(jws, enrollment, ports.client.nowSeconds())
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    ports.log.warn('chain-state.refused', { code: thrown.code })
    return undefined // then it counts as not said
  }
}

function statementOf(
  ports: AttestPorts,
  enrollment: ActiveEnrollment,
  stated: Stated,
  delegate: DelegateKey,
): Statement {
  const { seq, signals } = configInForce(enrollment)
  return {
    ...stated,
    deviceId: enrollment.device_id,
    sueid: enrollment.sueid,
    issuer: enrollment.issuer,
    config: { seq, hash: hash(readStrictJws(enrollment.config, 'agent-config+jwt').signingInput), signals },
    aheadSeconds: ports.client.aheadSeconds(),
    delegate: delegate.publicJwk,
  }
}
