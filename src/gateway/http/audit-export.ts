import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished, Readable } from 'node:stream'
import type * as z from 'zod'
import type { auditApi } from '#contract/audit-api.ts'
import { Failure } from '#domain/failure.ts'
import { type BundleSources, writeBundle } from '#gateway/audit/bundle.ts'
import { zipStream } from '#gateway/audit/bundle-files.ts'
import { csvText, ocsfText } from '#gateway/audit/export-text.ts'
import type { GatewayLog } from '#gateway/audit/gateway-log.ts'
import { openNameBook } from '#gateway/audit/names-of.ts'
import type { ReaderId } from '#gateway/audit/note-read.ts'
import { type LogReader, withheldFrom } from '#gateway/audit/reader-view.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { type Acting, eventBase } from '#gateway/people/acting.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { AdminAnswer } from './admin-call.ts'

export type AuditExportPorts = {
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly auditLog: Pick<GatewayLog, 'signer' | 'vkey'>
  readonly sources: BundleSources
  /** Of Postern. */
  readonly version: string
  /** Where bundles lie until they are read, `<data>/exports`; emptied at start. */
  readonly folder: string
}

type ExportWish = z.infer<(typeof auditApi.auditExport)['query']>
type Asked = {
  readonly wish: ExportWish
  readonly reader: ReaderId
  readonly readers: readonly LogReader[]
  readonly log: { readonly number: number; readonly logId: string }
  readonly now: number
}

const mostLeaves = 1_000_000
const mostAtOnce = 3
const waitSeconds = 10

/**
 * Exports by pull (audit.md section 10): a zip of the evidence bundle, OCSF lines, or one table, as a stream. One at a time
 * for each reader, three for all. Failures: `schema_invalid`, `rate_limited`, `not_found` (nothing there yet).
 */
export function createExports(ports: AuditExportPorts): { answer(asked: Asked, acting: Acting): Promise<AdminAnswer> } {
  const { store } = ports
  const running = new Set<string>()

  return {
    async answer(asked, acting) {
      const { wish, log, reader } = asked
      const format = wish.format ?? 'bundle'
      if ((format === 'csv') !== (wish.table !== undefined))
        throw wrong('/table', format === 'csv' ? 'names the table' : 'belongs to format csv')
      const range = await rangeOf(store, log.number, wish)
      const key = 'person' in reader ? reader.person : reader.token
      if (running.has(key) || running.size >= mostAtOnce)
        throw new Failure('rate_limited', { retry_after: waitSeconds })
      running.add(key)
      const end = () => running.delete(key)
      try {
        const made =
          format === 'bundle' ? await makeBundle(ports, asked, range) : await makeText(ports, asked, format, range)
        await noteExport(store, asked, format, made, acting)
        finished(made.stream, () => {
          end()
          void made.cleanUp()
        })
        const name = `postern-${log.logId.replaceAll(/[^a-zA-Z0-9.-]/g, '-')}-${made.from}-${made.to}.${made.ending}`
        return { status: 200, file: { type: made.type, name, content: made.stream } }
      } catch (thrown) {
        end()
        throw thrown
      }
    },
  }
}

type Range = { readonly from: number; readonly to: number }
type Made = Range & {
  readonly stream: Readable
  readonly type: string
  readonly ending: string
  readonly cleanUp: () => Promise<void>
}

async function rangeOf(store: Pick<Store, 'read'>, log: number, wish: ExportWish): Promise<Range> {
  const size = (await store.read((rows) => rows.log.latestCheckpoint(log)))?.size ?? 0
  const from = Number(wish.from ?? 0)
  const to = Math.min(size, Number(wish.to ?? size))
  if (from > Number(wish.to ?? from)) throw wrong('/to', 'lies before from')
  if (to - from > mostLeaves) throw wrong('/to', `at most ${mostLeaves} leaves at once`)
  if (to <= from) throw new Failure('not_found', {})
  return { from, to }
}

async function makeBundle(ports: AuditExportPorts, { wish, readers, log, now }: Asked, range: Range): Promise<Made> {
  await mkdir(ports.folder, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(ports.folder, 'bundle-'))
  const cleanUp = () => rm(folder, { recursive: true, force: true })
  try {
    const written = await writeBundle(ports.store, ports.auditLog.signer(), ports.sources, folder, {
      log: log.number,
      ...range,
      version: ports.version,
      vkeys: [ports.auditLog.vkey()],
      withoutAttachments: wish.attachments === 'false',
      pseudonymous: wish.pseudonymous === 'true',
      withholds: withheldFrom(readers, now),
    })
    const stream = new Readable().wrap(await zipStream(folder))
    return { ...written, stream, type: 'application/zip', ending: 'zip', cleanUp }
  } catch (thrown) {
    await cleanUp()
    throw thrown
  }
}

async function makeText(
  { store, sources, version }: AuditExportPorts,
  { wish, readers, log, now }: Asked,
  format: 'ocsf' | 'csv',
  range: Range,
): Promise<Made> {
  const isNamed = wish.pseudonymous !== 'true'
  const whole = {
    log: log.number,
    logId: log.logId,
    ...range,
    version,
    withholds: wish.attachments === 'false' ? () => true : withheldFrom(readers, now),
    ...(isNamed ? { names: await openNameBook(store) } : {}),
  }
  const text =
    format === 'csv'
      ? csvText(store, sources, `${wish.table ?? 'requests'}.csv`, whole)
      : ocsfText(store, sources, whole)
  return {
    ...range,
    stream: Readable.from(text, { objectMode: false }),
    type: format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl; charset=utf-8',
    ending: format === 'csv' ? `${wish.table ?? 'requests'}.csv` : 'ocsf.jsonl',
    cleanUp: async () => {},
  }
}

async function noteExport(
  store: Pick<Store, 'transact'>,
  { wish, reader, readers }: Asked,
  format: string,
  { from, to }: Range,
  acting: Acting,
): Promise<void> {
  const isWithheld = format === 'bundle' && (wish.attachments === 'false' || !readers.includes('auditor'))
  await store.transact((rows) =>
    recordEvent(rows, {
      ...eventBase(acting),
      type: 'audit-exported',
      object: null,
      members: {
        token_id: 'token' in reader ? reader.token : null,
        from,
        to,
        format: wish.table === undefined ? format : `${format}/${wish.table}`,
        pseudonymous: wish.pseudonymous === 'true',
        withheld: isWithheld,
      },
    }),
  )
}

function wrong(pointer: string, detail: string): Failure {
  return new Failure('schema_invalid', { errors: [{ pointer, detail }] })
}
