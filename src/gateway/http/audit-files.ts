import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#domain/failure.ts'
import type { LogFiles } from '#gateway/audit/log-files.ts'
import { noteRead } from '#gateway/audit/note-read.ts'
import { secondsNow } from '#runtime/clock.ts'
import { type AdminPorts, addressOf } from './admin-routes.ts'
import { readerIdOf } from './audit-routes.ts'
import { whoAsks } from './who-asks.ts'

/** Who may read the static files: auditors, and the monitor token (audit.md section 4). */
const route = { method: 'GET', who: { roles: ['auditor'], token: 'audit' } } as const

/** `/audit/checkpoint`, `/audit/tile/…`, as any tlog monitor reads them; `/audit-<n>/…` of the n-th log. */
export function addAuditFiles(server: FastifyInstance, ports: AdminPorts, files: Pick<LogFiles, 'read'>): void {
  for (const prefix of ['/audit', '/audit-:number']) {
    server.get<{ Params: { readonly number?: string; readonly '*': string } }>(
      `${prefix}/*`,
      { exposeHeadRoute: false },
      async (request, reply) => {
        const asker = await whoAsks(ports, request, route, addressOf(ports, request), secondsNow(ports.clock))
        const number = numberOf(request.params.number)
        const path = request.params['*']
        const file = number === undefined ? undefined : await files.read(number, path)
        if (file === undefined) throw new Failure('not_found', {})
        await ports.store.transact((rows) =>
          noteRead(rows, readerIdOf(asker), { call: callOf(request), query: path }, secondsNow(ports.clock)),
        )
        return reply
          .header('content-type', file.type)
          .header('cache-control', 'no-store')
          .header('x-content-type-options', 'nosniff')
          .send(Buffer.from(file.content))
      },
    )
  }
}

function callOf({ url }: FastifyRequest): string {
  return `GET /${url.split('/')[1] ?? ''}`
}

/** The first log has no number in its prefix, the others theirs, from 2. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return 1
  return /^([2-9]|[1-9][0-9]{1,5})$/.test(text) ? Number(text) : undefined
}
