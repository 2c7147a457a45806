import { describe, expect, it } from 'vitest'
import { exceptionRulesFor } from '#domain/exceptions/exception-rules.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { riskTiers } from '#domain/policy/documents.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { loadBook } from '#gateway/policy/load-book.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { chooseChecks } from '#tools/demo/choose-checks.ts'
import { demoPeople, demoResources, writeDemoBook } from '#tools/demo/demo-book.ts'
import { judgeAlone } from '#tools/demo/judge-alone.ts'
import { madeUpReadings } from '#tools/fill/made-up-readings.ts'
import { type Seeded, seeded } from '#tools/fill/seeded.ts'

const now = 1_795_510_812

/** Chance that lets nothing fail and everything be read. */
const lucky: Seeded = { next: () => 0.5, between: (least) => least, oneOf: ([first]) => first, chance: () => false }

async function aDemoBook(readings: readonly ReportedSignal[], os: OperatingSystem = 'linux') {
  const folder = await aFolder()
  const book = await writeDemoBook(folder, os, readings, now)
  const loaded = await loadBook(folder, {
    languages: ['en', 'de'],
    resources: demoResources.map((each) => ({ ...each, tier: 'medium', origins: [] })),
    people: demoPeople.map((each) => ({ ...each, roles: [] })),
    groups: ['staff', 'security'],
    now,
  })
  return { ...book, loaded, outcomes: judgeAlone(book.checks, os, readings, now) }
}

const machines = ['linux', 'macos', 'windows'] as const

describe.each(machines)('The book of a demo on %s', (os) => {
  it.each([0, 1, 2, 3, 4])('lints without a remark, whatever fails (case %i)', async (place) => {
    const readings = madeUpReadings(os, seeded('lint', `${place}`), now)
    const { loaded } = await aDemoBook(readings, os)
    expect(loaded).toMatchObject({ kind: 'loaded', remarks: [] })
  })

  it.each([0, 1, 2, 3, 4])('has a resource that one failing check alone keeps shut (case %i)', async (place) => {
    const readings = madeUpReadings(os, seeded('shut', `${place}`), now)
    const { choice, outcomes } = await aDemoBook(readings, os)
    const asked = [choice.excusable, ...choice.met]
    expect(asked.filter((id) => outcomes.get(id) !== 'met')).toEqual([choice.excusable])
  })

  it.each([0, 1, 2, 3, 4])('has a resource that a failing check blocks (case %i)', async (place) => {
    const readings = madeUpReadings(os, seeded('blocked', `${place}`), now)
    const { choice, outcomes } = await aDemoBook(readings, os)
    expect(outcomes.get(choice.blocking)).not.toBe('met')
  })
})

describe('The book of a demo on a machine on which everything passes', () => {
  it('asks for one thing more, and says that it is the demo that does', async () => {
    const { choice, checks } = await aDemoBook(madeUpReadings('macos', lucky, now), 'macos')
    expect([choice.stricter, checks.get(choice.excusable)?.document.title['en']]).toEqual([
      'os-supported',
      'System version (stricter, for this demo)',
    ])
  })
})

describe('Choosing the checks of a demo', () => {
  const met = { id: 'firewall', outcome: 'met', isExemptable: false } as const
  const fixable = { id: 'ssh-keys', outcome: 'violated', isExemptable: true } as const
  const lasting = { id: 'disk-encryption', outcome: 'violated', isExemptable: true } as const

  it('lets a person fix what can be fixed, and blocks by what cannot', () => {
    expect(chooseChecks([met, lasting, fixable])).toMatchObject({
      excusable: 'ssh-keys',
      blocking: 'disk-encryption',
      stricter: undefined,
    })
  })

  it('uses the only failing check for both', () => {
    expect(chooseChecks([met, fixable])).toMatchObject({ excusable: 'ssh-keys', blocking: 'ssh-keys' })
  })

  it('prefers what was seen to fail to what could not be read', () => {
    const unread = { id: 'ssh-keys', outcome: 'unknown', isExemptable: true } as const
    expect(chooseChecks([unread, lasting])).toMatchObject({ excusable: 'disk-encryption' })
  })

  it('makes one stricter where nothing that fails can be excused', () => {
    const blocked = { id: 'secure-boot', outcome: 'violated', isExemptable: false } as const
    expect(chooseChecks([met, blocked])).toMatchObject({
      excusable: 'os-supported',
      blocking: 'secure-boot',
      stricter: 'os-supported',
    })
  })
})

describe('The book of a demo, whatever risk the hour and the machine make of a request', () => {
  const wednesday = Date.parse('2026-11-25T00:00:00Z') / 1000
  const hours = [3, 12].map((hour) => wednesday + hour * 3600)
  const cases = riskTiers.flatMap((severity) => hours.map((at) => ({ severity, at })))

  it.each(cases)('has people enough to approve it ($severity, at $at)', async ({ severity, at }) => {
    const { loaded, choice } = await aDemoBook(madeUpReadings('linux', seeded('risk', '0'), now))
    if (loaded.kind !== 'loaded') throw new Error('the book does not load')
    const wiki = { ...demoResources[0], tier: 'medium' } as const
    const ask = {
      checks: [{ id: choice.excusable, severity, covers: ['violated'] }],
      resources: [wiki],
      durationSeconds: 60,
    } as const
    const device = { platform: 'linux', tier: 'T1', enrolledAt: at } as const
    const person = { status: 'active', groups: ['staff'] } as const
    const rules = exceptionRulesFor(loaded.book, ask, { person, device, now: at, times: { 'other-failing': 3 } })
    expect(rules).toMatchObject({ enough: true, stages: [{ id: 'security' }, { id: 'owner' }] })
    expect(rules?.limits.maxDurationSeconds).toBeGreaterThanOrEqual(60)
  })

  it('takes votes from any device', async () => {
    const { loaded } = await aDemoBook(madeUpReadings('linux', seeded('risk', '0'), now))
    if (loaded.kind !== 'loaded') throw new Error('the book does not load')
    expect(loaded.book.approvalPolicies.map(({ document }) => document.voters?.device)).toEqual(['any'])
  })
})
