import type { Json } from '#domain/canonical-json.ts'
import { grantMoveTypes, requestMoveTypes } from '#domain/exceptions/machines.ts'
import type { Move } from '#domain/exceptions/moves.ts'
import { jsonOf } from '#gateway/storage/columns.ts'
import type { MoveRecord } from '#gateway/storage/exception-request-store.ts'

/** What a move says beside position, time, actor and state, as it is kept. */
export function membersOf({
  type: _type,
  at: _at,
  actor: _actor,
  state: _state,
  position: _position,
  ...members
}: Move): Json {
  return jsonOf(JSON.stringify(members))
}

/** A kept move. What does not have the form of one was not written by us. */
export function readMove({ type, at, actor, state, position, members }: MoveRecord): Move {
  const move: unknown = { ...(isObject(members) ? members : {}), type, at, actor, state, position }
  if (!isMove(move)) throw new TypeError('a move that was not written by us')
  return move
}

function isMove(move: unknown): move is Move {
  return isObject(move) && [...requestMoveTypes, ...grantMoveTypes].some((type) => type === move['type'])
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
