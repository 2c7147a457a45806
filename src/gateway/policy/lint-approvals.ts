import { canFill } from '#domain/exceptions/can-fill.ts'
import { exceptionRulesFor } from '#domain/exceptions/exception-rules.ts'
import { assembleBook, type Book } from '#domain/policy/book.ts'
import type { ApprovalPolicy, Policy, Stage } from '#domain/policy/documents.ts'
import { type CompiledDocuments, errorAt, warningAt } from './compile-documents.ts'
import type { LintContext, LintPerson } from './lint-context.ts'
import type { Placed } from './read-documents.ts'
import type { DocumentPath, Remark } from './remark.ts'

const day = 86_400
/** A Wednesday at noon: no risk factor of the clock counts. */
const quietNow = 1_700_049_600

/** The lint of who approves, and within which limits (policy.md section 7). */
export function lintApprovals(compiled: CompiledDocuments, context: LintContext): readonly Remark[] {
  return [
    ...compiled.approvalPolicies.flatMap((policy) => [
      ...lintRules(policy, context.now),
      ...lintVoters(policy, compiled),
      ...lintPools(policy, context),
      ...lintFilling(policy, compiled, context),
    ]),
    ...stageIds(compiled.approvalPolicies),
    ...belowTable(compiled, context),
  ]
}

function lintRules(policy: Placed<ApprovalPolicy>, now: number): readonly Remark[] {
  const { rules, match } = policy.document
  const remarks: Remark[] = []
  const always = rules.findIndex(({ when, validUntil }) => isConstant(when, 'true') && validUntil === null)
  if (rules.at(-1) !== undefined && !isConstant(rules.at(-1)?.when ?? '', 'true'))
    remarks.push(
      warningAt(
        policy,
        ['rules', rules.length - 1, 'when'],
        'is not true: what no rule takes is refused',
        "a last rule when: 'true'",
      ),
    )
  rules.forEach(({ when, validUntil }, index) => {
    const path: DocumentPath = ['rules', index]
    if ((always >= 0 && index > always) || isConstant(when, 'false'))
      remarks.push(warningAt(policy, path, 'can never apply', 'leave it out, or put it before the rule that takes all'))
    if (validUntil !== null && validUntil <= now)
      remarks.push(warningAt(policy, [...path, 'validUntil'], 'is over: the rule never applies', 'leave the rule out'))
    else if (validUntil !== null && validUntil - now <= 14 * day)
      remarks.push(
        warningAt(policy, [...path, 'validUntil'], 'ends within 14 days', 'a later date, if it is still needed'),
      )
  })
  if (isConstant(match, 'false'))
    remarks.push(warningAt(policy, ['match'], 'can never apply', 'leave the document out'))
  return remarks
}

function isConstant(expression: string, word: 'true' | 'false'): boolean {
  return expression.trim() === word
}

function lintVoters(policy: Placed<ApprovalPolicy>, compiled: CompiledDocuments): readonly Remark[] {
  if (policy.document.voters.device !== 'compliant') return []
  if (compiled.policies.some(({ document }) => document.resources.ids.includes('console'))) return []
  return [
    warningAt(
      policy,
      ['voters', 'device'],
      'is compliant, while no Policy covers console: nobody may vote',
      'a Policy for resources: { ids: [console] }',
    ),
  ]
}

function lintPools(policy: Placed<ApprovalPolicy>, { groups }: LintContext): readonly Remark[] {
  if (groups === undefined) return []
  return stagesOf(policy.document).flatMap(({ stage, path }) => {
    const [kind, name = ''] = stage.from.split(/:(.*)/s)
    if (kind !== 'group' || groups.includes(name)) return []
    return [errorAt(policy, [...path, 'from'], `no group ${name}`, `one of ${groups.join(', ')}`)]
  })
}

function stagesOf(policy: ApprovalPolicy): readonly { readonly stage: Stage; readonly path: DocumentPath }[] {
  return policy.rules.flatMap((rule, index) =>
    rule.stages.map((stage, place) => ({ stage, path: ['rules', index, 'stages', place] })),
  )
}

/** One id means one pool, over all documents: stages of several are united by where they come from. */
function stageIds(policies: readonly Placed<ApprovalPolicy>[]): readonly Remark[] {
  const pools = new Map<string, string>()
  return policies.flatMap((policy) =>
    stagesOf(policy.document).flatMap(({ stage, path }) => {
      const known = pools.get(stage.id) ?? stage.from
      pools.set(stage.id, known)
      if (known === stage.from) return []
      return [
        errorAt(
          policy,
          [...path, 'id'],
          `${stage.id} is also the id of a stage from ${known}`,
          'another id, or the same from',
        ),
      ]
    }),
  )
}

/** Stages that distinct persons without the requester cannot fill: from a folder a warning, since people may yet come. */
function lintFilling(
  policy: Placed<ApprovalPolicy>,
  compiled: CompiledDocuments,
  { people, resources }: LintContext,
): readonly Remark[] {
  if (people === undefined) return []
  const assigned = new Set(compiled.policies.flatMap(({ document }) => document.assign.groups))
  const requesters = people.filter((person) => person.groups.some((group) => assigned.has(group)))
  return policy.document.rules.flatMap(({ stages }, index) => {
    const owners = stages.some(({ from }) => from === 'role:resource-owner') ? (resources ?? []) : [undefined]
    const stuck = requesters.find((requester) =>
      owners.some((resource) => {
        const eligible = (stage: Stage): readonly LintPerson[] =>
          people.filter(
            (person) => person !== requester && isEligible(person, stage, requester, resource?.owners ?? []),
          )
        return !canFill(stages.map((stage) => ({ places: stage.need, pool: eligible(stage) })))
      }),
    )
    if (stuck === undefined) return []
    return [
      warningAt(
        policy,
        ['rules', index, 'stages'],
        `cannot be filled for ${stuck.email}: such a request ends no_quorum`,
        'larger groups, or a smaller need',
      ),
    ]
  })
}

function isEligible(person: LintPerson, stage: Stage, requester: LintPerson, owners: readonly string[]): boolean {
  if (stage.distinctTeamFromRequester && person.team !== undefined && person.team === requester.team) return false
  const [kind, name = ''] = stage.from.split(/:(.*)/s)
  if (kind === 'group') return person.groups.includes(name)
  return name === 'resource-owner' ? owners.includes(person.email) : person.roles.includes(name)
}

/** For every check that may be excepted somewhere: do the stages chosen have the places that the tier's table asks? */
function belowTable(compiled: CompiledDocuments, context: LintContext): readonly Remark[] {
  const [first] = compiled.approvalPolicies
  if (first === undefined) return []
  const book = bookOf(compiled)
  const told = new Set<string>()
  const remarks: Remark[] = []
  for (const { document: policy } of compiled.policies) {
    for (const requirement of policy.require) {
      const check = book.checks.get(requirement.check)?.document
      const refuses = requirement.enforce === 'approval' || requirement.enforce === 'block'
      if (check === undefined || !refuses || !requirement.exemptable || !check.exemptable.allowed) continue
      for (const resource of resourcesOf(policy, context)) {
        const rules = exceptionRulesFor(
          book,
          {
            checks: [{ id: check.id, severity: check.severity, covers: check.exemptable.covers }],
            resources: [resource],
          },
          {
            person: { status: 'active', groups: policy.assign.groups },
            device: { platform: check.platforms[0] ?? 'linux', tier: policy.minKeyTier, enrolledAt: 0 },
            now: quietNow,
          },
        )
        if (rules === undefined || rules.enough) continue
        const [chosen] = rules.chosen
        const at = compiled.approvalPolicies.find(({ document }) => document.id === chosen?.policy) ?? first
        const path: DocumentPath = ['rules', chosen?.rule ?? 0, 'stages']
        const { places, stages, owner } = rules.limits.approvals
        const key = `${at.document.id} ${chosen?.rule} ${rules.risk.tier}`
        if (told.has(key)) continue
        told.add(key)
        remarks.push(
          errorAt(
            at,
            path,
            `has too few places for ${check.id} on ${resource.id}, risk tier ${rules.risk.tier}: such a request ends no_quorum`,
            `${places} places in ${stages} stages${owner ? ', one from role:resource-owner' : ''}; or tiers: { ${rules.risk.tier}: { approvals: … } } in an ExceptionPolicy`,
          ),
        )
      }
    }
  }
  return remarks
}

type LintResource = {
  readonly id: string
  readonly tags: readonly string[]
  readonly tier: 'low' | 'medium' | 'high' | 'critical'
}

function resourcesOf(policy: Policy, { resources }: LintContext): readonly LintResource[] {
  if (resources === undefined)
    return [{ id: policy.resources.ids[0] ?? 'any', tags: policy.resources.tags, tier: 'low' }]
  return resources.filter(
    ({ id, tags }) => policy.resources.ids.includes(id) || policy.resources.tags.some((tag) => tags.includes(tag)),
  )
}

function bookOf(compiled: CompiledDocuments): Book {
  return assembleBook({
    hash: '',
    documents: [],
    checks: new Map(compiled.checks.map(({ compiled: check }) => [check.document.id, check])),
    policies: compiled.policies.map(({ compiled: policy }) => policy),
    exceptionPolicies: compiled.exceptionPolicies.map(({ compiled: policy }) => policy),
    approvalPolicies: compiled.approvalPolicies.map(({ compiled: policy }) => policy),
  })
}
