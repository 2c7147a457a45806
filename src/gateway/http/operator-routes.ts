import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Failure } from '#domain/failure.ts'
import { unmapped } from './client-address.ts'
import type { Metrics } from './metrics.ts'

export type OperatorPorts = {
  readonly metrics: Metrics
  /** The OpenAPI 3.1 document; made when it is first asked for. */
  readonly openApi: () => object
}

/** What operators and tools read. Figures are for this machine alone: from anywhere else there is no such path. */
export function addOperatorRoutes(server: FastifyInstance, { metrics, openApi }: OperatorPorts): void {
  let document: string | undefined
  server.get('/v1/openapi.json', (_request, reply) => {
    document ??= JSON.stringify(openApi())
    return reply
      .header('content-type', 'application/json')
      .header('cache-control', 'public, max-age=300')
      .send(Buffer.from(document))
  })
  server.get('/metrics', async (request, reply) => {
    if (!isFromHere(request.raw)) throw new Failure('not_found', {})
    const { type, text } = await metrics.print()
    return reply.header('content-type', type).send(text)
  })
}

/** From this machine, and not handed on by a proxy on it. */
function isFromHere({ socket, headersDistinct }: IncomingMessage): boolean {
  const handedOn = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => name in headersDistinct)
  return isLoopback(socket.remoteAddress ?? '') && !handedOn
}

function isLoopback(address: string): boolean {
  const plain = unmapped(address)
  return plain === '::1' || /^127(\.\d{1,3}){3}$/.test(plain)
}
