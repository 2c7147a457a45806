import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nonceQuestion } from '#contract/enrollment.ts'
import { gatewayApi } from '#contract/gateway-api.ts'
import { schemaIssues } from '#contract/schema-issues.ts'
import { JsonRefused, parseStrictJson } from '#contract/strict-json.ts'
import { Failure, isFailure } from '#domain/failure.ts'
import type { AttestationAnswer } from '#gateway/attestations/receive-attestation.ts'
import type { Nonces, NonceUse } from '#gateway/devices/nonce.ts'
import { nonceLifeSeconds } from '#gateway/devices/nonce.ts'
import type { Call } from '#gateway/devices/receive-message.ts'
import type { EnrollCall, Enrolled } from '#gateway/enrollment/admit-device.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { bodyText } from './build-server.ts'
import type { RequestOrigin } from './client-address.ts'
import type { RateLimits } from './rate-limits.ts'

export type DevicePorts = {
  readonly clock: Clock
  readonly nonces: Nonces
  readonly limits: RateLimits
  /** The address that limits count by. */
  readonly addressOf: (origin: RequestOrigin) => string
  /** JSON texts that change only with the settings. */
  readonly configuration: string
  readonly jwks: string
  readonly jwksMaxAgeSeconds: number
  readonly enroll: (body: string, call: EnrollCall) => Promise<Enrolled>
  readonly attest: (body: string, call: Call) => Promise<AttestationAnswer>
  readonly submitException: (body: string, call: PlacedCall) => Promise<object>
  readonly previewException: (body: string, call: PlacedCall) => Promise<object>
  readonly actOnException: (requestId: string, body: string, call: PlacedCall) => Promise<object>
}

/** A call of a device, and where it came from. */
export type PlacedCall = Call & { readonly place: { readonly address: string; readonly browser: null } }

/** The device API (protocol.md sections 2 to 4): what a call must be, and what its answer carries. */
export function addDeviceRoutes(server: FastifyInstance, ports: DevicePorts): void {
  const now = () => secondsNow(ports.clock)
  const nonceFor = (use: NonceUse, kid: string) => ports.nonces.issue(use, kid, now())

  server.get(gatewayApi.configuration.path, (_request, reply) => sendText(reply, ports.configuration, 'no-store'))
  server.get(gatewayApi.jwks.path, (_request, reply) =>
    sendText(reply, ports.jwks, `public, max-age=${ports.jwksMaxAgeSeconds}`),
  )

  server.post(gatewayApi.nonce.path, async (request, reply) => {
    await ports.limits.takeByAddress('nonce', ports.addressOf(originOf(request)))
    const { kid, use } = readNonceQuestion(bodyText(request, 'application/json'))
    return sendJson(reply, 200, { nonce: nonceFor(use, kid), expires_in: nonceLifeSeconds })
  })

  server.post(gatewayApi.enroll.path, async (request, reply) => {
    const address = ports.addressOf(originOf(request))
    await ports.limits.takeByAddress('enrollment', address)
    const body = bodyText(request, 'application/jose')
    const call = {
      authority: bearer(request),
      traceId: traceOf(request),
      place: { address, browser: null },
      nowMs: ports.clock.nowMs(),
      onHeader: (kid: string) => void reply.header('attestation-nonce', nonceFor('device', kid)),
    }
    return sendJson(reply, 201, await ports.enroll(body, call))
  })

  server.post(gatewayApi.attest.path, async (request, reply) => {
    const call = await beginMessage(ports, request, reply, nonceFor)
    const body = bodyText(request, 'application/eat+jwt')
    const { delegate, ...answer } = await countForgeries(ports, request, () => ports.attest(body, call))
    reply.header('dpop-nonce', nonceFor('dpop', delegate))
    return sendJson(reply, 200, answer)
  })

  const exception = async (
    request: FastifyRequest,
    reply: FastifyReply,
    act: (body: string, call: PlacedCall) => Promise<object>,
  ) => {
    const call = await beginMessage(ports, request, reply, nonceFor)
    const place = { address: ports.addressOf(originOf(request)), browser: null }
    const body = bodyText(request, 'application/jose')
    return await countForgeries(ports, request, () => act(body, { ...call, place }))
  }
  server.post(gatewayApi.submitException.path, async (request, reply) =>
    sendJson(reply, 201, await exception(request, reply, ports.submitException)),
  )
  server.post(gatewayApi.previewException.path, async (request, reply) =>
    sendJson(reply, 200, await exception(request, reply, ports.previewException)),
  )
  server.post<{ Params: { request_id: string } }>(
    gatewayApi.actOnException.path.replace('{request_id}', ':request_id'),
    async (request, reply) => {
      const { request_id: requestId } = request.params
      const act = (body: string, call: PlacedCall) => ports.actOnException(requestId, body, call)
      return sendJson(reply, 200, await exception(request, reply, act))
    },
  )
}

async function beginMessage(
  ports: DevicePorts,
  request: FastifyRequest,
  reply: FastifyReply,
  nonceFor: (use: NonceUse, kid: string) => string,
): Promise<Call> {
  await ports.limits.checkAddress('forgery', ports.addressOf(originOf(request)))
  return {
    traceId: traceOf(request),
    now: secondsNow(ports.clock),
    onHeader: (kid) => void reply.header('attestation-nonce', nonceFor('device', kid)),
  }
}

/** A signature that does not hold counts against its address; honest messages cost nothing. */
async function countForgeries<Answer>(
  ports: DevicePorts,
  request: FastifyRequest,
  receive: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await receive()
  } catch (thrown) {
    if (isFailure(thrown, 'invalid_signature'))
      await ports.limits.takeByAddress('forgery', ports.addressOf(originOf(request)))
    throw thrown
  }
}

function readNonceQuestion(body: string) {
  try {
    const parsed = nonceQuestion.safeParse(parseStrictJson(body))
    if (parsed.success) return parsed.data
    throw new Failure('schema_invalid', { errors: schemaIssues(parsed.error) })
  } catch (thrown) {
    if (!(thrown instanceof JsonRefused)) throw thrown
    throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: 'is not strict JSON' }] }, { cause: thrown })
  }
}

/** The enrolment token: `Authorization: Bearer <43 characters>`, once, never in the URL. */
function bearer(request: FastifyRequest): string {
  const values = request.raw.headersDistinct['authorization']
  const credential = values?.length === 1 ? /^Bearer ([!-~]+)$/i.exec(values[0] ?? '') : null
  if (credential?.[1] === undefined) throw new Failure('enrollment_refused', { cause: 'no authority' })
  return credential[1]
}

function originOf(request: FastifyRequest): RequestOrigin {
  return {
    peer: request.raw.socket.remoteAddress ?? '',
    header: (name) => request.raw.headersDistinct[name]?.join(','),
  }
}

/** The id of this call as the audit log has it: 32 hex digits. */
function traceOf(request: FastifyRequest): string {
  return request.id.replaceAll('-', '')
}

function sendText(reply: FastifyReply, text: string, cacheControl: string): FastifyReply {
  return reply.header('content-type', 'application/json').header('cache-control', cacheControl).send(Buffer.from(text))
}

function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return sendText(reply.code(status), JSON.stringify(body), 'no-store')
}
