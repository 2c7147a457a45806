import type { Draft, ExceptionForm, ShownRequest } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import type { RequestHandlers, Snapshot } from '#contract/ipc.ts'
import { mostDrafts } from '#domain/exceptions/most-drafts.ts'
import { aSnapshot, day, finding, hour, judged, minute, notEnrolled, now, resource, verdict } from './company.ts'
import { aRequest, reason, requestHeads, stepUpUrl } from './company-requests.ts'
import { type Act, fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'

const at = { route: { screen: 'request', check: 'firewall-on' } } as const
const firewallOff = judged('firewall-on', { outcome: 'violated', since: now - 50 * minute, value: { state: 'off' } })

const failing: Snapshot = aSnapshot({
  state: 'restricted',
  result: verdict({
    status: 'contraindicated',
    checks: [
      firewallOff,
      judged('endpoint-agent', { outcome: 'violated', since: now - 3 * hour, value: { agents: [] } }),
    ],
    resources: [
      resource('wiki'),
      resource('source', { access: 'refuse', findings: [finding('firewall-on')] }),
      resource('payments', { access: 'refuse', findings: [finding('firewall-on')] }),
      resource('customers', {
        access: 'refuse',
        findings: [finding('firewall-on'), finding('endpoint-agent', { exception: { offered: false } })],
      }),
      resource('build'),
    ],
  }),
})

const form: ExceptionForm = {
  result_at: now - 12 * minute,
  checks: [
    {
      id: 'firewall-on',
      outcome: 'violated',
      offered: true,
      resources: [
        { id: 'source', name: 'Source code', offered: true },
        { id: 'payments', name: 'Payments', offered: true },
        { id: 'customers', name: 'Customer records', offered: false },
      ],
    },
  ],
  limits: {
    max_duration_s: 8 * hour,
    reason_min: 30,
    categories: ['app-compatibility', 'debugging', 'vendor-bug'],
    open_max: 2,
  },
  drafts: [],
}
const bothChecks: ExceptionForm = {
  ...form,
  checks: [
    ...form.checks,
    {
      id: 'endpoint-agent',
      outcome: 'violated',
      offered: false,
      resources: [{ id: 'customers', name: 'Customer records', offered: false }],
    },
  ],
}

const preview: PreviewAnswer = {
  offered: true,
  max_duration_s: 4 * hour,
  total_left_s: 20 * hour,
  quota_left: 2,
  risk_tier: 'medium',
  stages: [
    { id: 'device-security', need: 1 },
    { id: 'owner', need: 1 },
  ],
  step_up: 'webauthn-uv',
  controls: ['notify', 'record'],
  categories: ['app-compatibility', 'debugging', 'vendor-bug'],
  reason_min: 30,
  ticket: 'OPS-*',
}
const refused = (code: string, limit: number | null, left: number | null, parts: Partial<PreviewAnswer> = {}) =>
  gives({ ...preview, offered: false, refusal: [{ code, limit, left }], ...parts })

/** As it was left: everything filled in. */
const draft: Draft = {
  draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q',
  checks: ['firewall-on'],
  resources: ['source', 'payments'],
  duration_s: hour,
  category: 'vendor-bug',
  reason,
  ticket: 'OPS-2214',
  remedy_by: now + day,
  saved_at: now - 2 * minute,
  clicked_at: null,
}
const filled = { ...form, drafts: [draft] }
const usual: Partial<RequestHandlers> = { 'exception/form': gives(form), 'exception/preview': gives(preview) }
const away: Snapshot = {
  ...failing,
  state: 'offline',
  stream: 'waiting',
  failure: { code: 'gateway_unreachable', at: now - minute },
}
const ticketAsked = { errors: [{ pointer: '/ask/ticket', detail: 'must match OPS-*' }] }
const send: readonly Act[] = [{ act: 'press', name: 'send' }]

function written(answers: Partial<RequestHandlers> = {}, acts: readonly Act[] = []): PictureState {
  return { ...at, snapshot: failing, answers: { ...usual, 'exception/form': gives(filled), ...answers }, acts }
}
const previewed = (handler: RequestHandlers['exception/preview']) => written({ 'exception/preview': handler })
const sent = (handler: RequestHandlers['exception/submit']) => written({ 'exception/submit': handler }, send)
/** Sent, and shown live from then on. */
const became = (request: ShownRequest) =>
  written({ 'exception/submit': gives({ kind: 'sent', request }), 'exception/show': gives(request) }, send)

export const requestStateNames = [
  'loading',
  'begun',
  'two-checks',
  'limits-loading',
  'written',
  'reason-too-short',
  'not-allowed',
  'nothing-fails',
  'quota-used-up',
  'cooldown',
  'total-used-up',
  'duration-too-long',
  'open-at-once',
  'nobody-can-approve',
  'equal-request-open',
  'offline-limits',
  'key-locked-limits',
  'sending',
  'kept-offline',
  'kept-then-refused',
  'no-room',
  'step-up',
  'sent',
  'refused',
  'limit-broken',
  'gateway-busy',
  'form-failed',
] as const

export const requestFormStates: PictureStates<(typeof requestStateNames)[number]> = {
  loading: { ...at, snapshot: failing, answers: { 'exception/form': never } },
  begun: { ...at, snapshot: failing, answers: usual },
  'two-checks': {
    route: { screen: 'request' },
    snapshot: failing,
    answers: { ...usual, 'exception/form': gives(bothChecks) },
  },
  'limits-loading': previewed(never),
  written: written(),
  'reason-too-short': written(
    { 'exception/form': gives({ ...form, drafts: [{ ...draft, reason: 'VPN broken' }] }) },
    send,
  ),
  'not-allowed': {
    route: { screen: 'request', check: 'endpoint-agent' },
    snapshot: failing,
    answers: { ...usual, 'exception/form': gives({ ...bothChecks, checks: bothChecks.checks.slice(1) }) },
  },
  'nothing-fails': {
    route: { screen: 'request' },
    snapshot: aSnapshot(),
    answers: { ...usual, 'exception/form': gives({ ...form, checks: [] }) },
  },
  'quota-used-up': previewed(refused('quota', 3, 0, { quota_left: 0 })),
  cooldown: previewed(refused('cooldown', day, 5 * hour, { cooldown_until: now + 5 * hour })),
  'total-used-up': previewed(refused('total', 24 * hour, 0, { total_left_s: 0 })),
  'duration-too-long': previewed(refused('duration', 30 * minute, 30 * minute, { max_duration_s: 30 * minute })),
  'open-at-once': previewed(refused('open_at_once', 2, 0)),
  'nobody-can-approve': previewed(refused('no_quorum', 2, 0)),
  'equal-request-open': {
    ...written(),
    snapshot: { ...failing, exceptions: { requests: [requestHeads.pending.head], drafts: [] } },
  },
  'offline-limits': {
    ...previewed(fails('gateway_unreachable', { reason: 'No connection to posture.havel-optics.example came about' })),
    snapshot: away,
  },
  'key-locked-limits': {
    ...previewed(fails('key_locked', {})),
    snapshot: {
      ...failing,
      state: 'key-locked',
      key_store: { kind: 'keytar', state: 'locked', reason: 'locked' },
      failure: { code: 'key_locked', at: now - minute },
    },
  },
  sending: sent(never),
  'kept-offline': {
    ...sent(gives({ kind: 'kept', draft: { ...draft, clicked_at: now }, code: 'gateway_unreachable' })),
    snapshot: away,
  },
  'kept-then-refused': written({
    'exception/form': gives({
      ...form,
      drafts: [{ ...draft, refused: { code: 'exception_limit', at: now - minute, details: ticketAsked } }],
    }),
  }),
  'no-room': written(
    {
      'exception/submit': fails('drafts_full', { most: mostDrafts }),
      'draft/save': fails('drafts_full', { most: mostDrafts }),
    },
    send,
  ),
  'step-up': became(aRequest({ state: 'step_up_required', step_up_url: stepUpUrl, votes: null, waiting_for: [] })),
  sent: became(aRequest({ votes: { have: 0, need: 2 }, waiting_for: ['device-security', 'owner'] })),
  refused: sent(
    gives({
      kind: 'sent',
      request: aRequest({
        state: 'refused',
        votes: null,
        waiting_for: [],
        decide_by: null,
        refusal: [
          { code: 'duration', limit: 30 * minute, left: 30 * minute },
          { code: 'justification', limit: 200, left: null },
        ],
      }),
    }),
  ),
  'limit-broken': sent(
    fails('exception_limit', {
      errors: [
        { pointer: '/ask/ticket', detail: 'must match OPS-*' },
        { pointer: '/ask/duration_s', detail: 'at most 14400 seconds' },
      ],
    }),
  ),
  'gateway-busy': sent(fails('unavailable', { retry_after: 60 })),
  'form-failed': { ...at, snapshot: notEnrolled(), answers: { 'exception/form': fails('not_enrolled', {}) } },
}
