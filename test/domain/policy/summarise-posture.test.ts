import { describe, expect, it } from 'vitest'
import { postureResultClaims } from '#contract/gateway-messages.ts'
import { consoleResource } from '#domain/access/resource.ts'
import { type SummaryInput, summarisePosture } from '#domain/policy/summarise-posture.ts'
import {
  aBook,
  aCheck,
  aDevice,
  aFailingReport,
  aGrant,
  aPerson,
  aPolicy,
  aReading,
  aReport,
  aRequirement,
  aResource,
  noon,
} from '#test/support/a-judged-device.ts'

const everyday = aPolicy({
  resources: { tags: ['internal'], ids: ['console'] },
  require: [aRequirement({ enforce: 'warn' })],
})
const production = aPolicy({
  id: 'production',
  resources: { tags: ['prod'], ids: [] },
  maxSilenceSeconds: 1800,
  require: [aRequirement()],
})
const payments = aResource({ id: 'payments', name: 'Payments', tags: ['prod'] })

function summarise(members: Partial<SummaryInput> = {}) {
  return summarisePosture({
    book: aBook({ policies: [everyday, production] }),
    person: aPerson(),
    device: aDevice(),
    report: aReport(),
    episodes: [],
    grants: [],
    resources: [aResource(), payments, consoleResource],
    now: noon,
    maxBytes: 65_536,
    ...members,
  })
}

describe('A summary of a healthy device', () => {
  it('is affirming, and names every resource by id', () => {
    const { claims } = summarise()
    expect(claims.status).toBe('affirming')
    expect(claims.resources.map(({ id, access }) => [id, access])).toEqual([
      ['console', 'allow'],
      ['payments', 'allow'],
      ['wiki', 'allow'],
    ])
    expect(claims.checks).toEqual([{ check: 'firewall', signal: 'firewall', outcome: 'met', at: noon }])
  })

  it('says nothing of systems when no check is on them', () => {
    expect(summarise().claims.submods).toEqual({ os: 'none', posture: 'affirming', agent: 'affirming' })
  })

  it('has the shortest silence of the policies that apply', () => {
    expect(summarise().maxSilenceSeconds).toBe(1800)
    expect(summarise({ resources: [aResource()] }).maxSilenceSeconds).toBe(2700)
    expect(summarise({ resources: [] }).maxSilenceSeconds).toBe(2700)
  })
})

describe('A summary of a device that fails', () => {
  it('is contraindicated where a finding refuses somewhere', () => {
    const { claims } = summarise({ report: aFailingReport() })
    expect(claims.status).toBe('contraindicated')
    expect(claims.resources.map(({ id, access, code }) => [id, access, code])).toEqual([
      ['console', 'allow', undefined],
      ['payments', 'refuse', 'posture_failed'],
      ['wiki', 'allow', undefined],
    ])
  })

  it('is a warning where nothing refuses', () => {
    expect(summarise({ report: aFailingReport(), resources: [aResource()] }).claims.status).toBe('warning')
  })

  it('is a warning where grants excuse it, and names them', () => {
    const { claims } = summarise({ report: aFailingReport(), grants: [aGrant({ resources: ['payments'] })] })
    expect([claims.status, claims.grants]).toEqual(['warning', ['grant']])
    expect(claims.resources.find(({ id }) => id === 'payments')?.findings[0]?.outcome).toBe('excepted')
  })

  it('carries the hardest outcome over all resources, with its explanation', () => {
    const { claims } = summarise({ report: aFailingReport(), grants: [aGrant({ resources: ['payments'] })] })
    expect(claims.checks).toEqual([
      {
        check: 'firewall',
        signal: 'firewall',
        outcome: 'violated',
        at: noon,
        observed: { kind: 'observed', value: { state: 'off' }, at: noon, source: 'test' },
        required: { text: { en: 'on' }, parameters: {} },
        since: noon,
        remedy: { steps: { en: ['Run: sudo ufw enable'] } },
      },
    ])
  })

  it('gives each resource its half of the explanation', () => {
    const { claims } = summarise({ report: aFailingReport() })
    expect(claims.resources.find(({ id }) => id === 'payments')?.findings).toEqual([
      {
        check: 'firewall@00000000',
        outcome: 'violated',
        enforce: 'block',
        policies: ['production@11111111'],
        grace_until: null,
        exception: { offered: false },
      },
    ])
  })

  it('judges systems by the checks on version and updates alone', () => {
    const book = aBook({
      checks: [aCheck(), aCheck({ id: 'version', signal: 'os-version' }, () => false)],
      policies: [aPolicy({ require: [aRequirement(), aRequirement({ check: 'version', enforce: 'warn' })] })],
    })
    const report = aReport({
      signals: [aReading('firewall', { state: 'off' }), aReading('os-version', { name: 'Debian', version: '9' })],
    })
    expect(summarise({ book, report }).claims.submods).toMatchObject({ os: 'warning', posture: 'contraindicated' })
  })

  it('gives every failing check once for its episodes', () => {
    const { judged } = summarise({ report: aFailingReport() })
    expect(judged.findings.map(({ requirement }) => requirement.check.document.id)).toEqual(['firewall'])
    expect(judged.receivedAt).toBe(noon)
  })
})

describe('A summary where a gate stops everything', () => {
  it('is contraindicated, the agent too', () => {
    const { claims } = summarise({ device: aDevice({ status: 'quarantined' }) })
    expect([claims.status, claims.submods.agent, claims.submods.os]).toEqual([
      'contraindicated',
      'contraindicated',
      'none',
    ])
    expect(new Set(claims.resources.map(({ code }) => code))).toEqual(new Set(['device_not_active']))
  })

  it('has nothing to judge for somebody without policies', () => {
    const { claims } = summarise({ person: aPerson({ groups: [] }) })
    expect(claims).toMatchObject({ status: 'none', resources: [], checks: [] })
  })
})

describe('A summary that is too large', () => {
  const many = Array.from({ length: 150 }, (_none, index) =>
    aResource({ id: `r${String(index).padStart(3, '0')}`, tags: ['prod'] }),
  )

  it('names a hundred resources', () => {
    const { claims } = summarise({ resources: many.toReversed() })
    expect(claims.resources).toHaveLength(100)
    expect(claims.resources.at(-1)?.id).toBe('r099')
  })

  it('loses the findings of the last resources first, and says so', () => {
    const whole = summarise({ resources: many, report: aFailingReport() }).claims
    const maxBytes = JSON.stringify(whole).length - 200
    const { resources } = summarise({ resources: many, report: aFailingReport(), maxBytes }).claims
    expect(
      JSON.stringify(summarise({ resources: many, report: aFailingReport(), maxBytes }).claims).length,
    ).toBeLessThanOrEqual(maxBytes)
    expect(resources.at(-1)).toMatchObject({ findings: [], cut: true, access: 'refuse' })
    expect(resources[0]).toEqual(whole.resources[0])
  })
})

describe('The members of a posture-result', () => {
  it('are as the wire has them', () => {
    const { status, submods, checks, resources, recheck_at } = postureResultClaims.shape
    const { claims } = summarise({ report: aFailingReport() })
    for (const [schema, member] of [
      [status, claims.status],
      [submods, claims.submods],
      [checks, claims.checks],
      [resources, claims.resources],
      [recheck_at, claims.recheck_at],
    ] as const)
      expect(schema.parse(member)).toEqual(member)
  })
})
