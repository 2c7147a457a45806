import { describe, expect, it } from 'vitest'
import type { Resource } from '#domain/access/resource.ts'
import type { LintContext } from '#gateway/policy/lint-context.ts'
import { loadBookFromFiles } from '#gateway/policy/load-book.ts'
import type { Remark } from '#gateway/policy/remark.ts'
import { aResource, noon } from '#test/support/a-judged-device.ts'

const check = `kind: Check
id: firewall
title: { en: Firewall }
signal: firewall
severity: medium
pass: 'value.state == "on"'
expected: { en: 'on' }
examples: { pass: { state: 'on' }, fail: { state: 'off' } }
why: { en: Other machines must not reach this one }
remedy: { macos: { open: macos/firewall }, windows: { open: windows/firewall }, linux: { steps: { en: [Ask IT] } } }
exemptable: { allowed: true, covers: [violated], reasons: [debugging] }
`
const policy = `kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal], ids: [console] }
require:
  - { check: firewall, enforce: approval }
`
const limits = `kind: ExceptionPolicy
id: standard
match: 'true'
`
const approvals = `kind: ApprovalPolicy
id: standard
match: 'true'
rules:
  - when: 'true'
    stages: [{ id: lead, from: 'group:leads', need: 1 }]
`

const wiki: Resource = aResource({ tier: 'low' })
const context: LintContext = { languages: ['en'], groups: ['staff', 'leads'], resources: [wiki], now: noon }

function remarksOf(
  documents: { readonly [name: string]: string } = {},
  members: Partial<LintContext> = {},
): readonly Remark[] {
  const texts = { check, policy, limits, approvals, ...documents }
  const files = Object.entries(texts).map(([name, text]) => ({ file: `${name}.yaml`, text }))
  return loadBookFromFiles(files, { ...context, ...members }).remarks
}

function said(remarks: readonly Remark[]): readonly string[] {
  return remarks.map(({ severity, file, line, path, says }) => `${severity} ${file}:${line} ${path}: ${says}`)
}

describe('A book that is in order', () => {
  it('has no remark', () => {
    expect(said(remarksOf())).toEqual([])
  })

  it('is not asked about groups, resources and people that nobody named', () => {
    expect(
      said(
        loadBookFromFiles([{ file: 'a.yaml', text: [check, policy].join('---\n') }], { languages: ['en'], now: noon })
          .remarks,
      ),
    ).toEqual([])
  })
})

const noonDay = new Date(noon * 1000)
const inDays = (days: number): string => new Date(noonDay.getTime() + days * 86_400_000).toISOString().slice(0, 10)

describe('Lint refuses', () => {
  const cases: readonly (readonly [string, { readonly [name: string]: string }, string])[] = [
    [
      'an expression that does not compile, at its line',
      { check: check.replace('== "on"', '== 1') },
      'error check.yaml:6 Check firewall, pass.macos: ',
    ],
    [
      'a text missing in a language',
      { check: check.replace('why: { en:', 'why: { de:') },
      'error check.yaml:9 Check firewall, why: has no text in en',
    ],
    [
      'steps missing in a language',
      { check: check.replace('steps: { en:', 'steps: { de:') },
      'error check.yaml:10 Check firewall, remedy.linux.steps: has no text in en',
    ],
    [
      'a placeholder without parameter',
      { check: check.replace("expected: { en: 'on' }", "expected: { en: '{min} or newer' }") },
      'error check.yaml:7 Check firewall, expected.en: {min} is no parameter',
    ],
    [
      'an example judged wrongly',
      { check: check.replace("fail: { state: 'off' }", "fail: { state: 'on' }") },
      'error check.yaml:8 Check firewall, examples.linux.fail: is judged met on linux',
    ],
    [
      'an example that is no value of the signal',
      { check: check.replace("pass: { state: 'on' }", 'pass: { state: enabled }') },
      'error check.yaml:8 Check firewall, examples.linux.pass: is no value of firewall',
    ],
    [
      'an example missing for a platform',
      {
        check: check.replace(
          "examples: { pass: { state: 'on' }, fail: { state: 'off' } }",
          "examples: { macos: { pass: { state: 'on' }, fail: { state: 'off' } }, linux: { pass: { state: 'on' }, fail: { state: 'off' } } }",
        ),
      },
      'error check.yaml:8 Check firewall, examples: has none for windows',
    ],
    [
      'a remedy missing for a platform',
      { check: check.replace('macos: { open: macos/firewall }, ', '') },
      'error check.yaml:10 Check firewall, remedy: says nothing for macos',
    ],
    [
      'a remedy of another system',
      { check: check.replace('macos: { open: macos/firewall }', 'macos: { open: windows/firewall }') },
      'error check.yaml:10 Check firewall, remedy.macos.open: belongs to another system',
    ],
    [
      'a remedy outside the closed list',
      { check: check.replace('macos/firewall', 'https://example.com/') },
      'error check.yaml:10 Check firewall, remedy.macos.open: is not allowed',
    ],
    [
      'a reason that nobody knows',
      { check: check.replace('[debugging]', '[laziness]') },
      'error check.yaml:11 Check firewall, exemptable.reasons[0]: is not one of the words allowed here',
    ],
    [
      'a maxAge below two timers of the signal',
      { check: check.replace('severity: medium', 'severity: medium\nmaxAge: 29m') },
      'error check.yaml:6 Check firewall, maxAge: is below two report intervals or two timers of firewall',
    ],
    [
      'an unknown check',
      { policy: policy.replace('check: firewall', 'check: firewal') },
      'error policy.yaml:6 Policy everyday, require[0].check: no Check firewal',
    ],
    [
      'an unknown group',
      { policy: policy.replace('[staff]', '[stuff]') },
      'error policy.yaml:3 Policy everyday, assign.groups: no group stuff',
    ],
    [
      'an unknown pool',
      { approvals: approvals.replace('group:leads', 'group:bosses') },
      'error approvals.yaml:6 ApprovalPolicy standard, rules[0].stages[0].from: no group bosses',
    ],
    [
      'a requirement on a platform that its check does not cover',
      { check: check.replace('signal: firewall', 'signal: firewall\nplatforms: [macos, linux]') },
      'error policy.yaml:6 Policy everyday, require[0].platforms: firewall does not cover windows',
    ],
    [
      'approval on a check that may not be excepted',
      { check: check.replace('allowed: true', 'allowed: false') },
      'error policy.yaml:6 Policy everyday, require[0].enforce: approval needs a check that may be excepted, firewall may not',
    ],
    [
      'approval on a requirement that may not be excepted',
      { policy: policy.replace('enforce: approval', 'enforce: approval, exemptable: false') },
      'error policy.yaml:6 Policy everyday, require[0].enforce: approval needs a check that may be excepted, firewall may not',
    ],
    ['an id twice', { again: policy }, 'error again.yaml:2 Policy everyday, id: is taken by policy.yaml, line 1'],
    [
      'one stage id from two pools',
      { approvals: approvals.replace('need: 1 }', "need: 1 }, { id: lead, from: 'group:staff', need: 1 }") },
      'error approvals.yaml:6 ApprovalPolicy standard, rules[0].stages[1].id: lead is also the id of a stage from group:leads',
    ],
    [
      'somebody left out for more than 90 days',
      {
        policy: policy.replace(
          'groups: [staff]',
          `groups: [staff], exceptUsers: [{ user: a@b, until: ${inDays(92)} }]`,
        ),
      },
      'error policy.yaml:3 Policy everyday, assign.exceptUsers[0].until: leaves a@b out for more than 90 days',
    ],
    [
      'somebody left out without end',
      { policy: policy.replace('groups: [staff]', 'groups: [staff], exceptUsers: [{ user: a@b }]') },
      'error policy.yaml:3 Policy everyday, assign.exceptUsers[0].until: is',
    ],
    [
      'stages below the table of the tier',
      { check: check.replace('severity: medium', 'severity: high') },
      'error approvals.yaml:6 ApprovalPolicy standard, rules[0].stages: has too few places for firewall on wiki, risk tier high: such a request ends no_quorum',
    ],
    [
      'a pass that says nothing for a platform',
      { check: check.replace(`pass: 'value.state == "on"'`, `pass: { linux: 'value.state == "on"' }`) },
      'error check.yaml:6 Check firewall, pass: says nothing for macos',
    ],
  ]
  it.each(cases)('%s', (_name, documents, wanted) => {
    const remarks = said(remarksOf(documents))
    expect(
      remarks.some((each) => each.startsWith(wanted)),
      remarks.join('\n'),
    ).toBe(true)
  })

  it('nothing of that where tiers loosens the table', () => {
    const documents = {
      check: check.replace('severity: medium', 'severity: high'),
      limits: `${limits}tiers: { high: { approvals: 1 } }\n`,
    }
    expect(said(remarksOf(documents))).toEqual([])
  })
})

describe('Lint warns of', () => {
  const cases: readonly (readonly [string, { readonly [name: string]: string }, string])[] = [
    [
      'voters who cannot be compliant',
      { policy: policy.replace(', ids: [console]', '') },
      'warning approvals.yaml:1 ApprovalPolicy standard, voters.device: is compliant, while no Policy covers console',
    ],
    [
      'a last rule that does not take the rest',
      { approvals: approvals.replace("when: 'true'", `when: 'risk.tier in ["low", "medium"]'`) },
      'warning approvals.yaml:5 ApprovalPolicy standard, rules[0].when: is not true',
    ],
    [
      'a rule that can never apply',
      {
        approvals: `${approvals}  - { when: 'risk.score > 1', stages: [{ id: lead, from: 'group:leads', need: 1 }] }\n`,
      },
      'warning approvals.yaml:7 ApprovalPolicy standard, rules[1]: can never apply',
    ],
    [
      'a resource without policy',
      { policy: policy.replace('tags: [internal]', 'tags: [other]') },
      'warning policy.yaml:1 Policy everyday: no Policy covers the resource wiki',
    ],
    [
      'grace longer than 30 days',
      { policy: policy.replace('enforce: approval', 'enforce: approval, grace: 31d') },
      'warning policy.yaml:6 Policy everyday, require[0].grace: is longer than 30 days',
    ],
    [
      'a policy that ends soon',
      { policy: `${policy}validUntil: ${inDays(10)}\n` },
      'warning policy.yaml:7 Policy everyday, validUntil: ends within 14 days',
    ],
    [
      'a policy that is over',
      { policy: `${policy}validUntil: ${inDays(-10)}\n` },
      'warning policy.yaml:7 Policy everyday, validUntil: is over',
    ],
    [
      'an id of no resource',
      { policy: policy.replace('[console]', '[console, intranet]') },
      'warning policy.yaml:4 Policy everyday, resources.ids: no resource intranet',
    ],
  ]
  it.each(cases)('%s', (_name, documents, wanted) => {
    const remarks = said(remarksOf(documents))
    expect(
      remarks.some((each) => each.startsWith(wanted)),
      remarks.join('\n'),
    ).toBe(true)
  })

  it('stages that the people there are cannot fill without the requester', () => {
    const ada = { email: 'ada@example.com', groups: ['staff', 'leads'], roles: [] }
    const grace = { email: 'grace@example.com', groups: ['staff', 'leads'], roles: [] }
    expect(said(remarksOf({}, { people: [ada] }))).toEqual([
      'warning approvals.yaml:6 ApprovalPolicy standard, rules[0].stages: cannot be filled for ada@example.com: such a request ends no_quorum',
    ])
    expect(said(remarksOf({}, { people: [ada, grace] }))).toEqual([])
  })

  it('nothing that keeps a book from loading', () => {
    const [policyText] = [policy.replace('tags: [internal]', 'tags: [other]')]
    const files = [check, policyText ?? '', limits, approvals].map((text, index) => ({ file: `${index}.yaml`, text }))
    expect(loadBookFromFiles(files, context).kind).toBe('loaded')
  })
})
