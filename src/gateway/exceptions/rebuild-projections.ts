import { type AuditBody, isAuditBody } from '#contract/audit-bodies.ts'
import { type AuditLeaf, auditLeaf } from '#contract/audit-leaf.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import { type Move, placeMoves } from '#domain/exceptions/moves.ts'
import { commitment } from '#gateway/audit/commitment.ts'
import { pseudonym } from '#gateway/audit/pseudonym.ts'
import { claimsOf } from '#gateway/storage/columns.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { moveOfBody } from './move-of-body.ts'
import { type ProjectionRow, projectionText, projectRequest } from './project-request.ts'
import { isTerms } from './request-file.ts'

type Replayed = {
  readonly id: string
  readonly device: string
  readonly draftId: string | null
  readonly moves: { readonly move: Move; readonly act: number; readonly eventId: number }[]
}

const pageSize = 500

/**
 * The rows of requests, moves, votes, messages, grants, ends and cured checks as the log alone yields them: leaves in their
 * order, the bodies and attachments they commit to, the terms they name, and the persons and devices behind pseudonyms
 * (invariant 25 of exceptions.md section 12). One line of canonical JSON per row, sorted; equal to `keptProjections` where
 * nothing was lost, doubled or planted. No body holds the `facts` of a request nor where the pool of a stage came from. Throws a TypeError where a leaf does not commit to what is kept beside it.
 */
export async function rebuildProjections(rows: Rows): Promise<string> {
  const persons = await idsByPseudonym(rows)
  const requests = new Map<string, Replayed>()
  for (const { number } of [...(await rows.log.list())].sort((left, right) => left.number - right.number))
    for (let at = 0; ; ) {
      const page = await rows.log.leaves(number, at, pageSize)
      for (const { leaf: text, eventId, event } of page) {
        const leaf = auditLeaf.parse(parseStrictJson(text))
        if (!/^(request|vote|grant)-/.test(leaf.type)) continue
        if (commitment(Buffer.from(event.bodySalt, 'base64url'), event.body) !== leaf.body_commit)
          throw new TypeError('a body that is not that of its leaf')
        const body: unknown = JSON.parse(event.body)
        if (!isAuditBody(body)) throw new TypeError('a body that was not written by us')
        await replay(rows, requests, { leaf, body, eventId }, persons)
      }
      at += page.length
      if (page.length < pageSize) break
    }
  const lines: ProjectionRow[] = []
  for (const { id, device, draftId, moves } of requests.values()) {
    const first = moves[0]?.move
    const digest = first !== undefined && 'submission' in first ? first.submission.termsDigest : ''
    const terms = await rows.exceptions.termsOf(digest)
    if (!isTerms(terms)) throw new TypeError('terms that were not written by us')
    lines.push(...projectRequest({ id, deviceId: device, draftId, terms, moves }))
  }
  return projectionText(lines)
}

async function replay(
  rows: Rows,
  requests: Map<string, Replayed>,
  told: { readonly leaf: AuditLeaf; readonly body: AuditBody; readonly eventId: number },
  persons: ReadonlyMap<string, string>,
): Promise<void> {
  const { leaf, body, eventId } = told
  const id = leaf.request_id
  if (id === null) throw new TypeError('a move of no request')
  const decided = moveOfBody(body, leaf, persons)
  const known = requests.get(id)
  const before = known?.moves.at(-1)
  const [move] = placeMoves([decided], (before?.move.position ?? 0) + 1)
  if (move === undefined) return
  const isSameAct = ['request-approved', 'request-denied', 'grant-minted'].includes(move.type)
  const placed = { move, act: isSameAct ? (before?.act ?? 1) : move.position, eventId }
  if (known !== undefined) return void known.moves.push(placed)
  const device = 'submission' in move ? move.submission.device : ''
  requests.set(id, { id, device, draftId: await draftOf(rows, eventId), moves: [placed] })
}

/** The name that the device gave its draft, in the message that it signed. */
async function draftOf(rows: Pick<Rows, 'audit'>, eventId: number): Promise<string | null> {
  const ask = (await rows.audit.attachmentsOf(eventId)).find(({ name }) => name === 'ask')?.content
  const claims: unknown = typeof ask === 'string' ? claimsOf(ask) : undefined
  const asked = typeof claims === 'object' && claims !== null && 'ask' in claims ? claims.ask : undefined
  const draft = typeof asked === 'object' && asked !== null && 'draft_id' in asked ? asked.draft_id : undefined
  return typeof draft === 'string' ? draft : null
}

async function idsByPseudonym(rows: Pick<Rows, 'pseudonymKeys'>): Promise<ReadonlyMap<string, string>> {
  const keys = await rows.pseudonymKeys.list()
  return new Map(keys.map(({ kind, id, key }) => [pseudonym(key, kind, id), id]))
}
