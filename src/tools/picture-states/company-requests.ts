import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { hour, issuer, minute, now } from './company.ts'

/** The request that the pictures tell of: an hour of source code and payments without a firewall. */

export const requestId = '01a21735-51a0-7f3e-9a55-3c8d2e6b1f40'
export const grantId = '01a20cc9-2ac0-7f31-b1d7-90c2aa41e0f4'
export const stepUpUrl = `${issuer}/step-up/${requestId}`
export const reason =
  'The VPN vendor’s new network extension stops working while the firewall is on. Their fix is announced for this evening; the optics release has to be signed this afternoon.'

export function aRequest(parts: Partial<ShownRequest> = {}): ShownRequest {
  return {
    request_id: requestId,
    state: 'pending',
    proven: false,
    checks: ['firewall-on'],
    resources: ['source', 'payments'],
    duration_s: hour,
    category: 'vendor-bug',
    reason,
    ticket: 'OPS-2214',
    controls: ['notify', 'record'],
    revision: 1,
    terms_digest: 'dG7kQ2vXm9TzB4nLc1hYw5RsJ8uPoFeAiW3xKq6rMyE',
    votes: { have: 1, need: 2 },
    waiting_for: ['owner'],
    decide_by: now + 3 * hour + 50 * minute,
    step_up_url: null,
    refusal: [],
    why: null,
    thread: [],
    grant: null,
    log_index: 5127,
    told_at: now - minute,
    ...parts,
  }
}

type ShownGrant = NonNullable<ShownRequest['grant']>

export function aGrant(parts: Partial<ShownGrant> = {}): ShownGrant {
  return {
    id: grantId,
    state: 'active',
    checks: ['firewall-on'],
    resources: ['source', 'payments'],
    controls: ['notify', 'record'],
    not_before: now - 18 * minute,
    not_after: now + 42 * minute,
    ended_at: null,
    cause: null,
    ...parts,
  }
}

/** An approved request, proven by a signed decision, and its grant. */
export function granted(grant: Partial<ShownGrant> = {}, parts: Partial<ShownRequest> = {}): ShownRequest {
  return aRequest({
    state: 'approved',
    proven: true,
    votes: { have: 2, need: 2 },
    waiting_for: [],
    decide_by: null,
    why: 'Fine until the fix is there. Please stay on the office network.',
    grant: aGrant(grant),
    ...parts,
  })
}

type Head = Snapshot['exceptions']['requests'][number]

export function headOf(request: ShownRequest, changes = 3): Head {
  const { request_id, state, proven, checks, resources, votes, decide_by, grant } = request
  const shown = grant === null ? null : { state: grant.state, not_after: grant.not_after }
  return { request_id, state, proven, checks, resources, votes, decide_by, grant: shown, changes }
}

export const requestHeads = {
  pending: { head: headOf(aRequest()) },
  active: { head: headOf(granted()), grantId },
} as const
