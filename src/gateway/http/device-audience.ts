import type { IncomingMessage } from 'node:http'
import { Failure } from '#domain/failure.ts'
import { checkDeviceToken, type ProvenToken, type TokenPorts } from '#gateway/devices/device-token.ts'
import type { Subscriptions } from '#gateway/live/subscriptions.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { single } from './handshake.ts'
import type { Audience } from './live-stream.ts'
import { streamPath } from './stream-path.ts'

export type DeviceAudiencePorts = {
  readonly tokens: TokenPorts
  readonly subscriptions: Subscriptions
  /** Throws the failure for which this device may not (or no longer) read: `retired_key`, `device_quarantined`. */
  readonly mayRead: (token: ProvenToken) => Promise<void>
  /** Throws `rate_limited` for a device that connects too often. */
  readonly take: (deviceId: string) => Promise<void>
  readonly clock: Clock
  readonly heartbeatSeconds: number
}

/** An agent, by its access token and the proof on the upgrade (protocol.md section 5). `onKey` hears whose nonce is next. */
export async function deviceAudience(
  ports: DeviceAudiencePorts,
  request: IncomingMessage,
  onKey: (jkt: string, now: number) => void,
): Promise<Audience> {
  const now = secondsNow(ports.clock)
  let token = checkDeviceToken(ports.tokens, proofOf(request), now, (jkt) => onKey(jkt, now))
  await ports.take(token.deviceId)
  await ports.mayRead(token)
  return {
    key: token.deviceId,
    reader: token.deviceId,
    subscriptions: ports.subscriptions,
    topics: ports.subscriptions.topics,
    heartbeatSeconds: ports.heartbeatSeconds,
    pings: 'protocol',
    expiresAt: () => token.claims.exp,
    mayRead: () => ports.mayRead(token),
    ending: ['forbidden', 'this device may no longer read'],
    async renew(proof) {
      if (!('access_token' in proof)) throw new Failure('invalid_token', {})
      const call = { token: proof.access_token, proof: proof.dpop, method: 'GET', path: streamPath }
      const renewed = checkDeviceToken(ports.tokens, call, secondsNow(ports.clock), () => undefined)
      if (renewed.deviceId !== token.deviceId) throw new Failure('invalid_token', {})
      await ports.mayRead(renewed)
      token = renewed
    },
  }
}

function proofOf(request: IncomingMessage) {
  const scheme = /^DPoP ([!-~]+)$/i.exec(single(request, 'authorization') ?? '')
  const proof = single(request, 'dpop')
  if (proof === undefined) throw new Failure(scheme === null ? 'invalid_token' : 'invalid_dpop_proof', {})
  // Without a token the proof is read nonetheless: its key gets the nonce for the next one.
  return { token: scheme?.[1] ?? '', proof, method: 'GET', path: streamPath }
}
