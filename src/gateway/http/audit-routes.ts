import { auditApi } from '#contract/audit-api.ts'
import { Failure } from '#domain/failure.ts'
import type { GatewayLog } from '#gateway/audit/gateway-log.ts'
import { readLogState } from '#gateway/audit/log-state.ts'
import { noteRead, type ReaderId } from '#gateway/audit/note-read.ts'
import { proofText, proveConsistency, proveLeaf } from '#gateway/audit/proofs.ts'
import type { LogReader } from '#gateway/audit/reader-view.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { type AdminAnswer, type Answerer, actOf, answers } from './admin-call.ts'
import { type AuditExportPorts, createExports } from './audit-export.ts'
import { searchLeaves } from './search-leaves.ts'
import type { Asker } from './who-asks.ts'

export type AuditPorts = AuditExportPorts & {
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly auditLog: Pick<GatewayLog, 'sequencer' | 'vkey' | 'trusted' | 'signer'>
}

/** The log for its readers (console-api.md section 6); each read is noted, and told once an hour. */
export function auditAnswerers(ports: AuditPorts): readonly Answerer[] {
  const { store, auditLog } = ports
  const exports = createExports(ports)
  const logNumber = () => auditLog.sequencer.log().number

  async function noted(
    asker: Asker,
    route: Parameters<typeof actOf>[0],
    query: object,
    now: number,
    answer: () => Promise<AdminAnswer>,
  ): Promise<AdminAnswer> {
    const given = await answer()
    await store.transact((rows) =>
      noteRead(rows, readerIdOf(asker), { call: actOf(route), query: queryText(query) }, now),
    )
    return given
  }

  return [
    answers(auditApi.auditState, async ({ asker, now }) =>
      noted(asker, auditApi.auditState, {}, now, async () => ({ status: 200, body: await stateOf(ports) })),
    ),

    answers(auditApi.auditLeaves, async ({ asker, query, now }) => {
      const found = await searchLeaves(store, logNumber(), query, readersOf(asker), now)
      return noted(asker, auditApi.auditLeaves, found.asked, now, async () => ({ status: 200, body: found.page }))
    }),

    answers(auditApi.auditProof, async ({ asker, query, now }) =>
      noted(asker, auditApi.auditProof, query, now, async () => {
        const size = query.size === undefined ? undefined : Number(query.size)
        const proof = await store.read((rows) => proveLeaf(rows, logNumber(), Number(query.index), size))
        return { status: 200, file: { type: 'text/plain; charset=utf-8', content: proofText(proof) } }
      }),
    ),

    answers(auditApi.auditConsistency, async ({ asker, query, now }) =>
      noted(asker, auditApi.auditConsistency, query, now, async () => {
        const from = Number(query.from)
        const body = await store.read(async (rows) => {
          const asked = Number(query.to)
          const checkpoint = await rows.log.checkpointAtLeast(logNumber(), asked)
          if (checkpoint === undefined || from > asked) throw new Failure('not_found', {})
          const to = checkpoint.size
          const hashes = await proveConsistency(rows, logNumber(), from, to)
          return { from, to, hashes: hashes.map(asText), checkpoint: checkpoint.note }
        })
        return { status: 200, body }
      }),
    ),

    answers(auditApi.auditExport, async ({ asker, query, acting, now }) =>
      exports.answer(
        { wish: query, reader: readerIdOf(asker), readers: readersOf(asker), log: auditLog.sequencer.log(), now },
        acting,
      ),
    ),
  ]
}

/** As what somebody reads the log: a service token as an auditor. */
function readersOf(asker: Asker): readonly LogReader[] {
  if (asker.kind === 'token') return ['auditor']
  if (asker.kind === 'nobody') return []
  return asker.roles.filter((role): role is LogReader => role !== 'approver')
}

export function readerIdOf(asker: Asker): ReaderId {
  if (asker.kind === 'token') return { token: asker.token.id }
  if (asker.kind === 'person') return { person: asker.person.id }
  throw new Failure('login_required', {})
}

async function stateOf({ store, auditLog }: AuditPorts): Promise<object> {
  const { size, root, checkpoint, signedAt, waiting, locked } = await readLogState(store, auditLog)
  return {
    log_id: auditLog.sequencer.log().logId,
    size,
    root,
    checkpoint,
    signed_at: signedAt,
    vkeys: [auditLog.vkey()],
    waiting,
    ...(locked === undefined ? {} : { locked }),
    witnesses: null,
  }
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** A question as `audit-read` keeps it: names and values, sorted. */
export function queryText(query: object): string {
  return Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => `${name}=${String(each)}`))
    .sort()
    .join('&')
}
