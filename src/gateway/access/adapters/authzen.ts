import {
  type EvaluationAnswer,
  type EvaluationQuestion,
  evaluationQuestion,
  evaluationSemantics,
  evaluationsQuestion,
} from '#contract/authzen.ts'
import type { Resource } from '#domain/access/resource.ts'
import type { CountedDecision } from '#gateway/audit/decision-counter.ts'
import type { Caller } from '../authenticate-proxy.ts'
import type { AccessDesk, Decided, DecisionCode } from '../decide-for-device.ts'
import { normalisePath } from '../normalise-path.ts'

export type AuthzenPorts = {
  readonly desk: Pick<AccessDesk, 'decide' | 'deviceOf'>
  readonly resources: readonly Resource[]
  readonly newDecisionId: () => string
  readonly onDecided: (access: string, code: string) => void
  /** Takes each decision about a known resource into account; nobody waits for more than memory. */
  readonly count?: (decision: CountedDecision, now: number) => void
}

/** A question that is not one: answered with 400 and this sentence. */
export class BadQuestion extends Error {}

/** One evaluation (OpenID Authorization API 1.0; enforcement.md section 8). Throws `BadQuestion`. */
export async function evaluate(
  ports: AuthzenPorts,
  caller: Caller,
  question: unknown,
  now: number,
): Promise<EvaluationAnswer> {
  const parsed = evaluationQuestion.safeParse(question)
  if (!parsed.success)
    throw new BadQuestion('subject, action and resource are needed, each with type, id or name as text')
  const decided = await decide(ports, caller, parsed.data, now)
  ports.onDecided(decided.access, decided.code ?? 'none')
  return answerOf(decided, ports.newDecisionId())
}

/** Up to fifty evaluations; a broken one is `decision: false` in its place. Without any, one evaluation. */
export async function evaluateAll(
  ports: AuthzenPorts,
  caller: Caller,
  question: unknown,
  now: number,
): Promise<EvaluationAnswer | { readonly evaluations: readonly EvaluationAnswer[] }> {
  const parsed = evaluationsQuestion.safeParse(question)
  if (!parsed.success) throw new BadQuestion('at most 50 evaluations, with one of the three semantics')
  const { evaluations, options, ...defaults } = parsed.data
  if (evaluations === undefined || evaluations.length === 0) return await evaluate(ports, caller, defaults, now)
  const semantic = options?.evaluations_semantic ?? evaluationSemantics[0]
  const answers: EvaluationAnswer[] = []
  for (const item of evaluations) {
    const answer = await evaluateItem(ports, caller, isObject(item) ? { ...defaults, ...item } : undefined, now)
    answers.push(answer)
    if (semantic === 'deny_on_first_deny' && !answer.decision) break
    if (semantic === 'permit_on_first_permit' && answer.decision) break
  }
  return { evaluations: answers }
}

async function evaluateItem(
  ports: AuthzenPorts,
  caller: Caller,
  item: unknown,
  now: number,
): Promise<EvaluationAnswer> {
  try {
    return await evaluate(ports, caller, item, now)
  } catch (thrown) {
    if (thrown instanceof BadQuestion) return answerOf(refusal('bad_target', now), ports.newDecisionId())
    throw thrown
  }
}

/** First refusal wins: target, resource known, device of that user, then posture. */
async function decide(
  ports: AuthzenPorts,
  caller: Caller,
  question: EvaluationQuestion,
  now: number,
): Promise<Decided> {
  const path = pathOf(question)
  const act = actOf(question.action.name, path)
  if (path === undefined || act === 'bad') return refusal('bad_target', now)
  const resource = resourceOf(ports.resources, caller, question.resource)
  if (resource === undefined) return refusal('unknown_resource', now)
  const deviceId = await deviceOf(ports, question.subject)
  const decided =
    deviceId === undefined
      ? refusal('no_device', now)
      : await ports.desk.decide(deviceId, resource, act === 'access' ? undefined : act, now)
  const device = decided.code === 'no_device' ? null : (deviceId ?? null)
  const { access: outcome, grants } = decided
  ports.count?.({ device, resource: resource.id, outcome, grants }, now)
  return decided
}

function pathOf({ resource }: EvaluationQuestion): string | undefined {
  const path = resource.properties?.['path']
  if (path === undefined) return '/'
  return typeof path === 'string' ? normalisePath(path) : undefined
}

/** `access`, or a method and a path. */
function actOf(
  name: string,
  path: string | undefined,
): 'access' | 'bad' | { readonly method: string; readonly path: string } {
  if (name === 'access') return 'access'
  return /^[A-Z]{1,20}$/.test(name) && path !== undefined ? { method: name, path } : 'bad'
}

function resourceOf(
  resources: readonly Resource[],
  caller: Caller,
  asked: EvaluationQuestion['resource'],
): Resource | undefined {
  const found = resources.find((resource) =>
    asked.type === 'resource'
      ? resource.id === asked.id
      : asked.type === 'origin' && resource.origins.includes(asked.id),
  )
  if (found === undefined || caller.origins === undefined) return found
  const { origins } = caller
  // Asked by origin, that very origin must be the caller's; asked by id, one of the resource's.
  const asks = asked.type === 'origin' ? [asked.id] : found.origins
  return asks.some((origin) => origins.includes(origin)) ? found : undefined
}

async function deviceOf(ports: AuthzenPorts, subject: EvaluationQuestion['subject']): Promise<string | undefined> {
  if (subject.type === 'device') return subject.id
  if (subject.type !== 'user') return undefined
  const named = subject.properties?.['device_id']
  if (named !== undefined && typeof named !== 'string') return undefined
  return await ports.desk.deviceOf(subject.id, named)
}

function answerOf(decided: Decided, decisionId: string): EvaluationAnswer {
  const ttl = 0 // a verdict kept by the caller would outlive a change
  if (decided.access === 'allow') return { decision: true, context: { decision_id: decisionId, ttl } }
  return {
    decision: false,
    context: {
      ...(decided.code === undefined ? {} : { reason: decided.code }),
      decision_id: decisionId,
      ...(decided.checks.length === 0 ? {} : { checks: [...decided.checks] }),
      ttl,
    },
  }
}

function refusal(code: DecisionCode, now: number): Decided {
  return { access: 'refuse', code, checks: [], grants: [], recheckAt: now }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
