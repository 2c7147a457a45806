import type { Resource } from '#domain/access/resource.ts'
import type { Check, Policy, PolicyDocument } from '#domain/policy/documents.ts'
import { timerSeconds } from '#domain/signals.ts'
import { asSignalValue, type CompiledDocuments, errorAt, placeholdersIn, warningAt } from './compile-documents.ts'
import { lintApprovals } from './lint-approvals.ts'
import type { LintContext } from './lint-context.ts'
import type { Placed } from './read-documents.ts'
import type { DocumentPath, Remark } from './remark.ts'

const day = 86_400
const longestExclusionSeconds = 90 * day
const longGraceSeconds = 30 * day
const soonSeconds = 14 * day

/** Every rule of policy.md section 7 that looks at more than one expression. Errors refuse the book, warnings do not. */
export function lintPolicy(
  compiled: CompiledDocuments,
  placed: readonly Placed<PolicyDocument>[],
  context: LintContext,
): readonly Remark[] {
  return [
    ...repeatedIds(placed),
    ...compiled.checks.flatMap((check) => lintCheck(check, context)),
    ...compiled.policies.flatMap((policy) => lintAssigned(policy, compiled, context)),
    ...uncovered(compiled, context),
    ...lintApprovals(compiled, context),
  ]
}

function repeatedIds(placed: readonly Placed<PolicyDocument>[]): readonly Remark[] {
  const seen = new Map<string, Placed<PolicyDocument>>()
  return placed.flatMap((each) => {
    const key = `${each.document.kind} ${each.document.id}`
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, each)
      return []
    }
    return [errorAt(each, ['id'], `is taken by ${first.file}, line ${first.line}`, 'an id of its own')]
  })
}

type CompiledCheck = CompiledDocuments['checks'][number]

function lintCheck(check: CompiledCheck, context: LintContext): readonly Remark[] {
  return [
    ...lintTexts(check, context.languages),
    ...lintAge(check, context.reportIntervalSeconds ?? 900),
    ...check.document.platforms.flatMap((platform) => [
      ...lintExample(check, platform, context.now),
      ...lintRemedy(check, platform),
    ]),
  ]
}

function lintTexts(check: Placed<Check>, languages: readonly string[]): readonly Remark[] {
  const { document } = check
  const remarks: Remark[] = []
  for (const language of languages) {
    for (const field of ['title', 'why', 'expected'] as const)
      if (document[field][language] === undefined)
        remarks.push(errorAt(check, [field], `has no text in ${language}`, `${language}: …`))
    for (const platform of document.platforms) {
      const steps = document.remedy[platform]?.steps
      if (steps !== undefined && steps[language] === undefined)
        remarks.push(errorAt(check, ['remedy', platform, 'steps'], `has no text in ${language}`, `${language}: [ … ]`))
    }
  }
  const known = new Set(document.platforms.flatMap((platform) => Object.keys(document.parameters[platform] ?? {})))
  for (const [language, text] of Object.entries(document.expected))
    for (const name of placeholdersIn(text))
      if (!known.has(name))
        remarks.push(
          errorAt(
            check,
            ['expected', language],
            `{${name}} is no parameter`,
            [...known].join(', ') || 'a text without braces',
          ),
        )
  return remarks
}

function lintAge(check: Placed<Check>, reportIntervalSeconds: number): readonly Remark[] {
  const { signal, maxAgeSeconds } = check.document
  const least = 2 * Math.max(reportIntervalSeconds, timerSeconds(signal))
  if (maxAgeSeconds >= least) return []
  return [
    errorAt(
      check,
      ['maxAge'],
      `is below two report intervals or two timers of ${signal}`,
      `${durationText(least)} or more`,
    ),
  ]
}

function durationText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}

function lintExample(check: CompiledCheck, platform: Check['platforms'][number], now: number): readonly Remark[] {
  const { document, compiled } = check
  const example = document.examples[platform]
  const pass = compiled.pass[platform]
  if (example === undefined)
    return [errorAt(check, ['examples'], `has none for ${platform}`, 'a pass and a fail, for all or for each platform')]
  if (pass === undefined) return []
  const remarks: Remark[] = []
  for (const [word, wanted] of [
    ['pass', true],
    ['fail', false],
  ] as const) {
    const path: DocumentPath = ['examples', platform, word]
    const value = asSignalValue(document.signal, example[word])
    if (value === undefined) {
      remarks.push(
        errorAt(check, path, `is no value of ${document.signal}`, 'a value of the signal, as the catalogue has it'),
      )
      continue
    }
    try {
      const judged = pass.holds({ value, now })
      if (judged !== wanted)
        remarks.push(
          errorAt(
            check,
            path,
            `is judged ${judged ? 'met' : 'violated'} on ${platform}`,
            'an example that shows the opposite, or another pass',
          ),
        )
    } catch {
      remarks.push(
        errorAt(check, path, `cannot be judged on ${platform}`, 'has, or in, before what may be absent or malformed'),
      )
    }
  }
  return remarks
}

function lintRemedy(check: Placed<Check>, platform: Check['platforms'][number]): readonly Remark[] {
  const remedy = check.document.remedy[platform]
  if (remedy === undefined)
    return [errorAt(check, ['remedy'], `says nothing for ${platform}`, `${platform}: { open: … } or { steps: … }`)]
  if (remedy.open !== undefined && !remedy.open.startsWith(`${platform}/`))
    return [errorAt(check, ['remedy', platform, 'open'], 'belongs to another system', `a pane of ${platform}`)]
  return []
}

function lintAssigned(policy: Placed<Policy>, compiled: CompiledDocuments, context: LintContext): readonly Remark[] {
  return [
    ...lintRequirements(policy, compiled),
    ...lintGroups(policy, context),
    ...lintDates(policy, context.now),
    ...lintReach(policy, context),
  ]
}

function lintRequirements(policy: Placed<Policy>, compiled: CompiledDocuments): readonly Remark[] {
  return policy.document.require.flatMap((requirement, index) => {
    const at = (field: string): DocumentPath => ['require', index, field]
    const check = compiled.checks.find(({ document }) => document.id === requirement.check)?.document
    if (check === undefined)
      return [errorAt(policy, at('check'), `no Check ${requirement.check}`, 'the id of a Check in these documents')]
    const remarks: Remark[] = []
    for (const platform of requirement.platforms)
      if (!check.platforms.includes(platform))
        remarks.push(
          errorAt(
            policy,
            at('platforms'),
            `${check.id} does not cover ${platform}`,
            `platforms: [${check.platforms.join(', ')}]`,
          ),
        )
    if (requirement.enforce === 'approval' && !(check.exemptable.allowed && requirement.exemptable))
      remarks.push(
        errorAt(policy, at('enforce'), `approval needs a check that may be excepted, ${check.id} may not`, 'block'),
      )
    for (const [field, seconds] of [
      ['grace', requirement.graceSeconds],
      ['graceUnknown', requirement.graceUnknownSeconds],
    ] as const)
      if (seconds > longGraceSeconds)
        remarks.push(warningAt(policy, at(field), 'is longer than 30 days', 'a shorter grace'))
    return remarks
  })
}

function lintGroups(policy: Placed<Policy>, { groups }: LintContext): readonly Remark[] {
  if (groups === undefined) return []
  return policy.document.assign.groups
    .filter((group) => !groups.includes(group))
    .map((group) => errorAt(policy, ['assign', 'groups'], `no group ${group}`, `one of ${groups.join(', ')}`))
}

function lintDates(policy: Placed<Policy>, now: number): readonly Remark[] {
  const { assign, validUntil } = policy.document
  const remarks = assign.exceptUsers.flatMap(({ user, until }, index) => {
    const path: DocumentPath = ['assign', 'exceptUsers', index, 'until']
    if (until - now > longestExclusionSeconds)
      return [errorAt(policy, path, `leaves ${user} out for more than 90 days`, 'a date within 90 days')]
    return until <= now ? [warningAt(policy, path, 'is over', 'leave the entry out')] : []
  })
  if (validUntil === null) return remarks
  if (validUntil <= now)
    return [...remarks, warningAt(policy, ['validUntil'], 'is over: it never applies', 'leave the Policy out')]
  if (validUntil - now <= soonSeconds)
    return [...remarks, warningAt(policy, ['validUntil'], 'ends within 14 days', 'a later date, if it is still needed')]
  return remarks
}

function lintReach(policy: Placed<Policy>, { resources }: LintContext): readonly Remark[] {
  if (resources === undefined) return []
  const { tags, ids } = policy.document.resources
  const known = new Set(['console', ...resources.map(({ id }) => id)])
  const unknownIds = ids.filter((id) => !known.has(id))
  const reached =
    ids.length > unknownIds.length || resources.some((resource) => resource.tags.some((tag) => tags.includes(tag)))
  return [
    ...unknownIds.map((id) => warningAt(policy, ['resources', 'ids'], `no resource ${id}`, 'an id of the settings')),
    ...(reached
      ? []
      : [
          warningAt(
            policy,
            ['resources'],
            'names no resource there is: it never applies',
            'a tag or id of the settings',
          ),
        ]),
  ]
}

function uncovered(compiled: CompiledDocuments, { resources }: LintContext): readonly Remark[] {
  const [first] = compiled.policies
  if (resources === undefined || first === undefined) return []
  return resources
    .filter(({ id }) => id !== 'console')
    .filter((resource) => !compiled.policies.some(({ document }) => isNamed(resource, document)))
    .map(({ id }) =>
      warningAt(first, [], `no Policy covers the resource ${id}: it is refused to everybody`, 'one that does'),
    )
}

function isNamed(resource: Pick<Resource, 'id' | 'tags'>, { resources }: Policy): boolean {
  return resources.ids.includes(resource.id) || resources.tags.some((tag) => resource.tags.includes(tag))
}
