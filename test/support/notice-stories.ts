import type { NoticeInput, NoticeSettings } from '#agent/notices/notice-context.ts'
import { decideNotices, emptyMemory, memoryAtStart, type NoticeDecision } from '#agent/notices/notice-policy.ts'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { noticeMemory } from '#contract/agent-state-files.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { aFinding, aResult, aSnapshot, noon } from './a-snapshot.ts'

type Result = NonNullable<Snapshot['result']>
type Outcome = Result['checks'][number]['outcome']

export const minute = 60
export const hour = 3600
export const day = 86_400

export const inBerlin: NoticeSettings = {
  level: 'normal',
  quietHours: { from: '19:00', to: '08:00' },
  language: 'en',
  timeZone: 'Europe/Berlin',
}

/** A verdict that counts for a long time. `firewall` is how the firewall is judged; refused where it is violated, and blocks. */
export function judged(firewall: Outcome, parts: { readonly until?: number; readonly since?: number } = {}): Result {
  const isRefused = firewall === 'violated'
  return aResult({
    exp: noon + 400 * day,
    checks: [
      { check: 'disk', signal: 'disk-encryption', outcome: 'met' },
      {
        check: 'firewall',
        signal: 'firewall',
        outcome: firewall,
        remedy: { steps: { en: ['Turn the firewall on. Then press Check now.'], de: ['Firewall einschalten.'] } },
        ...(parts.since === undefined ? {} : { since: parts.since }),
      },
    ],
    resources: [
      {
        id: 'payments',
        name: 'Payments',
        access: isRefused ? 'refuse' : 'allow',
        findings: [aFinding('firewall@HsO6XLxM', { outcome: firewall, grace_until: parts.until ?? null })],
      },
    ],
  })
}

/** The same, where nothing is closed for it. */
export function warned(firewall: Outcome): Result {
  const result = judged(firewall)
  const resources = result.resources.map((resource) => ({ ...resource, access: 'allow' as const, findings: [] }))
  return { ...result, resources }
}

export function aToldRequest(parts: Partial<ShownRequest> = {}): ShownRequest {
  return {
    request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
    state: 'pending',
    proven: false,
    checks: ['firewall'],
    resources: ['payments'],
    duration_s: 7200,
    category: null,
    reason: null,
    ticket: null,
    controls: [],
    revision: null,
    terms_digest: null,
    votes: null,
    waiting_for: [],
    decide_by: null,
    step_up_url: null,
    refusal: [],
    why: null,
    thread: [],
    grant: null,
    log_index: null,
    told_at: noon,
    ...parts,
  }
}

export function aToldGrant(
  state: NonNullable<ShownRequest['grant']>['state'],
  parts: Partial<ShownRequest> = {},
): ShownRequest {
  const grant = {
    id: '01a20cc9-2ac0-7f31-b1d7-90c2aa41e0f4',
    state,
    checks: ['firewall'],
    resources: ['payments'],
    controls: [],
    not_before: noon,
    not_after: noon + 2 * hour,
    ended_at: null,
    cause: null,
  }
  return aToldRequest({ state: 'approved', proven: true, grant, ...parts })
}

export function aVote(parts: Partial<Snapshot['asked_votes'][number]> = {}): Snapshot['asked_votes'][number] {
  return {
    request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be7aa',
    stage: 'security',
    checks: ['firewall'],
    requester: 'Grace',
    decide_by: noon + 4 * hour,
    told_at: noon,
    ...parts,
  }
}

export type Happening = Partial<Omit<NoticeInput, 'snapshot'>> & { readonly snapshot?: Partial<Snapshot> }

/** An agent that is told what happens, and keeps on disk what it told: each step parses what the last one wrote. */
export function aTeller(settings: NoticeSettings = inBerlin) {
  let memory = emptyMemory
  return {
    at(now: number, { snapshot, ...happening }: Happening = {}): NoticeDecision {
      const decision = decideNotices(memory, {
        snapshot: aSnapshot({ told_at: now, ...snapshot }),
        changed: [],
        trayMissing: false,
        updateReady: undefined,
        settings,
        now,
        ...happening,
      })
      memory = noticeMemory.parse(JSON.parse(JSON.stringify(decision.memory)))
      return decision
    },
    titlesAt(now: number, happening: Happening = {}): readonly string[] {
      return this.at(now, happening).notices.map(({ title }) => title)
    },
    restart() {
      memory = memoryAtStart(memory)
    },
    memory: () => memory,
  }
}
