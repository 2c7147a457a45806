import { Failure } from '../failure.ts'
import { type GrantState, isLive, isOpen, liveGrantStates, openRequestStates, type RequestState } from './states.ts'

/** From which states a move is taken, and where it leads; `same` leaves the state as it is, `new` is before the first. */
export type Step<State extends string> = {
  readonly from: readonly (State | 'new')[]
  readonly to: readonly State[] | 'same'
}

export const requestMoveTypes = [
  'request-submitted',
  'request-refused',
  'request-proved',
  'request-queried',
  'request-answered',
  'request-escalated',
  'vote-approved',
  'vote-denied',
  'offer-made',
  'offer-accepted',
  'request-approved',
  'request-denied',
  'request-withdrawn',
  'request-lapsed',
  'request-outdated',
] as const
export type RequestMoveType = (typeof requestMoveTypes)[number]

export const grantMoveTypes = [
  'grant-minted',
  'grant-opened',
  'grant-activated',
  'grant-unclaimed',
  'grant-suspended',
  'grant-resumed',
  'grant-narrowed',
  'grant-cured',
  'grant-expired',
  'grant-revoked',
  'grant-voided',
] as const
export type GrantMoveType = (typeof grantMoveTypes)[number]

/**
 * R1 to R11 (exceptions.md section 3). What is approved at once is `pending` first: each move says the state after itself
 * alone. A deny by a person is two moves, and neither the question nor the clock stands in its way.
 */
export const requestTable: { readonly [Type in RequestMoveType]: Step<RequestState> } = {
  'request-submitted': { from: ['new'], to: ['step_up_required', 'pending'] },
  'request-refused': { from: ['new'], to: ['refused'] },
  'request-proved': { from: ['step_up_required'], to: ['pending'] },
  'request-queried': { from: ['pending'], to: ['info_needed'] },
  'request-answered': { from: ['info_needed'], to: ['pending'] },
  'request-escalated': { from: ['pending', 'info_needed'], to: 'same' },
  'vote-approved': { from: ['pending'], to: 'same' },
  'vote-denied': { from: ['pending', 'info_needed'], to: 'same' },
  'offer-made': { from: ['pending'], to: 'same' },
  'offer-accepted': { from: ['pending'], to: 'same' },
  'request-approved': { from: ['pending'], to: ['approved'] },
  'request-denied': { from: ['pending', 'info_needed'], to: ['denied'] },
  'request-withdrawn': { from: openRequestStates, to: ['withdrawn'] },
  'request-lapsed': { from: openRequestStates, to: ['lapsed'] },
  'request-outdated': { from: openRequestStates, to: ['stale'] },
}

/** G1 to G10 (exceptions.md section 4). */
export const grantTable: { readonly [Type in GrantMoveType]: Step<GrantState> } = {
  'grant-minted': { from: ['new'], to: ['scheduled', 'awaiting_activation', 'active'] },
  'grant-opened': { from: ['scheduled'], to: ['awaiting_activation'] },
  'grant-activated': { from: ['scheduled', 'awaiting_activation'], to: ['active'] },
  'grant-unclaimed': { from: ['awaiting_activation'], to: ['unclaimed'] },
  'grant-suspended': { from: ['active'], to: ['suspended'] },
  'grant-resumed': { from: ['suspended'], to: ['active'] },
  'grant-narrowed': { from: ['active'], to: 'same' },
  'grant-cured': { from: ['active'], to: ['cured'] },
  'grant-expired': { from: liveGrantStates, to: ['expired'] },
  'grant-revoked': { from: liveGrantStates, to: ['revoked'] },
  'grant-voided': { from: liveGrantStates, to: ['voided'] },
}

/**
 * The state of a request after a move. `wanted` chooses where the table leaves a choice. Throws `request_closed` in a
 * terminal state, `state_conflict` where a live one does not take this move now, `not_found` where there is nothing yet.
 */
export function afterRequestMove(
  state: RequestState | undefined,
  type: RequestMoveType,
  wanted?: RequestState,
): RequestState {
  return after(requestTable[type], isOpen, state, wanted)
}

/** The same for a grant, whose table is that of section 4. */
export function afterGrantMove(state: GrantState | undefined, type: GrantMoveType, wanted?: GrantState): GrantState {
  return after(grantTable[type], isLive, state, wanted)
}

function after<State extends string>(
  { from, to }: Step<State>,
  lives: (state: State) => boolean,
  state: State | undefined,
  wanted: State | undefined,
): State {
  if (state !== undefined && !lives(state)) throw new Failure('request_closed', { state })
  if (!from.includes(state ?? 'new')) throw refused(state)
  const reached = to === 'same' ? state : to.length === 1 ? to[0] : to.find((each) => each === wanted)
  if (reached === undefined || (wanted !== undefined && wanted !== reached)) throw refused(state)
  return reached
}

function refused(state: string | undefined): Failure {
  return state === undefined ? new Failure('not_found', {}) : new Failure('state_conflict', { state })
}
