import type { AgentState } from '#domain/agent-state.ts'
import {
  aSnapshot,
  day,
  finding,
  hour,
  judged,
  minute,
  notEnrolled,
  now,
  readings,
  resource,
  unread,
  verdict,
} from './company.ts'
import { requestHeads } from './company-requests.ts'
import { catalogueByPolicy } from './enroll-states.ts'
import { fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'

const at = { route: { screen: 'status' } } as const
const firewallOff = judged('firewall-on', {
  outcome: 'violated',
  since: now - 50 * minute,
  value: { state: 'off', inbound: 'allow' },
})
const updatesWaiting = judged('updates-current', {
  outcome: 'violated',
  since: now - 2 * day,
  value: { pendingSecurity: 3, waitingSince: now - 16 * day, restartNeeded: true },
})
const updatesInGrace = { ...updatesWaiting, outcome: 'tolerated' } as const
const graceEnds = now + day + 6 * hour + 30 * minute

/** Payments and two more are closed by the firewall. */
const restricted = verdict({
  status: 'contraindicated',
  checks: [firewallOff],
  resources: [
    resource('wiki'),
    resource('build'),
    resource('payments', { access: 'refuse', code: 'posture_failed', findings: [finding('firewall-on')] }),
    resource('source', { access: 'refuse', code: 'posture_failed', findings: [finding('firewall-on')] }),
    resource('customers', { access: 'refuse', code: 'posture_failed', findings: [finding('firewall-on')] }),
  ],
})
const inGrace = verdict({
  status: 'warning',
  checks: [updatesInGrace],
  resources: [
    resource('wiki'),
    resource('source', {
      findings: [finding('updates-current', { outcome: 'tolerated', grace_until: graceEnds })],
    }),
    resource('payments', {
      access: 'challenge',
      findings: [finding('updates-current', { outcome: 'tolerated', grace_until: graceEnds })],
    }),
    resource('customers'),
    resource('build'),
  ],
})
const excepted = verdict({
  status: 'warning',
  checks: [{ ...firewallOff, outcome: 'excepted' }],
  resources: [
    resource('wiki'),
    resource('source', { findings: [finding('firewall-on', { outcome: 'excepted', exception: null })] }),
    resource('payments'),
    resource('customers'),
    resource('build'),
  ],
  grants: [requestHeads.active.grantId],
})
const cannotRead = verdict({
  status: 'warning',
  checks: [unread('remote-access-off', 'denied')],
  resources: [
    resource('wiki', { findings: [finding('remote-access-off', { outcome: 'unknown', enforce: 'warn' })] }),
    resource('source'),
    resource('payments'),
    resource('customers'),
    resource('build'),
  ],
})

/** One picture per word that tray, window and command line have for an agent. */
const byState: { readonly [State in AgentState]: PictureState } = {
  starting: {
    ...at,
    snapshot: aSnapshot({
      state: 'starting',
      stream: 'connecting',
      result: null,
      result_at: null,
      readings: [],
      readings_at: null,
      checking: true,
    }),
  },
  'update-required': {
    ...at,
    snapshot: aSnapshot({
      state: 'update-required',
      failure: { code: 'agent_outdated', at: now - 4 * minute },
      stream: 'waiting',
    }),
  },
  'not-enrolled': { ...at, snapshot: notEnrolled() },
  'waiting-approval': {
    ...at,
    snapshot: aSnapshot({
      state: 'waiting-approval',
      stream: 'off',
      result: null,
      result_at: null,
      failure: { code: 'pending_approval', at: now - 20 * minute },
    }),
  },
  'key-locked': {
    ...at,
    snapshot: aSnapshot({
      state: 'key-locked',
      key_store: { kind: 'keytar', state: 'locked', reason: 'collection-locked' },
      failure: { code: 'key_locked', at: now - minute },
    }),
  },
  'key-unavailable': {
    ...at,
    snapshot: aSnapshot({
      state: 'key-unavailable',
      os: 'linux',
      key_store: { kind: 'keytar', state: 'unavailable', reason: 'no-secret-service' },
      failure: { code: 'key_unavailable', at: now - minute },
    }),
  },
  'key-missing': {
    ...at,
    snapshot: aSnapshot({
      state: 'key-missing',
      key_store: { kind: 'keytar', state: 'missing', reason: 'key-gone' },
      failure: { code: 'key_missing', at: now - minute },
    }),
  },
  quarantined: {
    ...at,
    snapshot: aSnapshot({
      state: 'quarantined',
      stream: 'waiting',
      failure: { code: 'device_quarantined', at: now - 8 * minute },
    }),
  },
  offline: {
    ...at,
    snapshot: aSnapshot({
      state: 'offline',
      stream: 'waiting',
      result_at: now - 40 * minute,
      failure: { code: 'gateway_unreachable', at: now - 25 * minute },
    }),
  },
  'verdict-old': {
    ...at,
    snapshot: aSnapshot({
      state: 'verdict-old',
      stream: 'waiting',
      result: verdict({ iat: now - 14 * hour, exp: now - 13 * hour }),
      result_at: now - 14 * hour,
    }),
  },
  refused: {
    ...at,
    snapshot: aSnapshot({
      state: 'refused',
      result: verdict({
        status: 'contraindicated',
        checks: [firewallOff, updatesWaiting],
        resources: restricted.resources.map((each, index) => ({
          ...each,
          access: 'refuse',
          code: 'posture_failed',
          findings: [finding('firewall-on'), ...(index < 2 ? [] : [finding('updates-current')])],
        })),
      }),
    }),
  },
  restricted: { ...at, snapshot: aSnapshot({ state: 'restricted', result: restricted }) },
  grace: { ...at, snapshot: aSnapshot({ state: 'grace', result: inGrace }) },
  excepted: {
    ...at,
    snapshot: aSnapshot({
      state: 'excepted',
      result: excepted,
      exceptions: { requests: [requestHeads.active.head], drafts: [] },
    }),
  },
  warning: { ...at, snapshot: aSnapshot({ state: 'warning', result: cannotRead }) },
  'nothing-asked': {
    ...at,
    snapshot: aSnapshot({
      state: 'nothing-asked',
      result: { ...verdict({ status: 'none', resources: [] }), checks: [] },
    }),
  },
  healthy: { ...at, snapshot: aSnapshot() },
}

/** Every way a row can be, on one page. */
const everyRow = verdict({
  status: 'contraindicated',
  checks: [
    firewallOff,
    updatesInGrace,
    judged('ssh-keys-protected', {
      outcome: 'excepted',
      since: now - 3 * day,
      value: { unprotected: 1, protected: 2 },
    }),
    unread('remote-access-off', 'timed-out'),
    unread('hardware-key-chip', 'not-supported-here', 'na'),
    judged('screen-locks', {
      outcome: 'violated',
      since: now - 6 * day,
      value: { locks: true, delaySeconds: 900, idleSeconds: 1800 },
    }),
  ],
  resources: [
    ...restricted.resources.slice(0, 2),
    resource('payments', {
      access: 'refuse',
      findings: [
        finding('firewall-on'),
        finding('screen-locks', { exception: null }),
        finding('remote-access-off', { outcome: 'unknown' }),
      ],
    }),
    resource('source', {
      access: 'refuse',
      findings: [
        finding('firewall-on'),
        finding('updates-current', { outcome: 'tolerated', grace_until: graceEnds }),
        finding('ssh-keys-protected', { outcome: 'excepted', exception: null }),
      ],
    }),
    resource('customers', { access: 'challenge', findings: [] }),
  ],
  grants: [requestHeads.active.grantId],
})

const unreadBecause = (why: string) => ({
  ...at,
  snapshot: aSnapshot({
    state: 'warning',
    result: {
      ...cannotRead,
      checks: cannotRead.checks.map((each) => (each.outcome === 'unknown' ? unread('remote-access-off', why) : each)),
    },
  }),
})

export const statusStateNames = [
  'every-row',
  'checking',
  'changed-just-now',
  'reminder-silenced',
  'open-request',
  'not-live',
  'file-key',
  'new-field-asked',
  'agreed-by-policy',
  'managed',
  'loading',
  'agent-gone',
  'unread-timed-out',
  'unread-denied',
  'unread-not-supported',
  'unread-unrecognised',
  'unread-not-consented',
] as const

export const statusStates: PictureStates<AgentState | (typeof statusStateNames)[number]> = {
  ...byState,
  'every-row': {
    ...at,
    snapshot: aSnapshot({
      state: 'restricted',
      result: everyRow,
      exceptions: {
        requests: [{ ...requestHeads.active.head, checks: ['ssh-keys-protected'], resources: ['source'] }],
        drafts: [],
      },
    }),
  },
  checking: { ...at, snapshot: aSnapshot({ state: 'restricted', result: restricted, checking: true }) },
  'changed-just-now': {
    ...at,
    snapshot: aSnapshot({
      state: 'restricted',
      result: restricted,
      readings: readings({ firewall: 'on' }).map((each) => ({ ...each, at: now - 2 })),
      readings_at: now - 2,
      checking: true,
    }),
  },
  'reminder-silenced': {
    ...at,
    snapshot: aSnapshot({ state: 'grace', result: inGrace, snoozed: [{ check: 'updates-current', until: graceEnds }] }),
  },
  'open-request': {
    ...at,
    snapshot: aSnapshot({
      state: 'restricted',
      result: restricted,
      exceptions: { requests: [requestHeads.pending.head], drafts: [] },
    }),
  },
  'not-live': { ...at, snapshot: aSnapshot({ state: 'restricted', result: restricted, stream: 'waiting' }) },
  'file-key': {
    ...at,
    snapshot: aSnapshot({
      tier: 'T0',
      key_store: { kind: 'file', state: 'file', reason: null },
      result: verdict({ tier: 'T0' }),
    }),
  },
  'new-field-asked': {
    ...at,
    snapshot: aSnapshot({ consent: { by: 'user', missing: ['automatic-login'], unseen: false } }),
  },
  'agreed-by-policy': {
    ...at,
    snapshot: aSnapshot({ consent: { by: 'policy', missing: [], unseen: true } }),
    answers: { 'privacy/catalogue': gives(catalogueByPolicy) },
  },
  managed: {
    ...at,
    snapshot: aSnapshot({
      managed: {
        governed: ['ServerUrl', 'Notifications', 'HideQuit'],
        remarks: ['/Library/Managed Preferences/dev.postern.agent.plist: Notifications is none of normal, quiet, off'],
      },
    }),
  },
  loading: { ...at, snapshot: aSnapshot(), answers: { 'agent/snapshot': never } },
  'agent-gone': { ...at, snapshot: aSnapshot(), answers: { 'agent/snapshot': fails('agent_not_running', {}) } },
  'unread-timed-out': unreadBecause('timed-out'),
  'unread-denied': unreadBecause('denied'),
  'unread-not-supported': unreadBecause('not-supported-here'),
  'unread-unrecognised': unreadBecause('unrecognised-output'),
  'unread-not-consented': unreadBecause('not-consented'),
}
