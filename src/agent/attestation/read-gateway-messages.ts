import type { ActiveEnrollment } from '#contract/agent-state-files.ts'
import {
  type AgentConfigClaims,
  agentConfigClaims,
  type ChainStateClaims,
  type PostureResultClaims,
} from '#contract/gateway-messages.ts'
import type { ClaimsOf } from '#contract/message-types.ts'
import { Failure } from '#domain/failure.ts'
import { type KeySet, keySetOf } from '#verify/key-set.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'
import { verifyToken } from '#verify/verify-token.ts'

/** Who is enrolled where, as far as proving a gateway's message needs it. */
export type Pinned = Pick<ActiveEnrollment, 'issuer' | 'device_id' | 'keys' | 'config' | 'config_seq'>

/** Clocks may differ this much before a key counts as not yet in use, in seconds. */
const toleranceSeconds = 60
const configLifeSeconds = 31 * 86_400
const resultLifeSeconds = 2 * 86_400
const chainStateLifeSeconds = 600

/** The keys that the newest accepted config lists and that are in use by now: the only ones trusted. */
export function pinnedKeys(pinned: Pick<Pinned, 'keys'>, nowSeconds: number): Promise<KeySet> {
  return keySetOf(pinned.keys.filter((key) => key.not_before <= nowSeconds + toleranceSeconds).map((key) => key.jwk))
}

/** A gateway's judgement of this device, proven with the pinned keys. Failure: `token_invalid`. */
export async function readResult(token: string, pinned: Pinned, nowSeconds: number): Promise<PostureResultClaims> {
  const claims = await verifyToken(
    token,
    'posture-result+jwt',
    await verification(pinned, nowSeconds, resultLifeSeconds),
  )
  if (claims.sub !== claims.aud) throw new Failure('token_invalid', { reason: 'about another device' })
  return claims
}

/** What the gateway knows of our chain, proven with the pinned keys. Failure: `token_invalid`. */
export async function readChainState(token: string, pinned: Pinned, nowSeconds: number): Promise<ChainStateClaims> {
  return verifyToken(token, 'chain-state+jwt', await verification(pinned, nowSeconds, chainStateLifeSeconds))
}

/** What was decided of a request of this device, proven with the pinned keys. Failure: `token_invalid`. */
export async function readDecision(
  token: string,
  pinned: Pinned,
  nowSeconds: number,
): Promise<ClaimsOf<'exception-decision+jwt'>> {
  return verifyToken(token, 'exception-decision+jwt', await verification(pinned, nowSeconds, resultLifeSeconds))
}

/**
 * A newer configuration, proven with the pinned keys; undefined for the one in force. Failures: `token_invalid`,
 * `config_stale` for a lower number.
 */
export async function readNextConfig(
  token: string,
  pinned: Pinned,
  nowSeconds: number,
): Promise<AgentConfigClaims | undefined> {
  if (token === pinned.config) return undefined
  const claims = await verifyToken(token, 'agent-config+jwt', await verification(pinned, nowSeconds, configLifeSeconds))
  if (claims.seq < pinned.config_seq) throw new Failure('config_stale', { have: pinned.config_seq, got: claims.seq })
  if (claims.seq === pinned.config_seq && claims.iat <= configInForce(pinned).iat) return undefined
  return claims
}

/** The first configuration, proven with keys fetched over TLS, or with exactly the one that was named beforehand. */
export async function readFirstConfig(
  token: string,
  of: {
    readonly issuer: string
    readonly deviceId: string
    readonly fetched: KeySet
    readonly named: readonly string[]
  },
  nowSeconds: number,
): Promise<AgentConfigClaims> {
  const keys = new Map([...of.fetched].filter(([kid]) => of.named.every((name) => name === kid)))
  return verifyToken(token, 'agent-config+jwt', {
    keys,
    issuer: of.issuer,
    audience: `urn:uuid:${of.deviceId}`,
    maxTokenAgeSeconds: configLifeSeconds,
    now: nowSeconds,
  })
}

/** The claims of the configuration in force: proven when it was accepted, and kept in a file of our own since. */
export function configInForce(pinned: Pick<Pinned, 'config'>): AgentConfigClaims {
  return agentConfigClaims.parse(readPayloadJson(readStrictJws(pinned.config, 'agent-config+jwt').payload))
}

async function verification(pinned: Pinned, now: number, maxTokenAgeSeconds: number) {
  const audience = `urn:uuid:${pinned.device_id}`
  return { keys: await pinnedKeys(pinned, now), issuer: pinned.issuer, audience, maxTokenAgeSeconds, now }
}
