import type { Device } from '../access/device.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import { Failure } from '../failure.ts'
import type { Book } from '../policy/book.ts'
import { byCodeUnit } from '../policy/combine.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import type { Episode } from '../policy/grace.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { PostureReport } from '../posture-report.ts'
import { type AskedCheck, askedChecks, isFailing, otherFailing } from './asked-checks.ts'
import { canFill } from './can-fill.ts'
import {
  equalOpenRequest,
  type History,
  type LimitState,
  limitStates,
  openCount,
  type PastRequest,
  repeats,
  totalLeft,
} from './counting.ts'
import { type ExceptionRules, exceptionRulesFor } from './exception-rules.ts'
import { globMatch } from './glob-match.ts'
import type { ExceptionLimits } from './limits.ts'
import type { FrozenStage, Refusal, RefusalCode } from './moves.ts'
import { canonicalPerson, type Directory, type Electorate, freezeStages, mostInPool } from './pools.ts'
import { membersOf } from './tally.ts'
import type { RequestMode } from './terms.ts'
import { isApproverSomewhere, type VoterRules, voterRules } from './voter-rules.ts'

/** What an agent asks for. A preview may leave out duration (then it is judged at the cap) and category. */
export type Asked = {
  readonly mode: RequestMode
  readonly checks: readonly string[]
  readonly resources: readonly string[]
  readonly durationSeconds?: number
  readonly notBefore?: number
  readonly extends?: string
  readonly category?: string
  /** `chars` counts Unicode characters of the text without the white space around it. A preview has no texts. */
  readonly justification: { readonly chars: number; readonly ticket?: string; readonly remedyBy?: number } | 'preview'
}

/** All that a request is judged by, gathered in one transaction. Times are Unix seconds. */
export type RequestSituation = {
  readonly book: Book
  readonly people: Directory
  /** All resources there are, the console among them. */
  readonly resources: readonly Resource[]
  readonly subject: Person
  /** Canonical id; the subject's own unless somebody files for them [2]. */
  readonly requester: string
  readonly device: Device & { readonly until: number | null }
  readonly report: PostureReport | undefined
  readonly episodes: readonly Episode[]
  readonly history: History
  /** An obligation of the subject is overdue that bars this mode [2]. */
  readonly overdue?: boolean
  /** Risk signals of the identity provider. */
  readonly idpRisk?: number
  readonly now: number
}

export type RequestJudgement = {
  /** Empty: it may become pending. In the order of R1's guards. */
  readonly refusal: readonly Refusal[]
  /** The open request that asks for the same, which is answered instead of this one. */
  readonly equal: PastRequest | undefined
  readonly checks: readonly AskedCheck[]
  /** Undefined where no documents allow an exception at all; then it is refused as `no_quorum`. */
  readonly rules: ExceptionRules | undefined
  readonly voters: VoterRules
  readonly stages: readonly FrozenStage[]
  readonly limits: readonly LimitState[]
  /** The longest that may be asked for now, whatever is left of the totals. */
  readonly maxDurationSeconds: number
  readonly totalLeftSeconds: number
  readonly quotaLeft: number
  readonly cooldownUntil: number | null
  /** Categories that every check asked for allows. */
  readonly categories: readonly string[]
}

/**
 * R1: judges a request by every guard (exceptions.md section 3), without a word of it written. Throws `not_supported`
 * for what comes with a later step: break glass, a planned start, an extension.
 */
export function judgeRequest(asked: Asked, situation: RequestSituation): RequestJudgement {
  if (asked.mode !== 'normal' || asked.notBefore !== undefined || asked.extends !== undefined)
    throw new Failure('not_supported', {})
  const { book, people, device, history, now } = situation
  const resources = asked.resources.flatMap((id) => situation.resources.find((each) => each.id === id) ?? [])
  const verdicts = resources.map((resource) => verdictOn(resource, situation))
  const checks = askedChecks(asked.checks, verdicts, book.checks)
  const rules = rulesFor(asked, situation, resources, verdicts, checks)
  const stages = rules === undefined ? [] : freezeStages(rules.stages, people, resources)
  const limits = rules === undefined ? [] : limitStates(rules.limits, history, asked.checks, now)
  const cap = rules?.limits.maxDurationSeconds ?? 0
  const maxDurationSeconds = device.until === null ? cap : Math.max(0, Math.min(cap, device.until - now))
  const categories = [...new Set(checks.flatMap(({ reasons }) => reasons))]
    .filter((reason) => checks.every(({ reasons }) => reasons.includes(reason)))
    .sort(byCodeUnit)
  const rests = limits.flatMap(({ cooldown_until }) => cooldown_until ?? [])
  const judged = {
    checks,
    rules,
    voters: voterRules(book, rules?.chosen ?? []),
    stages,
    limits,
    maxDurationSeconds,
    totalLeftSeconds: limits.length === 0 ? 0 : totalLeft(limits),
    quotaLeft: Math.max(0, (limits[0]?.quota ?? 0) - (limits[0]?.quota_used ?? 0)),
    cooldownUntil: rests.length === 0 ? null : Math.max(...rests),
    categories,
    equal: equalOpenRequest(history.requests, {
      device: device.id,
      mode: asked.mode,
      checks: asked.checks,
      resources: asked.resources,
    }),
  }
  const known = resources.length === new Set(asked.resources).size
  return { ...judged, refusal: refusalOf(asked, situation, judged, verdicts, known) }
}

function verdictOn(resource: Resource, situation: RequestSituation): Verdict {
  const { book, device, report, episodes, now } = situation
  return evaluatePolicy({ book, person: situation.subject, device, resource, report, episodes, now })
}

function rulesFor(
  asked: Asked,
  situation: RequestSituation,
  resources: readonly Resource[],
  verdicts: readonly Verdict[],
  checks: readonly AskedCheck[],
): ExceptionRules | undefined {
  const { book, subject, device, history, people, now } = situation
  const approver = isApproverSomewhere(situation.requester, book, people, situation.resources)
  return exceptionRulesFor(
    book,
    {
      checks,
      resources,
      ...(asked.durationSeconds === undefined ? {} : { durationSeconds: asked.durationSeconds }),
      ...(asked.category === undefined ? {} : { category: asked.category }),
    },
    {
      person: subject,
      device,
      now,
      times: {
        again: repeats(history.requests, asked.checks, now),
        'other-failing': otherFailing(asked.checks, verdicts),
        'idp-risk': situation.idpRisk ?? 0,
        approver: approver ? 1 : 0,
      },
    },
  )
}

type Judged = Omit<RequestJudgement, 'refusal'>

function refusalOf(
  asked: Asked,
  situation: RequestSituation,
  judged: Judged,
  verdicts: readonly Verdict[],
  known: boolean,
): readonly Refusal[] {
  const { rules, checks } = judged
  const silent = verdicts.some((verdict) => verdict.silent || verdict.gate === 'device_not_active')
  const gated = verdicts.some(({ gate }) => gate === 'tier_too_low')
  const heard = !silent && !gated
  const named = verdicts.every(({ findings }) =>
    findings.some((finding) => isFailing(finding) && isAsked(finding, asked)),
  )
  const refusal: Refusal[] = []
  const refuse = (code: RefusalCode, limit: number | null = null, left: number | null = null) =>
    refusal.push({ code, limit, left })

  const outside = !known || verdicts.length === 0 || verdicts.some(({ gate }) => gate === 'no_policy')
  if (heard && !outside && (checks.length === 0 || checks.some(({ failing }) => !failing) || !named))
    refuse('check_not_failing')
  if (gated || checks.some(({ failing, exemptable }) => failing && !exemptable)) refuse('not_exemptable')
  if (outside) refuse('outside_policy')
  if (rules !== undefined) refusal.push(...limitRefusals(asked, situation, judged, rules.limits))
  if (silent) refuse('device_silent')
  if (!canBeDecided(judged, situation))
    refuse(
      'no_quorum',
      rules === undefined ? null : judged.stages.reduce((sum, { need }) => sum + need, 0),
      rules === undefined ? null : 0,
    )
  if (situation.overdue === true) refuse('obligation_overdue')
  if (rules !== undefined && !isJustified(asked, rules.limits, judged.categories))
    refuse('justification', rules.limits.minChars, null)
  return refusal
}

/** Duration, rolling total, quota, cooldown and requests open at once, in this order. */
function limitRefusals(
  asked: Asked,
  { history, now }: RequestSituation,
  { limits, maxDurationSeconds, totalLeftSeconds, quotaLeft, cooldownUntil }: Judged,
  { quota }: ExceptionLimits,
): readonly Refusal[] {
  const refusal: Refusal[] = []
  const wanted = asked.durationSeconds ?? 0
  if (wanted > maxDurationSeconds || maxDurationSeconds < 1)
    refusal.push({ code: 'duration', limit: maxDurationSeconds, left: maxDurationSeconds })
  if (wanted > totalLeftSeconds || totalLeftSeconds < 1) {
    const caps = limits.flatMap(({ total_cap_s }) => total_cap_s ?? [])
    refusal.push({ code: 'total', limit: Math.min(...caps), left: totalLeftSeconds })
  }
  if (quotaLeft < 1) refusal.push({ code: 'quota', limit: quota.perSubject, left: 0 })
  if (cooldownUntil !== null)
    refusal.push({ code: 'cooldown', limit: quota.cooldownSeconds, left: cooldownUntil - now })
  if (openCount(history.requests) >= quota.openAtOnce)
    refusal.push({ code: 'open_at_once', limit: quota.openAtOnce, left: 0 })
  return refusal
}

function isAsked(finding: Verdict['findings'][number], { checks }: Asked): boolean {
  return checks.includes(finding.requirement.check.document.id)
}

/** Rule 6.8, and the places that the tier asks: without them nobody could ever approve. */
function canBeDecided({ rules, stages }: Judged, { people, subject, requester }: RequestSituation): boolean {
  if (rules === undefined || !rules.enough || stages.length === 0) return false
  if (stages.some(({ need, pool }) => !(need >= 1) || pool.length > mostInPool)) return false
  const electorate: Electorate = {
    stages,
    people,
    pools: new Map(stages.map((stage) => [stage.id, new Set(stage.pool)])),
    requester: canonicalPerson(requester, people),
    subject: canonicalPerson(subject.id, people),
  }
  return canFill(stages.map((stage) => ({ places: stage.need, pool: membersOf(stage, electorate) })))
}

function isJustified(
  { category, justification }: Asked,
  limits: ExceptionLimits,
  categories: readonly string[],
): boolean {
  if (category !== undefined && !categories.includes(category)) return false
  if (justification === 'preview') return true
  const { chars, ticket, remedyBy } = justification
  return (
    chars >= limits.minChars &&
    (!limits.categoryRequired || category !== undefined) &&
    (!limits.remedyByRequired || remedyBy !== undefined) &&
    limits.tickets.every((glob) => ticket !== undefined && globMatch(ticket, glob))
  )
}
