import * as z from 'zod'
import { keyTiers } from '../domain/key-tier.ts'
import { type OperatingSystem, operatingSystems } from '../domain/operating-system.ts'
import {
  type ApprovalPolicy,
  approverRoles,
  type Check,
  type Control,
  type Example,
  type ExceptionPolicy,
  enforcements,
  exceptionReasons,
  failureKinds,
  type Parameter,
  type Parameters,
  type Policy,
  plainControls,
  type RiskWeights,
  riskTiers,
  type StageSource,
  stepUpLevels,
  type TierOverride,
} from '../domain/policy/documents.ts'
import { sessionTtlSeconds } from '../domain/policy/session-ttl.ts'
import { type RemedyId, remedies } from '../domain/remedies.ts'
import { type SignalId, signalIds } from '../domain/signals.ts'

/** Policy documents as people write them (policy.md section 1), parsed into the normalised documents of the domain. */

export const documentId = z.string().regex(/^[a-z0-9-]{1,40}$/, { error: '1 to 40 of a-z, 0-9 and -' })
const word = z.string().min(1).max(64)
const sentence = z.string().min(1).max(4096)
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/, { error: 'a language, such as en' })
const localText = z.record(language, sentence)
const localSteps = z.record(language, z.array(sentence).min(1).max(20))
const platforms = z.array(z.enum(operatingSystems)).min(1)
const expression = z.string().min(1)
const schemaVersion = z.literal(1).default(1)

const secondsPer: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `45m` in seconds: a whole number, then s, m, h or d; at most ten years. */
export const duration = z
  .string()
  .regex(/^[1-9][0-9]{0,8}[smhd]$/, { error: 'a duration: a whole number, then s, m, h or d, such as 45m' })
  .transform((text) => Number(text.slice(0, -1)) * (secondsPer[text.slice(-1)] ?? Number.NaN))
  .refine((seconds) => seconds <= 3650 * 86_400, { error: 'at most ten years' })

/** `2027-01-31` as the Unix seconds at which that day begins in UTC. */
export const date = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, { error: 'a date such as 2027-01-31' })
  .refine((text) => isDay(text), { error: 'a day that exists' })
  .transform((text) => Date.parse(`${text}T00:00:00Z`) / 1000)

/** `2026-11-24T10:00:00Z` as Unix seconds. */
export const instant = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/, {
    error: 'an instant such as 2026-11-24T10:00:00Z',
  })
  .refine((text) => isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)), { error: 'an instant that exists' })
  .transform((text) => Date.parse(text) / 1000)

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

export const control = z.custom<Control>(isControl, {
  error: ({ input }) =>
    input === 'narrow-routes'
      ? 'left out: narrow-routes belongs to a later version [2]'
      : 'one of notify, record, step-up-per-session, read-only, or session-ttl- and a time such as session-ttl-30m',
})

function isControl(value: unknown): value is Control {
  return (
    typeof value === 'string' &&
    (plainControls.some((known) => known === value) || sessionTtlSeconds(value) !== undefined)
  )
}

const signal = z.custom<SignalId>((value) => signalIds.some((id) => id === value), {
  error: () => `a signal of the catalogue: ${signalIds.join(', ')}`,
})
const remedyId = z.custom<RemedyId>((value) => remedies.some((id) => id === value), {
  error: 'a settings pane of the closed list, such as macos/firewall; never a URL',
})
const remedy = z
  .strictObject({ open: remedyId.exactOptional(), steps: localSteps.exactOptional() })
  .refine((value) => value.open !== undefined || value.steps !== undefined, { error: 'open, steps, or both' })

const parameter = z.union([
  z.boolean(),
  z.int(),
  z.string().max(256),
  z.array(z.string().max(256)).max(50),
  z.record(z.string().max(64), z.string().max(256)).refine(isSafeRecord, { error: 'free of __proto__' }),
  z.record(z.string().max(64), z.int()).refine(isSafeRecord, { error: 'free of __proto__' }),
]) satisfies z.ZodType<Parameter>
const parameters = z.record(
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, { error: 'a name: letters and digits, a letter first' })
    .refine((name) => !(name in {}), { error: 'a name that nothing else has' }),
  parameter,
)

function isSafeRecord(value: object): boolean {
  return !Object.hasOwn(value, '__proto__')
}

const example = z.strictObject({ pass: z.json(), fail: z.json() })

/** What is left out of one platform stands in `shared`; a platform that nothing is said about is left out. */
function perPlatform<Value>(
  covered: readonly OperatingSystem[],
  choose: (platform: OperatingSystem) => Value | undefined,
): { readonly [Platform in OperatingSystem]?: Value } {
  const values: { [Platform in OperatingSystem]?: Value } = {}
  for (const platform of covered) {
    const value = choose(platform)
    if (value !== undefined) values[platform] = value
  }
  return values
}

function inOrder<Word extends string>(list: readonly Word[], chosen: readonly Word[]): readonly Word[] {
  return list.filter((each) => chosen.includes(each))
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}

export const checkDocument = z
  .strictObject({
    kind: z.literal('Check'),
    schema: schemaVersion,
    id: documentId,
    title: localText,
    why: localText,
    signal,
    platforms: platforms.default([...operatingSystems]),
    severity: z.enum(riskTiers),
    maxAge: duration.default(2700),
    parameters: z
      .strictObject({
        all: parameters.exactOptional(),
        macos: parameters.exactOptional(),
        windows: parameters.exactOptional(),
        linux: parameters.exactOptional(),
      })
      .default({}),
    pass: z.union([
      expression,
      z.strictObject({
        default: expression.exactOptional(),
        macos: expression.exactOptional(),
        windows: expression.exactOptional(),
        linux: expression.exactOptional(),
      }),
    ]),
    notApplicable: z.enum(['unknown', 'pass']).default('unknown'),
    expected: localText,
    examples: z
      .strictObject({
        pass: z.json().exactOptional(),
        fail: z.json().exactOptional(),
        macos: example.exactOptional(),
        windows: example.exactOptional(),
        linux: example.exactOptional(),
      })
      .refine((value) => (value.pass === undefined) === (value.fail === undefined), {
        error: 'pass and fail, both',
      }),
    remedy: z.strictObject({
      macos: remedy.exactOptional(),
      windows: remedy.exactOptional(),
      linux: remedy.exactOptional(),
    }),
    exemptable: z
      .strictObject({
        allowed: z.boolean(),
        covers: z.array(z.enum(failureKinds)).min(1).default(['violated']),
        reasons: z.array(z.enum(exceptionReasons)).min(1),
      })
      .exactOptional(),
  })
  .transform((written): Check => {
    const covered = inOrder(operatingSystems, written.platforms)
    const { all, ...own } = written.parameters
    const { pass, examples } = written
    const { pass: sharedPass, fail: sharedFail } = examples
    return {
      kind: 'Check',
      schema: 1,
      id: written.id,
      title: written.title,
      why: written.why,
      signal: written.signal,
      platforms: covered,
      severity: written.severity,
      maxAgeSeconds: written.maxAge,
      parameters: perPlatform(covered, (platform): Parameters => ({ ...all, ...own[platform] })),
      pass: perPlatform(covered, (platform) => (typeof pass === 'string' ? pass : (pass[platform] ?? pass.default))),
      notApplicable: written.notApplicable,
      expected: written.expected,
      examples: perPlatform(
        covered,
        (platform): Example | undefined =>
          examples[platform] ??
          (sharedPass === undefined || sharedFail === undefined ? undefined : { pass: sharedPass, fail: sharedFail }),
      ),
      remedy: perPlatform(covered, (platform) => written.remedy[platform]),
      exemptable:
        written.exemptable === undefined
          ? { allowed: false, covers: [], reasons: [] }
          : {
              allowed: written.exemptable.allowed,
              covers: inOrder(failureKinds, written.exemptable.covers),
              reasons: inOrder(exceptionReasons, written.exemptable.reasons),
            },
    }
  })

export const policyDocument = z
  .strictObject({
    kind: z.literal('Policy'),
    schema: schemaVersion,
    id: documentId,
    assign: z.strictObject({
      groups: z.array(word).min(1),
      exceptUsers: z.array(z.strictObject({ user: z.string().min(1).max(320), until: date })).default([]),
    }),
    resources: z
      .strictObject({ tags: z.array(word).default([]), ids: z.array(word).default([]) })
      .refine(({ tags, ids }) => tags.length + ids.length > 0, { error: 'tags, ids, or both' }),
    minKeyTier: z.enum(keyTiers).default('T1'),
    maxSilence: duration.default(2700),
    require: z
      .array(
        z.strictObject({
          check: documentId,
          enforce: z.enum(enforcements),
          grace: duration.exactOptional(),
          graceUnknown: duration.exactOptional(),
          exemptable: z.boolean().default(true),
          platforms: platforms.default([...operatingSystems]),
        }),
      )
      .min(1),
    validUntil: date.exactOptional(),
  })
  .transform(
    (written): Policy => ({
      kind: 'Policy',
      schema: 1,
      id: written.id,
      assign: { groups: sorted(written.assign.groups), exceptUsers: written.assign.exceptUsers },
      resources: { tags: sorted(written.resources.tags), ids: sorted(written.resources.ids) },
      minKeyTier: written.minKeyTier,
      maxSilenceSeconds: written.maxSilence,
      require: written.require.map((requirement) => ({
        check: requirement.check,
        enforce: requirement.enforce,
        graceSeconds: requirement.grace ?? 0,
        graceUnknownSeconds: requirement.graceUnknown ?? 0,
        exemptable: requirement.exemptable,
        platforms: inOrder(operatingSystems, requirement.platforms),
      })),
      validUntil: written.validUntil ?? null,
    }),
  )

const weight = z.int().min(0).max(100)
const tierOverride = z
  .strictObject({
    maxDuration: duration.exactOptional(),
    maxTotal: duration.exactOptional(),
    approvals: z.int().min(1).max(20).exactOptional(),
    controls: z.array(control).exactOptional(),
  })
  .transform(
    ({ maxDuration, maxTotal, approvals, controls }): TierOverride => ({
      ...(maxDuration === undefined ? {} : { maxDurationSeconds: maxDuration }),
      ...(maxTotal === undefined ? {} : { maxTotalSeconds: maxTotal }),
      ...(approvals === undefined ? {} : { approvals }),
      ...(controls === undefined ? {} : { controls: sortedControls(controls) }),
    }),
  )

function sortedControls(controls: readonly Control[]): readonly Control[] {
  return [...new Set(controls)].sort()
}

export const exceptionPolicyDocument = z
  .strictObject({
    kind: z.literal('ExceptionPolicy'),
    schema: schemaVersion,
    id: documentId,
    match: expression,
    maxDuration: duration.exactOptional(),
    maxTotal: z
      .strictObject({
        per: z.tuple([z.literal('subject'), z.literal('check')]),
        window: duration,
        amount: duration,
      })
      .exactOptional(),
    quota: z
      .strictObject({
        perSubject: z.int().min(1).max(1000).exactOptional(),
        window: duration.exactOptional(),
        cooldown: duration.exactOptional(),
        openAtOnce: z.int().min(1).max(100).exactOptional(),
      })
      .exactOptional(),
    justification: z
      .strictObject({
        minChars: z.int().min(1).max(2000).exactOptional(),
        category: z.enum(['required', 'optional']).exactOptional(),
        remedyBy: z.enum(['required', 'optional']).exactOptional(),
        ticket: z.string().min(1).max(64).exactOptional(),
      })
      .exactOptional(),
    decideBy: duration.exactOptional(),
    controls: z.array(control).exactOptional(),
    risk: z
      .strictObject({
        again: weight.exactOptional(),
        'other-failing': weight.exactOptional(),
        'new-device': weight.exactOptional(),
        'idp-risk': weight.exactOptional(),
        'off-hours': weight.exactOptional(),
        resources: weight.exactOptional(),
        long: weight.exactOptional(),
        approver: weight.exactOptional(),
      } satisfies { readonly [Factor in keyof Required<RiskWeights>]: unknown })
      .exactOptional(),
    tiers: z
      .strictObject({
        low: tierOverride.exactOptional(),
        medium: tierOverride.exactOptional(),
        high: tierOverride.exactOptional(),
        critical: tierOverride.exactOptional(),
      })
      .exactOptional(),
  })
  .transform((written): ExceptionPolicy => {
    const { maxDuration, maxTotal, quota, decideBy, controls, justification, risk, tiers } = written
    return {
      kind: 'ExceptionPolicy',
      schema: 1,
      id: written.id,
      match: written.match,
      ...(maxDuration === undefined ? {} : { maxDurationSeconds: maxDuration }),
      ...(maxTotal === undefined
        ? {}
        : { maxTotal: { windowSeconds: maxTotal.window, amountSeconds: maxTotal.amount } }),
      ...(quota === undefined
        ? {}
        : {
            quota: {
              ...(quota.perSubject === undefined ? {} : { perSubject: quota.perSubject }),
              ...(quota.window === undefined ? {} : { windowSeconds: quota.window }),
              ...(quota.cooldown === undefined ? {} : { cooldownSeconds: quota.cooldown }),
              ...(quota.openAtOnce === undefined ? {} : { openAtOnce: quota.openAtOnce }),
            },
          }),
      ...(justification === undefined ? {} : { justification }),
      ...(decideBy === undefined ? {} : { decideBySeconds: decideBy }),
      ...(controls === undefined ? {} : { controls: sortedControls(controls) }),
      ...(risk === undefined ? {} : { risk }),
      ...(tiers === undefined ? {} : { tiers }),
    }
  })

const stageSource = z.custom<StageSource>(isStageSource, {
  error: `group: and a group, or role: and one of ${approverRoles.join(', ')}`,
})

function isStageSource(value: unknown): value is StageSource {
  if (typeof value !== 'string') return false
  if (value.startsWith('group:')) return value.length > 6 && value.length <= 70
  return approverRoles.some((role) => value === `role:${role}`)
}

const stepUp = z.enum(stepUpLevels)

export const approvalPolicyDocument = z
  .strictObject({
    kind: z.literal('ApprovalPolicy'),
    schema: schemaVersion,
    id: documentId,
    match: expression,
    voters: z
      .strictObject({
        device: z.enum(['compliant', 'any']).default('compliant'),
        reciprocity: z.enum(['refuse', 'allow']).default('refuse'),
        visibility: z.enum(['none', 'pools', 'names']).default('pools'),
      })
      .default({ device: 'compliant', reciprocity: 'refuse', visibility: 'pools' }),
    rules: z
      .array(
        z.strictObject({
          when: expression,
          requester: z.strictObject({ stepUp }).exactOptional(),
          stages: z
            .array(
              z.strictObject({
                id: documentId,
                from: stageSource,
                need: z.int().min(1).max(20),
                stepUp: stepUp.exactOptional(),
                distinctTeamFromRequester: z.boolean().default(false),
              }),
            )
            .min(1)
            .max(10),
          validUntil: date.exactOptional(),
        }),
      )
      .min(1)
      .max(50),
  })
  .transform(
    (written): ApprovalPolicy => ({
      ...written,
      rules: written.rules.map(({ validUntil, ...rule }) => ({ ...rule, validUntil: validUntil ?? null })),
    }),
  )

/** Every kind that a gateway loads, with its schema. */
export const documentSchemas = {
  Check: checkDocument,
  Policy: policyDocument,
  ExceptionPolicy: exceptionPolicyDocument,
  ApprovalPolicy: approvalPolicyDocument,
} as const

/** Fields that a later step brings, by kind and path without list positions: a load failure, never ignored. */
export const laterFields: { readonly [path: string]: 2 | 3 } = {
  'Policy.require.graceFrom': 2,
  'ExceptionPolicy.renewal': 2,
  'ExceptionPolicy.escalateAt': 2,
  'ExceptionPolicy.activation': 2,
  'ExceptionPolicy.breakGlass': 2,
  'ApprovalPolicy.rules.deny': 2,
  'ApprovalPolicy.rules.auto': 2,
  'ApprovalPolicy.rules.quota': 2,
  'ApprovalPolicy.rules.onlyIf': 2,
  'ApprovalPolicy.rules.escalate': 2,
  'ApprovalPolicy.rules.stages.onlyIf': 2,
  'ApprovalPolicy.rules.stages.escalate': 2,
}
