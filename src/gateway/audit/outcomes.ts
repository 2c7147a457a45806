import type { AuditBody } from '#contract/audit-bodies.ts'
import { grantStates, isLive, isOpen, requestStates } from '#domain/exceptions/states.ts'
import type { Outcome } from './audit-tables.ts'

/** What a body says of the request, grant or obligation it moves: whose it is, its state now, and whether that is an end. */
export type Moved = { readonly id: string; readonly outcome: Outcome }

/** Undefined for bodies that move nothing. */
export function movedBy(body: AuditBody): Moved | undefined {
  if (!('state' in body)) return undefined
  const { state, type, at } = body
  if (type.startsWith('obligation-') && 'obligation_id' in body)
    return moved(body.obligation_id, state, at, state === 'ratified' || state === 'contested')
  if (type.startsWith('grant-')) {
    const known = grantStates.find((each) => each === state)
    return moved(body.grant_id, state, at, known !== undefined && !isLive(known))
  }
  const known = requestStates.find((each) => each === state)
  return moved(body.request_id, state, at, known !== undefined && !isOpen(known))
}

function moved(id: string | undefined, state: string, at: number, isEnd: boolean): Moved | undefined {
  return id === undefined ? undefined : { id, outcome: { state, endedAt: isEnd ? at : null } }
}
