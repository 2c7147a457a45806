import type { AuditBody } from '#contract/audit-bodies.ts'
import type { ExceptionTerms } from '#contract/exception-terms.ts'
import {
  type AuditTable,
  auditTables,
  csvHeader,
  grantLine,
  type Outcome,
  obligationLine,
  requestLine,
  voteLine,
} from './audit-tables.ts'
import type { BundleReader, LineReader } from './bundle-reader.ts'
import { movedBy } from './outcomes.ts'
import type { Findings } from './verification.ts'

/** Rebuilds the tables of a bundle beside its leaves and compares them (part of check 6). */
export type Tables = {
  start(): Promise<void>
  /** `terms` is undefined where they are erased; `isComparable` is false where they are missing. */
  take(
    index: number,
    body: AuditBody,
    digest: string | null,
    terms: ExceptionTerms | undefined,
    isComparable: boolean,
  ): Promise<void>
  /** A row whose body is erased has its index alone. */
  takeErased(index: number, type: string): Promise<void>
  takeDecision(index: number, line: string): Promise<void>
  end(): Promise<void>
}

const none: Outcome = { state: '', endedAt: null }
const tableOf: { readonly [type: string]: AuditTable | undefined } = {
  'request-submitted': 'requests.csv',
  'request-refused': 'requests.csv',
  'vote-approved': 'votes.csv',
  'vote-denied': 'votes.csv',
  'offer-made': 'votes.csv',
  'grant-minted': 'grants.csv',
  'obligation-opened': 'obligations.csv',
}

export function compareTables(bundle: BundleReader, findings: Findings): Tables {
  const readers = new Map<AuditTable, LineReader>()
  /** What a row claims of how something ended, until it is known. */
  const claims = new Map<
    string,
    { readonly claimed: string; readonly file: AuditTable; readonly index: number; outcome: Outcome }
  >()

  const fail = (file: AuditTable, index: number) =>
    findings.fail(6, 'the table does not say what the log says', { file, index })

  async function row(table: AuditTable): Promise<string | undefined> {
    const reader = readers.get(table)
    let text = await reader?.next()
    // a quoted cell may hold line ends
    while (text !== undefined && (text.match(/"/g)?.length ?? 0) % 2 === 1) {
      const more = await reader?.next()
      if (more === undefined) break
      text = `${text}\n${more}`
    }
    return text === undefined ? undefined : `${text}\n`
  }

  async function compare(table: AuditTable, index: number, expected: string): Promise<void> {
    if (!readers.has(table) || findings.isBroken(6)) return
    if ((await row(table)) !== expected) fail(table, index)
  }

  /** The last two cells say how it ended, which is known later. */
  async function claim(
    table: AuditTable,
    index: number,
    id: string,
    expected: string,
    isComparable: boolean,
  ): Promise<void> {
    if (!readers.has(table) || findings.isBroken(6)) return
    const text = await row(table)
    const [, head = '', claimed = ''] = /^([\s\S]*?)((?:,[^,"\r\n]*){2})\r\n$/.exec(text ?? '') ?? []
    if (text === undefined || (isComparable && `${head},,\r\n` !== expected) || !text.startsWith(`${index},`))
      return fail(table, index)
    claims.set(id, { claimed, file: table, index, outcome: none })
  }

  function settle(id: string): void {
    const waiting = claims.get(id)
    if (waiting === undefined) return
    const { state, endedAt } = waiting.outcome
    const ended = endedAt === null ? '' : new Date(endedAt * 1000).toISOString().replace('.000Z', 'Z')
    if (waiting.claimed !== `,${state},${ended}`) fail(waiting.file, waiting.index)
    claims.delete(id)
  }

  return {
    async start() {
      for (const table of Object.keys(auditTables).filter(isTable)) {
        if (!bundle.names.includes(table)) continue
        // Its rows are lines of another file: without that one there is nothing to compare them with.
        if (table === 'decisions.csv' && !bundle.names.includes('decisions.jsonl')) continue
        readers.set(table, bundle.lines(table))
        if ((await row(table)) !== csvHeader(table)) fail(table, 0)
      }
    },
    async take(index, body, digest, terms, isComparable) {
      if (body.type === 'request-submitted' || body.type === 'request-refused')
        await claim('requests.csv', index, body.request_id ?? '', requestLine(index, body, terms, none), isComparable)
      if (body.type === 'vote-approved' || body.type === 'vote-denied' || body.type === 'offer-made')
        await compare('votes.csv', index, voteLine(index, body, digest))
      if (body.type === 'grant-minted')
        await claim('grants.csv', index, body.grant_id ?? '', grantLine(index, body, none), true)
      if (body.type === 'obligation-opened')
        await claim('obligations.csv', index, body.obligation_id, obligationLine(index, body, none), true)
      const moved = movedBy(body)
      const waiting = moved === undefined ? undefined : claims.get(moved.id)
      if (moved === undefined || waiting === undefined) return
      waiting.outcome = moved.outcome
      if (moved.outcome.endedAt !== null) settle(moved.id)
    },
    async takeErased(index, type) {
      const table = tableOf[type]
      if (table === undefined || !readers.has(table) || findings.isBroken(6)) return
      const text = await row(table)
      if (text?.startsWith(`${index},`) !== true) fail(table, index)
    },
    async takeDecision(index, line) {
      await compare('decisions.csv', index, line)
    },
    async end() {
      for (const id of [...claims.keys()]) settle(id)
      for (const [table, reader] of readers) {
        if (!findings.isBroken(6) && (await reader.peek()) !== undefined)
          findings.fail(6, 'the table has more rows than the log', { file: table })
        await reader.close()
      }
    },
  }
}

function isTable(name: string): name is AuditTable {
  return Object.hasOwn(auditTables, name)
}
