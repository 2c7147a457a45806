import type { Configuration } from '#contract/enrollment.ts'
import { gatewayApi, type RouteName } from '#contract/gateway-api.ts'
import { Failure, type FailureCode, isFailure } from '#domain/failure.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { type DeviceToken, makeDpopProof } from './device-token.ts'
import type { Exchange, HttpAnswer } from './exchange.ts'
import { gatewayTime } from './gateway-time.ts'
import { type NonceUse, newestNonces } from './newest-nonces.ts'
import { type AnswerOf, type MessageRoute, readAnswer, typOfRoute } from './read-answer.ts'

/** What a message must be made with. `refused`: the code by which the one before was refused, if one was. */
export type Freshness = {
  readonly nonce: string
  readonly nowSeconds: number
  readonly refused: FailureCode | undefined
}

export type Message = {
  /** Thumbprint of the key that signs. */
  readonly kid: string
  /** Makes and signs the message anew for each attempt; a compact JWS. */
  readonly make: (fresh: Freshness) => Promise<string>
  /** The enrolment token, where the route asks for one. */
  readonly authority?: string
  /** What stands in the path for `{request_id}`. */
  readonly requestId?: string
  /** Thumbprint of the delegate key that the message names: answers bring its next nonce. */
  readonly delegateKid?: string
  /** Why it is made, for the copy that is kept. */
  readonly reason?: string
}

/** One gateway, as the agent may speak to it. Every failure is a `Failure`: the gateway's own code, or why it was not reached. */
export type GatewayClient = {
  readonly issuer: string
  /** What the gateway is and wants: the only call before consent. Nothing of this device is in it. */
  configuration(): Promise<Configuration>
  /** Public keys over TLS, unparsed: `readKeySet` of the verify library reads them. */
  jwks(): Promise<unknown>
  /** Signs, keeps a copy, sends; once more by itself where protocol.md section 11 says so. */
  send<Name extends MessageRoute>(route: Name, message: Message): Promise<AnswerOf<Name>>
  /** Headers of a call with the access token (RFC 9449). `url` has the issuer's scheme. */
  prove(
    token: DeviceToken,
    method: 'GET',
    url: string,
  ): Promise<{ readonly access_token: string; readonly dpop: string }>
  /** Takes time and nonces from an answer that this client did not fetch: a refused upgrade. */
  learn(answer: Pick<HttpAnswer, 'header' | 'sentAtMs' | 'receivedAtMs'>, delegateKid: string): void
  /** The gateway's time: Unix seconds, and how far it is ahead of this device. */
  nowSeconds(): number
  aheadSeconds(): number
}

export type ClientPorts = {
  readonly issuer: string
  readonly exchange: Exchange
  readonly clock: Clock
  readonly log: Log
  readonly isConsented: () => boolean
  readonly keepCopy: KeepCopy
}

/** Resolves when the message is on disk; nothing is sent before. What it gives back is told the answer, if one comes. */
export type KeepCopy = (sending: {
  readonly typ: 'dpop+jwt' | ReturnType<typeof typOfRoute>['typ']
  readonly jws: string
  readonly at: number
  readonly receiver: string
  readonly reason?: string
}) => Promise<
  (answer: { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly code: string }) => void
>

/** Refusals after which the same thing, made anew, is sent once more at once (protocol.md section 11). */
const onceMore: ReadonlySet<FailureCode> = new Set(['use_nonce', 'clock_skew', 'invalid_signature'])

export function gatewayClient(ports: ClientPorts): GatewayClient {
  const { issuer, clock } = ports
  const time = gatewayTime(clock)
  const nonces = newestNonces(clock)

  async function call<Name extends RouteName>(
    name: Name,
    body?: { readonly text: string; readonly media: string; readonly authority?: string; readonly requestId?: string },
    learn: (answer: HttpAnswer) => void = () => {},
  ): Promise<AnswerOf<Name>> {
    if (name !== 'configuration' && !ports.isConsented()) throw new Failure('consent_missing', {})
    const { method, path } = gatewayApi[name]
    const headers = {
      ...(body === undefined ? {} : { 'content-type': body.media }),
      ...(body?.authority === undefined ? {} : { authorization: `Bearer ${body.authority}` }),
    }
    const answer = await ports.exchange({
      method,
      url: `${issuer}${path.replace('{request_id}', encodeURIComponent(body?.requestId ?? ''))}`,
      headers,
      ...(body === undefined ? {} : { body: body.text }),
    })
    time.learn(answer.header('date'), answer.sentAtMs, answer.receivedAtMs)
    learn(answer)
    return readAnswer(name, answer)
  }

  async function nonceFor(use: NonceUse, kid: string): Promise<string> {
    const kept = nonces.newest(use, kid)
    if (kept !== undefined) return kept
    const { value } = await call('nonce', { text: JSON.stringify({ kid, use }), media: 'application/json' })
    nonces.keep(use, kid, value.nonce, value.expires_in)
    return value.nonce
  }

  async function attempt<Name extends MessageRoute>(
    route: Name,
    message: Message,
    refused: FailureCode | undefined,
  ): Promise<AnswerOf<Name>> {
    const { typ, media } = typOfRoute(route)
    // 1. A fresh nonce for the key that signs.
    const nonce = await nonceFor('device', message.kid)
    // 2. Make and sign.
    const text = await message.make({ nonce, nowSeconds: time.nowSeconds(), refused })
    // 3. Keep a copy, on disk.
    const reason = message.reason === undefined ? {} : { reason: message.reason }
    const settle = await ports.keepCopy({ typ, jws: text, at: time.nowSeconds(), receiver: issuer, ...reason })
    let isAnswered = false
    // 4. Send, and learn the next nonce and the time from whatever answers.
    const authority = message.authority === undefined ? {} : { authority: message.authority }
    const requestId = message.requestId === undefined ? {} : { requestId: message.requestId }
    const learn = (answer: HttpAnswer) => {
      isAnswered = true
      nonces.keep('device', message.kid, answer.header('attestation-nonce'))
      if (message.delegateKid !== undefined) nonces.keep('dpop', message.delegateKid, answer.header('dpop-nonce'))
    }
    try {
      const taken = await call(route, { text, media, ...authority, ...requestId }, learn)
      settle({ outcome: 'accepted' })
      return taken
    } catch (thrown) {
      if (isAnswered && isFailure(thrown)) settle({ outcome: 'refused', code: thrown.code })
      throw thrown
    }
  }

  return {
    issuer,
    async configuration() {
      return (await call('configuration')).value
    },
    async jwks() {
      return (await call('jwks')).value
    },
    async send(route, message) {
      if (!ports.isConsented()) throw new Failure('consent_missing', {})
      const tried = new Set<FailureCode>()
      let used: string | undefined
      const make: Message['make'] = (fresh) => {
        used = fresh.nonce
        return message.make(fresh)
      }
      for (let refused: FailureCode | undefined; ; ) {
        try {
          return await attempt(route, { ...message, make }, refused)
        } catch (thrown) {
          if (!isFailure(thrown) || !onceMore.has(thrown.code) || tried.has(thrown.code)) throw thrown
          ports.log.info('message.once-more', { route, code: thrown.code })
          // A refusal that brought no other nonce leaves only asking for one.
          if (thrown.code === 'use_nonce' && nonces.newest('device', message.kid) === used) nonces.forget('device')
          tried.add(thrown.code)
          refused = thrown.code
        }
      }
    },
    async prove(token, method, url) {
      if (!ports.isConsented()) throw new Failure('consent_missing', {})
      const nonce = await nonceFor('dpop', token.delegate.kid)
      const nowSeconds = time.nowSeconds()
      const dpop = await makeDpopProof({ token, method, url, nonce, nowSeconds })
      await ports.keepCopy({ typ: 'dpop+jwt', jws: dpop, at: nowSeconds, receiver: issuer })
      return { access_token: token.access_token, dpop }
    },
    learn(answer, delegateKid) {
      time.learn(answer.header('date'), answer.sentAtMs, answer.receivedAtMs)
      nonces.keep('dpop', delegateKid, answer.header('dpop-nonce'))
    },
    nowSeconds: time.nowSeconds,
    aheadSeconds: time.aheadSeconds,
  }
}
