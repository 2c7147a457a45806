import type { TrayView } from '#agent/tray/tray-view.ts'
import type { Snapshot } from '#contract/ipc.ts'
import type { AgentState } from '#domain/agent-state.ts'
import { aFinding, aRefusal, aResult, aSnapshot, noon } from './a-snapshot.ts'

type Result = NonNullable<Snapshot['result']>
type Head = Snapshot['exceptions']['requests'][number]

export function aTrayView(parts: Partial<TrayView> = {}): TrayView {
  return {
    os: 'linux',
    language: 'en',
    timeZone: 'Europe/Berlin',
    now: noon,
    hideQuit: false,
    updateReady: undefined,
    ...parts,
  }
}

export function aRequestHead(parts: Partial<Head> = {}): Head {
  return {
    request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
    state: 'pending',
    proven: false,
    checks: ['firewall'],
    resources: ['payments'],
    votes: { have: 1, need: 2 },
    decide_by: noon + 7200,
    grant: null,
    changes: 1,
    ...parts,
  }
}

/** A grant that lives until 17:30 in Berlin. */
export function aGrantHead(parts: Partial<Head> = {}): Head {
  return aRequestHead({
    state: 'approved',
    proven: true,
    grant: { state: 'active', not_after: noon + 23_400 },
    ...parts,
  })
}

const offered = { offered: true, max_duration_s: 86_400, stages: ['security'] }

/** A firewall that is off and holds Payments closed, with an exception on offer. */
export function aRefusalWithOffer(): Result {
  const refusal = aRefusal()
  return {
    ...refusal,
    resources: refusal.resources.map((resource) => ({
      ...resource,
      findings: resource.findings.map((finding) => ({ ...finding, exception: offered })),
    })),
  }
}

/** The same, to be fixed by Friday 17:30 in Berlin; until then everything stays open. */
export function aGrace(until = noon + 109_800): Result {
  const refusal = aRefusal()
  return aResult({
    status: 'warning',
    checks: refusal.checks.map((check) => (check.check === 'firewall' ? { ...check, outcome: 'tolerated' } : check)),
    resources: [
      {
        id: 'payments',
        name: 'Payments',
        access: 'allow',
        findings: [aFinding('firewall@HsO6XLxM', { outcome: 'tolerated', grace_until: until, exception: offered })],
      },
    ],
  })
}

export function anExceptedResult(): Result {
  return aResult({
    status: 'warning',
    checks: aRefusal().checks.map((check) => (check.check === 'firewall' ? { ...check, outcome: 'excepted' } : check)),
    grants: ['01a20cc9-2ac0-7f31-b1d7-90c2aa41e0f4'],
  })
}

export function aWarning(): Result {
  const firewall = aRefusal().checks.filter(({ check }) => check === 'firewall')
  const disk = {
    check: 'disk',
    signal: 'disk-encryption',
    outcome: 'unknown',
    observed: { kind: 'unknown', why: 'timed-out' },
    required: { text: { en: 'all disks', de: 'alle Platten' }, parameters: {} },
  } as const
  return aResult({ status: 'warning', checks: [disk, ...firewall] })
}

const nobody = { issuer: null, organisation: null, contact: null, owner: null, device_id: null, tier: null }
const closed = aRefusalWithOffer()
const allClosed = { ...closed, resources: closed.resources.filter(({ access }) => access === 'refuse') }

/** A plain example of each state. */
export const trayStories: { readonly [State in AgentState]: Partial<Snapshot> } = {
  starting: {},
  'update-required': { failure: { code: 'agent_outdated', at: noon } },
  'not-enrolled': { ...nobody, key_store: { kind: null, state: 'unasked', reason: null } },
  'waiting-approval': { owner: null, device_id: null, tier: null },
  'key-locked': { key_store: { kind: 'keytar', state: 'locked', reason: 'collection-locked' } },
  'key-unavailable': { key_store: { kind: 'keytar', state: 'unavailable', reason: 'no-session-bus' } },
  'key-missing': { key_store: { kind: 'keytar', state: 'missing', reason: 'key-gone' } },
  quarantined: {},
  offline: { result: aRefusal(), failure: { code: 'gateway_unreachable', at: noon - 1800 } },
  'verdict-old': { result: aResult({ exp: noon - 1 }), result_at: noon - 86_400 },
  refused: {
    result: allClosed,
    exceptions: { requests: [aRequestHead()], drafts: [] },
    key_store: { kind: 'file', state: 'file', reason: null },
  },
  restricted: { result: closed },
  grace: { result: aGrace() },
  excepted: { result: anExceptedResult(), exceptions: { requests: [aGrantHead()], drafts: [] } },
  warning: { result: aWarning() },
  'nothing-asked': { result: aResult({ status: 'none', checks: [], resources: [] }) },
  healthy: { result: aResult() },
}

export function aSnapshotIn(state: AgentState): Snapshot {
  return aSnapshot({ state, ...trayStories[state] })
}
