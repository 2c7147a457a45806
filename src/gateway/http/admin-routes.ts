import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { adminApi } from '#contract/admin-api.ts'
import type { AdminRoute } from '#contract/admin-route.ts'
import { Failure } from '#domain/failure.ts'
import type { Acting } from '#gateway/people/acting.ts'
import type { Clock } from '#runtime/clock.ts'
import type { AdminAnswer, Answerer } from './admin-call.ts'
import { bodyText } from './build-server.ts'
import type { RequestOrigin } from './client-address.ts'
import { browserCookie, readCookie } from './console-cookies.ts'
import { type AskerPorts, whoAsks } from './who-asks.ts'

export type AdminPorts = AskerPorts & {
  readonly clock: Clock
  readonly addressOf: (origin: RequestOrigin) => string
}

const longestBrowser = 200

/**
 * The console API: every row of the table is a route. In this order: the page, the asker and their role, the media type,
 * the form of the question, the act. A row that nobody answers yet is `not_supported`, to who may make the call.
 */
export function addAdminRoutes(server: FastifyInstance, ports: AdminPorts, answerers: readonly Answerer[]): void {
  const byRoute = new Map(answerers.map((answerer) => [answerer.route, answerer]))
  for (const route of Object.values<AdminRoute>(adminApi)) {
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{([a-z_]+)\}/g, ':$1'),
      exposeHeadRoute: false, // a look at the console is a read of it
      handler: async (request, reply) => {
        const nowMs = ports.clock.nowMs()
        const now = Math.floor(nowMs / 1000)
        const address = addressOf(ports, request)
        const asker = await whoAsks(ports, request, route, address, now)
        const answerer = byRoute.get(route)
        if (answerer === undefined) throw new Failure('not_supported', {})
        const acting: Acting = {
          person: asker.kind === 'person' ? asker.person.id : null,
          place: { address, browser: browserOf(request) },
          traceId: request.id.replaceAll('-', ''),
          nowMs,
        }
        const answer = await answerer.run({
          asker,
          path: textsIn(request.params),
          query: filtersIn(request.query),
          body: route.asks === null ? undefined : bodyText(request, 'application/json'),
          acting,
          now,
          browserSecret: readCookie(request.raw.headersDistinct['cookie'] ?? [], browserCookie),
        })
        return send(reply, answer)
      },
    })
  }
}

export function addressOf(ports: Pick<AdminPorts, 'addressOf'>, request: FastifyRequest): string {
  return ports.addressOf({
    peer: request.raw.socket.remoteAddress ?? '',
    header: (name) => request.raw.headersDistinct[name]?.join(','),
  })
}

function send(reply: FastifyReply, { status, body, file, cookies }: AdminAnswer): FastifyReply {
  reply.code(status).header('cache-control', 'no-store')
  if (cookies !== undefined && cookies.length > 0) reply.header('set-cookie', [...cookies])
  if (file !== undefined) {
    if (file.name !== undefined) reply.header('content-disposition', `attachment; filename="${file.name}"`)
    reply.header('content-type', file.type).header('x-content-type-options', 'nosniff')
    return reply.send(typeof file.content === 'string' ? Buffer.from(file.content) : file.content)
  }
  if (body === undefined) return reply.send()
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body)))
}

/** The name a browser gives itself: text, cut. */
function browserOf(request: FastifyRequest): string | null {
  const agent = request.headers['user-agent']
  return agent === undefined ? null : agent.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, longestBrowser)
}

function textsIn(value: unknown): { readonly [name: string]: string } {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1])))
}

function filtersIn(value: unknown): { readonly [name: string]: string | readonly string[] } {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string | string[]] =>
        isText(entry[1]) || (Array.isArray(entry[1]) && entry[1].every(isText)),
    ),
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
