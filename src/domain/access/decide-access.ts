import { type Control, type Enforcement, plainControls } from '../policy/documents.ts'
import { sessionTtlSeconds } from '../policy/session-ttl.ts'
import type { FailingFinding, Finding, Verdict } from '../policy/verdict.ts'
import type { Access, AccessCode, AccessNeed, DecidedFinding, Decision } from './decision.ts'
import type { DecisionGrant } from './grant.ts'
import type { DecisionSession } from './session.ts'

/** The act that access is asked for. Without a method nothing that binds methods is satisfied. */
export type AccessRequest = { readonly method: string; readonly path: string }

/** What a decision is made of. `now` is Unix seconds of the gateway, whole; `grants` may hold any, also those of others. */
export type DecisionInput = {
  readonly verdict: Verdict
  readonly grants: readonly DecisionGrant[]
  readonly session?: DecisionSession
  readonly request?: AccessRequest
  readonly now: number
}

/** A step-up or a written reason counts once per session, and for eight hours at most. */
export const longestProofSeconds = 8 * 3600

/** What a finding that is not excused means (policy.md section 4). */
const ladder: { readonly [Step in Enforcement]: Access | 'reason' | 'step-up' } = {
  report: 'allow',
  warn: 'allow',
  reason: 'reason',
  'step-up': 'step-up',
  approval: 'refuse',
  block: 'refuse',
}

const hardness: { readonly [Word in Access]: number } = { allow: 0, challenge: 1, refuse: 2 }

type Judged = DecidedFinding & {
  readonly needs: readonly AccessNeed[]
  readonly used?: { readonly grant: DecisionGrant; readonly endsAt: number }
}

/**
 * Allow, challenge or refuse (policy.md sections 3 and 4): each finding alone, with the best usable grant, then the
 * hardest over all. Another grant can only add access. Without findings nothing is proven, so nothing is allowed.
 */
export function decideAccess(input: DecisionInput): Decision {
  const { verdict, now } = input
  const mine = input.grants.filter((grant) => isAbout(grant, verdict))
  const recheckAt = Math.min(verdict.recheckAt, ...turns(mine, input.session, now))
  const nothing = { needs: [], controls: [], grants: [], recheckAt, sessionEndsAt: null }
  if (verdict.gate !== undefined) return { ...nothing, access: 'refuse', code: verdict.gate, findings: [] }

  const judged = verdict.findings.map((finding) => judgeFinding(finding, mine, input))
  const findings = judged.map(
    ({ finding, outcome, grant, access }): DecidedFinding => ({
      finding,
      outcome,
      access,
      ...(grant === undefined ? {} : { grant }),
    }),
  )
  const needs = [...new Set(judged.flatMap((each) => each.needs))].sort()
  const used = judged.flatMap((each) => (each.used === undefined ? [] : [each.used]))
  const decided = {
    findings,
    needs,
    controls: [...new Set(used.flatMap(({ grant }) => grant.controls))].sort(),
    grants: [...new Set(used.map(({ grant }) => grant.id))].sort(),
    recheckAt,
    sessionEndsAt: used.length === 0 ? null : Math.min(...used.map(({ endsAt }) => endsAt)),
  }
  const worst = judged.reduce<Access>(
    (word, { access }) => (hardness[access] > hardness[word] ? access : word),
    'allow',
  )
  if (worst === 'challenge')
    return { ...decided, access: 'challenge', code: needs.includes('step-up') ? 'step_up_required' : 'reason_required' }
  if (worst === 'allow' && judged.length > 0) return { ...decided, access: 'allow' }
  return { ...decided, access: 'refuse', code: refusalCode(judged) }
}

function refusalCode(judged: readonly Judged[]): AccessCode {
  const silent = judged.some(
    ({ finding, access }) => access === 'refuse' && finding.outcome !== 'met' && finding.reason === 'silent',
  )
  return silent ? 'device_silent' : 'posture_failed'
}

function judgeFinding(finding: Finding, grants: readonly DecisionGrant[], input: DecisionInput): Judged {
  const { outcome } = finding
  if (outcome === 'met' || outcome === 'tolerated') return { finding, outcome, access: 'allow', needs: [] }
  const candidates = grants.filter((grant) => excuses(grant, finding, input.now))
  const best = bestUsable(candidates, input)
  const step = ladder[finding.requirement.enforce]
  const needed = neededFor(step, input)
  if (best !== undefined) {
    const excepted = { finding, outcome: 'excepted', grant: best.grant.id, access: 'allow', needs: [] } as const
    // What is allowed without the grant is not bound by its controls and its end.
    return needed === undefined ? excepted : { ...excepted, used: best }
  }
  if (needed === undefined) return { finding, outcome, access: 'allow', needs: [] }
  if (needed !== 'grant') return { finding, outcome, access: 'challenge', needs: [needed] }
  // Only controls are missing: say which. A step-up can be given now, a method cannot be changed by a person.
  const missing = candidates.map((grant) => missingNeeds(grant, input))
  if (missing.some((needs) => needs.length === 1 && needs[0] === 'step-up'))
    return { finding, outcome, access: 'challenge', needs: ['step-up'] }
  const [needs] = missing.sort((left, right) => left.length - right.length)
  return { finding, outcome, access: 'refuse', needs: needs ?? [] }
}

/** What a finding still needs on this step of the ladder; undefined where it stops nobody, or no longer. */
function neededFor(
  step: Access | 'reason' | 'step-up',
  { session, now }: DecisionInput,
): AccessNeed | 'grant' | undefined {
  if (step === 'allow') return undefined
  if (step !== 'reason' && step !== 'step-up') return 'grant'
  const given = step === 'reason' ? session?.reasonAt : session?.steppedUpAt
  return isFresh(given ?? null, session, now) ? undefined : step
}

/** Of the grants whose controls hold, the one that lets the session live longest: another one never shortens it. */
function bestUsable(
  candidates: readonly DecisionGrant[],
  input: DecisionInput,
): { readonly grant: DecisionGrant; readonly endsAt: number } | undefined {
  let best: { readonly grant: DecisionGrant; readonly endsAt: number } | undefined
  for (const grant of candidates) {
    if (missingNeeds(grant, input).length > 0) continue
    const endsAt = Math.min(grant.notAfter, ...grant.controls.map((control) => sessionEnd(control, input)))
    if (best === undefined || endsAt > best.endsAt || (endsAt === best.endsAt && grant.id < best.grant.id))
      best = { grant, endsAt }
  }
  return best
}

function isAbout(grant: DecisionGrant, verdict: Verdict): boolean {
  return (
    grant.person === verdict.person && grant.device === verdict.device && grant.resources.includes(verdict.resource)
  )
}

/** Everything that makes a grant usable for a finding, but its controls. */
function excuses(grant: DecisionGrant, finding: FailingFinding, now: number): boolean {
  const { check, exemptable } = finding.requirement
  const { id, exemptable: allowed } = check.document
  return (
    finding.excusable &&
    exemptable &&
    allowed.allowed &&
    allowed.covers.includes(finding.kind) &&
    isInForce(grant, now) &&
    grant.controls.every(isKnownControl) &&
    grant.checks.some((granted) => granted.id === id && granted.covers.includes(finding.kind))
  )
}

/** Proven, active, bound to this key, and `notBefore ≤ now < notAfter`. */
function isInForce(grant: DecisionGrant, now: number): boolean {
  return grant.proven && grant.keyReached && grant.state === 'active' && grant.notBefore <= now && now < grant.notAfter
}

/** A control that this decision does not know cannot be satisfied, so its grant excuses nothing. */
function isKnownControl(control: string): boolean {
  return plainControls.some((known) => known === control) || sessionTtlSeconds(control) !== undefined
}

function missingNeeds(grant: DecisionGrant, input: DecisionInput): readonly AccessNeed[] {
  const needs = new Set<AccessNeed>()
  for (const control of grant.controls) {
    if (control === 'step-up-per-session' && input.session !== undefined) {
      if (!isFresh(input.session.steppedUpAt, input.session, input.now)) needs.add('step-up')
    } else if (control === 'read-only' && !isReading(input.request)) needs.add('read-only')
  }
  return [...needs].sort()
}

function isReading(request: AccessRequest | undefined): boolean {
  return request !== undefined && ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
}

/** Given in this session, and at most eight hours ago. */
function isFresh(at: number | null, session: DecisionSession | undefined, now: number): boolean {
  return session !== undefined && at !== null && at >= session.beganAt && now < at + longestProofSeconds
}

/** When a `session-ttl-…` control ends the session; without a session, one that would begin now. */
function sessionEnd(control: Control, { session, now }: DecisionInput): number {
  const seconds = sessionTtlSeconds(control)
  return seconds === undefined ? Number.POSITIVE_INFINITY : (session?.beganAt ?? now) + seconds
}

/** The instants at which grants begin or end, and proofs of the session run out. */
function turns(grants: readonly DecisionGrant[], session: DecisionSession | undefined, now: number): readonly number[] {
  const proofs = session === undefined ? [] : [session.steppedUpAt, session.reasonAt]
  const instants = [
    ...grants.flatMap(({ notBefore, notAfter }) => [notBefore, notAfter]),
    ...proofs.flatMap((at) => (at === null ? [] : [at + longestProofSeconds])),
  ]
  return instants.filter((instant) => instant > now)
}
