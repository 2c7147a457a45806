import { isAuditBody } from '#contract/audit-bodies.ts'
import { auditLeaf } from '#contract/audit-leaf.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import { isKeyReached } from '#domain/exceptions/grants-in-force.ts'
import { longestGrantSeconds } from '#domain/exceptions/risk-tier.ts'
import { isLive } from '#domain/exceptions/states.ts'
import { type Control, plainControls } from '#domain/policy/documents.ts'
import { sessionTtlSeconds } from '#domain/policy/session-ttl.ts'
import { hashLeaf } from '#gateway/audit/merkle-tree.ts'
import { proveEvent } from '#gateway/audit/prove-event.ts'
import type { NoteVerifier } from '#gateway/audit/signed-note.ts'
import type { GrantRecord } from '#gateway/storage/exception-grant-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { Log } from '#runtime/log.ts'
import { currentKid } from './current-kid.ts'
import { digestOf, isTerms } from './request-file.ts'

/** What was proven of a grant, once per process: the body of its leaf and the terms that the leaf names. */
type ProvenGrant = {
  readonly requestId: string
  readonly person: string
  readonly device: string
  readonly kid: string
  readonly checks: DecisionGrant['checks']
  readonly resources: readonly string[]
  readonly controls: readonly Control[]
  readonly notBefore: number
  readonly notAfter: number
}

export type LiveGrants = {
  /** Reads from the leaves what has ended, so that an end taken out of the database revives nothing. */
  start(now: number): Promise<void>
  /** Grants of a device that decisions may use: proven under a checkpoint, and neither rows nor log say that they ended. */
  of(rows: Rows, deviceId: string, now: number): Promise<readonly DecisionGrant[]>
  /** The log has told of an end, or of checks that left. */
  ended(grantId: string, at: number): void
  cured(grantId: string, checks: readonly string[], at: number): void
}

const pageSize = 2000
const mostProven = 200_000
/** How long an end must be remembered: nothing was minted earlier that could still count. */
const memorySeconds = longestGrantSeconds + 86_400

/** Proof before use (audit.md section 5): rows are only an index; what counts is what the log commits to. */
export function createLiveGrants(ports: {
  readonly store: Pick<Store, 'read'>
  readonly trusted: () => readonly NoteVerifier[]
  readonly log: Log
}): LiveGrants {
  const proven = new Map<string, ProvenGrant>()
  const ends = new Map<string, number>()
  const gone = new Map<string, Set<string>>()
  /** A leaf of the last days is not what was hashed: nothing is honoured until an operator has looked. */
  let distrusted = false

  async function prove(rows: Rows, record: GrantRecord): Promise<ProvenGrant | undefined> {
    const known = proven.get(record.id)
    if (known !== undefined) return known
    const found = await proveEvent(rows, record.eventId, ports.trusted())
    if (found === undefined) return undefined
    const { leaf, body } = found
    if (!isAuditBody(body) || body.type !== 'grant-minted' || leaf.type !== 'grant-minted') return undefined
    if (leaf.grant_id !== record.id || leaf.request_id === null) return undefined
    const terms = (await rows.exceptions.revision(leaf.request_id, body.revision))?.terms
    if (!isTerms(terms) || digestOf(terms) !== leaf.terms_digest || terms.device === null) return undefined
    const { checks, resources, controls, not_before: notBefore, not_after: notAfter } = body.grant
    if (!Array.isArray(controls) || !controls.every(isControl)) return undefined
    const grant: ProvenGrant = {
      requestId: leaf.request_id,
      person: terms.subject,
      device: terms.device.id,
      kid: terms.device.kid,
      checks,
      resources,
      controls,
      notBefore,
      notAfter,
    }
    if (proven.size >= mostProven) proven.clear()
    proven.set(record.id, grant)
    return grant
  }

  async function usable(
    rows: Rows,
    record: GrantRecord,
    deviceId: string,
    kid: string | null,
  ): Promise<DecisionGrant | undefined> {
    const grant = await prove(rows, record)
    if (grant === undefined || grant.device !== deviceId) return undefined
    const left = new Set([...(await rows.grants.cured(record.id)).map(({ id }) => id), ...(gone.get(record.id) ?? [])])
    return {
      id: record.id,
      state: 'active',
      proven: true,
      person: grant.person,
      device: grant.device,
      keyReached: kid !== null && isKeyReached(grant.kid, kid, []),
      checks: grant.checks.filter(({ id }) => !left.has(id)),
      resources: grant.resources,
      controls: grant.controls,
      notBefore: grant.notBefore,
      notAfter: grant.notAfter,
    }
  }

  function remember(grantId: string, at: number): void {
    ends.set(grantId, at)
    proven.delete(grantId)
    gone.delete(grantId)
  }

  async function readEnds(number: number, from: number): Promise<void> {
    for (let at = from; ; ) {
      const page = await ports.store.read((rows) => rows.log.leafTexts(number, at, pageSize))
      for (const { leaf, hash, eventId } of page) {
        if (Buffer.from(hashLeaf(leaf)).toString('base64url') !== hash) return distrust('a leaf was changed')
        if (leaf.includes('"type":"grant-')) await readEnd(leaf, eventId)
      }
      at += page.length
      if (page.length < pageSize) return
    }
  }

  async function readEnd(text: string, eventId: number): Promise<void> {
    const { type, time, grant_id: grantId } = auditLeaf.parse(parseStrictJson(text))
    if (grantId === null || type === 'grant-minted') return
    if (type !== 'grant-narrowed') {
      const isEnd = ['grant-expired', 'grant-revoked', 'grant-cured', 'grant-unclaimed', 'grant-voided'].includes(type)
      if (isEnd) remember(grantId, time)
      return
    }
    const told = await ports.store.read((rows) => proveEvent(rows, eventId, ports.trusted()))
    const body = told?.body
    // What left cannot be read: then nothing of the grant is left.
    if (!isAuditBody(body) || body.type !== 'grant-narrowed') return remember(grantId, time)
    for (const check of body.cured) leave(grantId, check)
  }

  function leave(grantId: string, check: string): void {
    gone.set(grantId, (gone.get(grantId) ?? new Set()).add(check))
  }

  function distrust(why: string): void {
    distrusted = true
    ports.log.error('grants.distrusted', { why })
  }

  return {
    async start(now) {
      const logs = await ports.store.read((rows) => rows.log.list())
      for (const { number, size } of logs) {
        const from = await firstSince(ports.store, number, size, now - memorySeconds)
        await readEnds(number, from)
      }
    },
    async of(rows, deviceId, now) {
      if (distrusted) return []
      const records = (await rows.grants.ofDevice(deviceId, now)).filter(({ id, end }) => end === null && !ends.has(id))
      if (records.length === 0) return []
      const kid = await currentKid(rows, deviceId)
      const grants: DecisionGrant[] = []
      for (const record of records) {
        const grant = await usable(rows, record, deviceId, kid)
        if (grant !== undefined && isLive(grant.state) && now < grant.notAfter) grants.push(grant)
      }
      return grants
    },
    ended(grantId, at) {
      remember(grantId, at)
      for (const [id, since] of ends) {
        if (since > at - memorySeconds) break // in the order in which they ended
        ends.delete(id)
      }
    },
    cured(grantId, checks) {
      for (const check of checks) leave(grantId, check)
    },
  }
}

/** The first leaf that is not older than an instant: times never fall along a log. */
async function firstSince(store: Pick<Store, 'read'>, log: number, size: number, since: number): Promise<number> {
  let low = 0
  let high = size
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [leaf] = await store.read((rows) => rows.log.leafTexts(log, middle, 1))
    const time = leaf === undefined ? since : auditLeaf.parse(parseStrictJson(leaf.leaf)).time
    if (time < since) low = middle + 1
    else high = middle
  }
  return low
}

/** A control that is no word of ours is kept out: the grant is then not usable at all. */
function isControl(control: unknown): control is Control {
  return (
    typeof control === 'string' &&
    (plainControls.some((known) => known === control) || sessionTtlSeconds(control) !== undefined)
  )
}
