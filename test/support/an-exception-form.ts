import type { Draft, ExceptionForm, HistoryItem, ShownRequest } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import { noon } from './a-snapshot.ts'

/** What windows about exceptions are told, for a firewall that is off and closes Payments. */

export const requestId = '01a21735-51a0-7f3e-9a55-3c8d2e6b1f40'

export function aForm(parts: Partial<ExceptionForm> = {}): ExceptionForm {
  return {
    result_at: noon - 600,
    checks: [
      {
        id: 'firewall',
        outcome: 'violated',
        offered: true,
        resources: [
          { id: 'payments', name: 'Payments', offered: true },
          { id: 'build', name: 'Build server', offered: true },
          { id: 'records', name: 'Records', offered: false },
        ],
      },
    ],
    limits: { max_duration_s: 28_800, reason_min: 20, categories: ['vendor-bug', 'travel'], open_max: 2 },
    drafts: [],
    ...parts,
  }
}

export function aPreview(parts: Partial<PreviewAnswer> = {}): PreviewAnswer {
  return {
    offered: true,
    max_duration_s: 14_400,
    total_left_s: 72_000,
    quota_left: 2,
    risk_tier: 'medium',
    stages: [
      { id: 'security', need: 1 },
      { id: 'owner', need: 1 },
    ],
    step_up: 'webauthn',
    controls: ['record'],
    categories: ['vendor-bug', 'travel'],
    reason_min: 20,
    ...parts,
  }
}

export function aDraft(parts: Partial<Draft> = {}): Draft {
  return {
    draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q',
    checks: ['firewall'],
    resources: ['payments'],
    duration_s: 7200,
    category: 'travel',
    reason: 'I am on a train and need to pay for it.',
    saved_at: noon - 120,
    clicked_at: null,
    ...parts,
  }
}

export function aShownRequest(parts: Partial<ShownRequest> = {}): ShownRequest {
  return {
    request_id: requestId,
    state: 'pending',
    proven: false,
    checks: ['firewall'],
    resources: ['payments'],
    duration_s: 3600,
    category: 'vendor-bug',
    reason: 'The driver does not load while it is on.',
    ticket: null,
    controls: ['record'],
    revision: 1,
    terms_digest: 'A'.repeat(43),
    votes: { have: 1, need: 2 },
    waiting_for: ['owner'],
    decide_by: noon + 7200,
    step_up_url: null,
    refusal: [],
    why: null,
    thread: [],
    grant: null,
    log_index: 12,
    told_at: noon - 60,
    ...parts,
  }
}

type Grant = NonNullable<ShownRequest['grant']>

export function aShownGrant(parts: Partial<Grant> = {}): Grant {
  return {
    id: '01a21736-2ac0-7f31-b1d7-90c2aa41e0f4',
    state: 'active',
    checks: ['firewall'],
    resources: ['payments'],
    controls: ['record'],
    not_before: noon - 600,
    not_after: noon + 3000,
    ended_at: null,
    cause: null,
    ...parts,
  }
}

/** An approval that a signed decision proves, and its grant. */
export function aGrantedRequest(grant: Partial<Grant> = {}, parts: Partial<ShownRequest> = {}): ShownRequest {
  return aShownRequest({
    state: 'approved',
    proven: true,
    votes: { have: 2, need: 2 },
    waiting_for: [],
    decide_by: null,
    grant: aShownGrant(grant),
    ...parts,
  })
}

/** A firewall that was on, and was found off. */
export function aVerdictChange(id: string, at: number): HistoryItem {
  return {
    kind: 'verdict',
    id,
    at,
    changes: [
      {
        check: 'firewall',
        from: 'met',
        to: 'violated',
        observed: { kind: 'observed', value: { state: 'off' }, at, source: 'nft' },
        required: { text: { en: 'on', de: 'an' }, parameters: {} },
      },
    ],
  }
}
