import type { AuditBody } from '#contract/audit-bodies.ts'
import type { Json } from '#domain/canonical-json.ts'
import type { LineReader } from './bundle-reader.ts'
import { type DecisionRecord, isDecisionRecord } from './decision-record.ts'
import { equal, hashLeaf, rootFromInclusion } from './merkle-tree.ts'
import type { Findings } from './verification.ts'
import { canonicalText, parseJson } from './verify-leaves.ts'
import type { ReplayedGrant } from './verify-replay.ts'

/** Replicas may be this late, and this late where an installation allowed it (exceptions.md section 10). */
const lateSeconds = 5
const allowedLateSeconds = 300

export type DecisionsWish = {
  readonly index: number
  readonly body: AuditBody<'decision-batch'>
  readonly grant: (id: string) => ReplayedGrant | undefined
  /** The range begins after the log: a grant may be from before it. */
  readonly isLater: boolean
  readonly onRecord: (record: DecisionRecord, position: number) => Promise<void>
}

/** Check 9: each record is in its batch, and each decision that used a grant lies in its interval, under its proven leaf. */
export async function verifyDecisions(lines: LineReader, findings: Findings, wish: DecisionsWish): Promise<void> {
  const { index, body } = wish
  let before = -1
  for (;;) {
    const line = await lines.peek()
    const value = line === undefined ? undefined : parseJson(line)
    if (line === undefined || (isObject(value) && typeof value['index'] === 'number' && value['index'] > index)) return
    await lines.next()
    const read = readLine(value)
    if (read === undefined || read.index !== index || read.position <= before || read.size !== body.records)
      return findings.fail(9, 'a decision of a wrong shape, or out of order', { index, file: 'decisions.jsonl' })
    before = read.position
    findings.count('decisions')
    const root = rootFromInclusion(hashLeaf(canonicalText(read.record)), read.position, read.size, read.path)
    if (root === undefined || !equal(root, Buffer.from(body.root, 'base64url')))
      findings.fail(9, `decision ${read.position} is not in its batch`, { index })
    for (const id of read.record.grants) {
      const fault = faultOf(read.record, id, wish, findings)
      if (fault !== undefined) findings.fail(9, `decision ${read.position}: ${fault}`, { index })
    }
    await wish.onRecord(read.record, read.position)
  }
}

function faultOf(
  record: DecisionRecord,
  id: string,
  { index, grant: find, isLater }: DecisionsWish,
  findings: Findings,
): string | undefined {
  const grant = find(id)
  // Where the replay stopped, later grants are unknown to us and not to the log.
  if (grant === undefined) return isLater || findings.isBroken(7) ? undefined : 'it used a grant that is not in the log'
  if (record.first_at < grant.notBefore || record.last_at >= grant.notAfter)
    return 'it is outside the interval of its grant'
  if (record.checkpoint <= grant.minted || record.checkpoint > index) return 'its checkpoint does not cover the grant'
  const begins = [
    ...(grant.endedAt === null || grant.endedAt >= grant.notAfter ? [] : [{ from: grant.endedAt, to: null }]),
    ...grant.suspended,
  ]
  for (const { from, to } of begins) {
    if (record.last_at <= from + lateSeconds || (to !== null && record.last_at >= to)) continue
    if (record.last_at > from + allowedLateSeconds) return 'it used a grant that had ended or was suspended'
    findings.count('lateDecisions')
  }
  return undefined
}

type DecisionLine = {
  readonly index: number
  readonly position: number
  readonly size: number
  readonly record: DecisionRecord
  readonly path: readonly Uint8Array[]
}

function readLine(value: Json | undefined): DecisionLine | undefined {
  if (!isObject(value) || Object.keys(value).sort().join() !== 'index,path,position,record,size') return undefined
  const { index, position, size, record, path } = value
  if (typeof index !== 'number' || typeof position !== 'number' || typeof size !== 'number') return undefined
  if (!Number.isSafeInteger(position) || !isDecisionRecord(record) || !Array.isArray(path)) return undefined
  const hashes = path.map((each) => Buffer.from(String(each), 'base64url'))
  return { index, position, size, record, path: hashes }
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
