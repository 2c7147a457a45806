import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { type GrantState, isLive, isOpen, type RequestState } from '#domain/exceptions/states.ts'
import { aSnapshot, day, hour, minute, now } from './company.ts'
import { aGrant, aRequest, granted, headOf, requestId, stepUpUrl } from './company-requests.ts'
import { fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'

/** The page of one request; the snapshot names it while it is open or its grant lives. */
function page(request: ShownRequest, parts: Partial<Snapshot> = {}): PictureState {
  const { state, grant } = request
  const isUnderWay = isOpen(state) || (state === 'approved' && (grant === null || isLive(grant.state)))
  const exceptions = { requests: isUnderWay ? [headOf(request)] : [], drafts: [] }
  return {
    route: { screen: 'exceptions', request: request.request_id },
    snapshot: aSnapshot({ state: 'restricted', exceptions, ...parts }),
    answers: { 'exception/show': gives(request) },
  }
}
/** An id of a request that was made then: a UUIDv7 begins with its time. */
function askedAt(seconds: number): string {
  const time = (seconds * 1000).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}${requestId.slice(13)}`
}
const ended: Partial<ShownRequest> = { votes: null, waiting_for: [], decide_by: null }
const question = {
  id: 'm1',
  from: 'approver',
  by: 'Priya Raman',
  at: now - 9 * minute,
  text: 'Which version of the extension is it? Can you do without Payments?',
} as const
const answer = {
  id: 'm2',
  from: 'requester',
  by: null,
  at: now - 4 * minute,
  text: 'Version 8.2. I need Payments only for the signing key of the release.',
} as const

const byRequestState: { readonly [State in Exclude<RequestState, 'approved'>]: PictureState } = {
  step_up_required: page(aRequest({ state: 'step_up_required', step_up_url: stepUpUrl, votes: null, waiting_for: [] })),
  pending: page(aRequest()),
  info_needed: page(aRequest({ state: 'info_needed', thread: [question] })),
  denied: page(
    aRequest({ ...ended, state: 'denied', why: 'The fix is out since this morning: please update the extension.' }),
  ),
  withdrawn: page(aRequest({ ...ended, state: 'withdrawn' })),
  lapsed: page(aRequest({ ...ended, state: 'lapsed', votes: { have: 1, need: 2 } })),
  refused: page(aRequest({ ...ended, state: 'refused', refusal: [{ code: 'quota', limit: 3, left: 0 }] })),
  stale: page(aRequest({ ...ended, state: 'stale', why: null })),
}

const byGrantState: { readonly [State in GrantState]: PictureState } = {
  scheduled: page(granted({ state: 'scheduled', not_before: now + 2 * hour, not_after: now + 3 * hour })),
  awaiting_activation: page(granted({ state: 'awaiting_activation', not_before: null, not_after: now + day })),
  active: page(granted(), { state: 'excepted' }),
  suspended: page(granted({ state: 'suspended', cause: 'disk-encrypted' })),
  expired: page(
    granted(
      {
        state: 'expired',
        not_before: now - hour - minute,
        not_after: now - minute,
        ended_at: now - minute,
        cause: 'time',
      },
      { request_id: askedAt(now - hour - 8 * minute) },
    ),
  ),
  revoked: page(granted({ state: 'revoked', ended_at: now - 6 * minute })),
  cured: page(granted({ state: 'cured', ended_at: now - 6 * minute, cause: 'firewall-on' }), { state: 'healthy' }),
  unclaimed: page(
    granted(
      { state: 'unclaimed', not_before: null, not_after: now - 2 * minute, ended_at: now - 2 * minute },
      { request_id: askedAt(now - day) },
    ),
  ),
  voided: page(granted({ state: 'voided', ended_at: now - 3 * minute, cause: 'device' })),
}

export const liveStateNames = [
  'list',
  'list-empty',
  'answered-question',
  'approved-unproven',
  'not-live',
  'loading',
  'unknown-request',
  'gateway-away',
] as const

const second = {
  ...headOf(granted(), 5),
  request_id: '01a20ca1-4c11-7d02-8e6f-1b5a9d3c7e21',
  checks: ['ssh-keys-protected'],
  resources: ['build'],
}

export const liveStates: PictureStates<
  Exclude<RequestState, 'approved'> | GrantState | (typeof liveStateNames)[number]
> = {
  ...byRequestState,
  ...byGrantState,
  list: {
    route: { screen: 'exceptions' },
    snapshot: aSnapshot({
      state: 'restricted',
      exceptions: {
        requests: [headOf(aRequest()), second],
        drafts: [
          {
            draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q',
            checks: ['updates-current'],
            resources: ['wiki'],
            duration_s: day,
            reason: 'The update stops at 80 %.',
            saved_at: now - 3 * hour,
            clicked_at: null,
          },
        ],
      },
    }),
    answers: {
      'exception/show': async ({ request_id }) =>
        request_id === requestId
          ? aRequest()
          : granted({}, { request_id: second.request_id, checks: second.checks, resources: second.resources }),
    },
  },
  'list-empty': { route: { screen: 'exceptions' }, snapshot: aSnapshot() },
  'answered-question': page(aRequest({ thread: [question, answer], votes: { have: 1, need: 2 } })),
  'approved-unproven': page({
    ...aRequest({ state: 'approved', votes: { have: 2, need: 2 }, waiting_for: [] }),
    grant: aGrant({ state: 'active' }),
  }),
  'not-live': page(aRequest(), { stream: 'waiting' }),
  loading: { ...page(aRequest()), answers: { 'exception/show': never } },
  'unknown-request': {
    ...page(aRequest()),
    snapshot: aSnapshot(),
    answers: { 'exception/show': fails('not_found', {}) },
  },
  'gateway-away': page(aRequest(), {
    state: 'offline',
    stream: 'waiting',
    failure: { code: 'gateway_unreachable', at: now - 3 * minute },
  }),
}
