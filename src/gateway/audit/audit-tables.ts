import type { AuditBody } from '#contract/audit-bodies.ts'
import type { ExceptionTerms } from '#contract/exception-terms.ts'
import type { DecisionRecord } from './decision-record.ts'

/** The five tables for people with a spreadsheet (audit.md section 14.4). Columns are a promise. */
export const auditTables = {
  'requests.csv':
    'index,request_id,submitted_at,requester,subject,device,mode,checks,resources,duration_s,risk_tier,category,state,ended_at',
  'votes.csv': 'index,request_id,at,person,stage,decision,revision,terms_digest,signed,dwell_ms',
  'grants.csv': 'index,grant_id,request_id,subject,checks,resources,controls,not_before,not_after,state,ended_at',
  'obligations.csv': 'index,obligation_id,request_id,kind,person,due_at,state,closed_at',
  'decisions.csv': 'index,position,first_at,last_at,session,device,resource,outcome,count,grants,checkpoint',
} as const
export type AuditTable = keyof typeof auditTables

/** What a request, grant or obligation has come to at the end of the range; `null` while it lives. */
export type Outcome = { readonly state: string; readonly endedAt: number | null }

type Cell = string | number | boolean | null | undefined | readonly string[]

/** One line of RFC 4180, with its end. What a spreadsheet would take for a formula gets an apostrophe. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

export function csvHeader(table: AuditTable): string {
  return `${auditTables[table]}\r\n`
}

export function requestLine(
  index: number,
  body: AuditBody<'request-submitted' | 'request-refused'>,
  terms: ExceptionTerms | undefined,
  outcome: Outcome,
): string {
  return csvLine([
    index,
    body.request_id,
    isoTime(body.at),
    body.actor,
    body.object,
    body.device,
    terms?.mode,
    terms?.checks.map(({ id }) => id),
    terms?.resources,
    terms?.duration_s,
    terms?.risk_tier,
    terms?.category,
    outcome.state,
    isoTime(outcome.endedAt),
  ])
}

export function voteLine(
  index: number,
  body: AuditBody<'vote-approved' | 'vote-denied' | 'offer-made'>,
  termsDigest: string | null,
): string {
  return csvLine([
    index,
    body.request_id,
    isoTime(body.at),
    body.actor,
    body.stage,
    body.decision,
    body.revision,
    termsDigest,
    body.nonce !== null,
    body.dwell_ms,
  ])
}

export function grantLine(index: number, body: AuditBody<'grant-minted'>, outcome: Outcome): string {
  const { checks, resources, controls, not_before, not_after } = body.grant
  return csvLine([
    index,
    body.grant_id,
    body.request_id,
    body.object,
    checks.map(({ id }) => id),
    resources,
    Array.isArray(controls) ? controls.map(String) : [],
    isoTime(not_before),
    isoTime(not_after),
    outcome.state,
    isoTime(outcome.endedAt),
  ])
}

export function obligationLine(index: number, body: AuditBody<'obligation-opened'>, outcome: Outcome): string {
  return csvLine([
    index,
    body.obligation_id,
    body.request_id,
    body.kind,
    body.object,
    isoTime(body.due_at),
    outcome.state,
    isoTime(outcome.endedAt),
  ])
}

export function decisionLine(index: number, position: number, record: DecisionRecord): string {
  return csvLine([
    index,
    position,
    isoTime(record.first_at),
    isoTime(record.last_at),
    record.session,
    record.device,
    record.resource,
    record.outcome,
    record.count,
    record.grants,
    record.checkpoint,
  ])
}

function csvCell(cell: Cell): string {
  const text = cell === null || cell === undefined ? '' : typeof cell === 'object' ? cell.join(' ') : String(cell)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function isoTime(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
