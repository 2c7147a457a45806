import type { AuditBody } from '#contract/audit-bodies.ts'
import { exceptionTerms } from '#contract/exception-terms.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import {
  type AuditTable,
  csvHeader,
  csvLine,
  decisionLine,
  grantLine,
  type Outcome,
  obligationLine,
  requestLine,
  voteLine,
} from './audit-tables.ts'
import type { BundleSources } from './bundle.ts'
import { bodyOf, type LogLine, linesOf, readOutcomes } from './log-lines.ts'
import { type NameBook, nameOfPersons, namesIn, noNames } from './names-of.ts'
import { type OcsfPlace, ocsfDecision, ocsfEvents } from './ocsf.ts'
import { movedBy } from './outcomes.ts'
import { openTicketBook, reasonIn, type TicketBook } from './ticket-book.ts'

export type TextWish = {
  readonly log: number
  readonly logId: string
  /** Leaves from here (included) to there, which is under a checkpoint. */
  readonly from: number
  readonly to: number
  /** Version of Postern. */
  readonly version: string
  /** Left out: pseudonyms alone. */
  readonly names?: NameBook
  /** What the reader may not see of attachments, by their name and the time of their event; left out: all of it. */
  readonly withholds?: (name: string, at: number) => boolean
}

/** A part of the log in OCSF 1.8.0, one event a line (audit.md section 10). */
export async function* ocsfText(
  store: Pick<Store, 'read'>,
  sources: BundleSources,
  wish: TextWish,
): AsyncGenerator<string> {
  const withholds = wish.withholds ?? (() => true)
  const tickets = openTicketBook(store, wish.log, withholds)
  for await (const line of linesOf(store, wish.log, wish.from, wish.to, true)) {
    const body = bodyOf(line.event)
    const place = {
      ...(await placeOf(sources, tickets, wish, line, body)),
      ...reasonIn(line.attachments, body.at, withholds),
    }
    for (const event of ocsfEvents(body, place)) yield `${JSON.stringify(event)}\n`
    if (body.type !== 'decision-batch') continue
    for (const { position, record } of await sources.decisions(line.eventId))
      if (record.outcome !== 'allow' || record.grants.length > 0)
        yield `${JSON.stringify(ocsfDecision(record, position, place))}\n`
  }
}

async function placeOf(
  sources: BundleSources,
  tickets: TicketBook,
  wish: TextWish,
  line: LogLine,
  body: AuditBody,
): Promise<OcsfPlace> {
  const terms = await termsOf(sources, line)
  const named = await namesIn(wish.names ?? noNames, [body.actor, body.object])
  return {
    logId: wish.logId,
    version: wish.version,
    index: line.index,
    leaf: line.hash,
    salt: line.event.bodySalt,
    riskTier: terms?.risk_tier ?? null,
    ticket: await tickets.of(line.event.requestId),
    raw: line.event.body,
    nameOf: nameOfPersons(named),
  }
}

/** The columns of names that a table by itself has behind its own. */
const nameColumns: { readonly [Table in AuditTable]: readonly string[] } = {
  'requests.csv': ['requester_name', 'subject_name', 'device_name'],
  'votes.csv': ['person_name'],
  'grants.csv': ['subject_name'],
  'obligations.csv': ['person_name'],
  'decisions.csv': ['device_name'],
}

/** One of the five tables over a part of the log, names behind its columns unless they are left out (audit.md section 14.4). */
export async function* csvText(
  store: Pick<Store, 'read'>,
  sources: BundleSources,
  table: AuditTable,
  wish: TextWish,
): AsyncGenerator<string> {
  const { names } = wish
  const isNamed = names !== undefined
  yield isNamed ? joined(csvHeader(table), nameColumns[table]) : csvHeader(table)
  const outcomes = await readOutcomes(store, wish.log, wish.from, wish.to)
  for await (const line of linesOf(store, wish.log, wish.from, wish.to, false)) {
    const body = bodyOf(line.event)
    const outcome = outcomes.get(movedBy(body)?.id ?? '') ?? { state: '', endedAt: null }
    for (const row of await rowsOf(sources, table, line, body, outcome)) {
      if (!isNamed) yield row.text
      else {
        const found: string[] = []
        for (const pseudonym of row.of) found.push((await names.of(pseudonym))?.name ?? '')
        yield joined(row.text, found)
      }
    }
  }
}

type Row = { readonly text: string; readonly of: readonly (string | null)[] }

async function rowsOf(
  sources: BundleSources,
  table: AuditTable,
  line: LogLine,
  body: AuditBody,
  outcome: Outcome,
): Promise<readonly Row[]> {
  const { index } = line
  switch (table) {
    case 'requests.csv': {
      if (body.type !== 'request-submitted' && body.type !== 'request-refused') return []
      const terms = await termsOf(sources, line)
      return [{ text: requestLine(index, body, terms, outcome), of: [body.actor, body.object, body.device] }]
    }
    case 'votes.csv':
      if (body.type !== 'vote-approved' && body.type !== 'vote-denied' && body.type !== 'offer-made') return []
      return [{ text: voteLine(index, body, line.event.termsDigest), of: [body.actor] }]
    case 'grants.csv':
      return body.type === 'grant-minted' ? [{ text: grantLine(index, body, outcome), of: [body.object] }] : []
    case 'obligations.csv':
      return body.type === 'obligation-opened'
        ? [{ text: obligationLine(index, body, outcome), of: [body.object] }]
        : []
    case 'decisions.csv':
      if (body.type !== 'decision-batch') return []
      return (await sources.decisions(line.eventId)).map(({ position, record }) => ({
        text: decisionLine(index, position, record),
        of: [record.device],
      }))
  }
}

async function termsOf(sources: BundleSources, { event }: LogLine) {
  const found = event.termsDigest === null ? undefined : await sources.terms(event.termsDigest)
  return exceptionTerms.safeParse(found).data
}

/** A line of a table with more cells behind it. */
function joined(line: string, cells: readonly string[]): string {
  return `${line.slice(0, -2)},${csvLine(cells)}`
}
