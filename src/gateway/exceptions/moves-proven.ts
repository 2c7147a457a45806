import { type AuditBody, isAuditBody } from '#contract/audit-bodies.ts'
import type { AuditLeaf } from '#contract/audit-leaf.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { type Move, placeMoves } from '#domain/exceptions/moves.ts'
import { proveEvent } from '#gateway/audit/prove-event.ts'
import { pseudonym } from '#gateway/audit/pseudonym.ts'
import type { NoteVerifier } from '#gateway/audit/signed-note.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { moveOfBody } from './move-of-body.ts'
import { toldMembers } from './project-request.ts'
import { readMove } from './stored-move.ts'

/**
 * Whether each kept move of a request is the one that a leaf of it, under a signed checkpoint, tells. Nothing is minted over
 * moves of which one was planted, changed or is not in the log yet (audit.md section 5, invariant 24 of exceptions.md).
 */
export async function areMovesProven(
  rows: Pick<Rows, 'exceptions' | 'log' | 'audit' | 'pseudonymKeys'>,
  requestId: string,
  trusted: readonly NoteVerifier[],
): Promise<boolean> {
  const kept = await rows.exceptions.moves(requestId)
  const moves = kept.map(readMove)
  const names = await namesIn(rows, moves)
  const events = new Set<number>()
  for (const [at, move] of moves.entries()) {
    const eventId = kept[at]?.eventId ?? 0
    const told = await proveEvent(rows, eventId, trusted)
    if (told === undefined || !isAuditBody(told.body) || told.leaf.request_id !== requestId) return false
    const said = moveTold(told.body, told.leaf, names, move.position)
    if (said === undefined || textOf(said) !== textOf(move)) return false
    events.add(eventId)
  }
  return events.size === moves.length
}

/** Undefined where the leaf names somebody whom no kept move names. */
function moveTold(
  body: AuditBody,
  leaf: AuditLeaf,
  names: ReadonlyMap<string, string>,
  position: number,
): Move | undefined {
  try {
    return placeMoves([moveOfBody(body, leaf, names)], position)[0]
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined
    throw thrown
  }
}

function textOf(move: Move): string {
  const { type, at, actor, state, position } = move
  return canonicalJson({ type, at, actor, state, position, members: toldMembers(move) })
}

/** The persons and devices that the kept moves name, by pseudonym; whom a body names beside them is nobody here. */
async function namesIn(
  rows: Pick<Rows, 'pseudonymKeys'>,
  moves: readonly Move[],
): Promise<ReadonlyMap<string, string>> {
  const persons = new Set<string>()
  const devices = new Set<string>()
  for (const move of moves) {
    if (move.actor !== null) persons.add(move.actor)
    if (!('submission' in move)) continue
    const { submission } = move
    devices.add(submission.device)
    persons.add(submission.subject).add(submission.requester)
    for (const { pool, escalation } of submission.stages) for (const id of [...pool, ...escalation]) persons.add(id)
  }
  const names = new Map<string, string>()
  for (const id of persons) names.set(pseudonym(await rows.pseudonymKeys.keyOf('person', id), 'person', id), id)
  for (const id of devices) names.set(pseudonym(await rows.pseudonymKeys.keyOf('device', id), 'device', id), id)
  return names
}
