import { describe, expect, it } from 'vitest'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import type { Finding, Verdict } from '#domain/policy/verdict.ts'
import {
  aBook,
  aCheck,
  aDevice,
  aFailingReport,
  aPerson,
  aPolicy,
  aReading,
  aReport,
  aRequirement,
  aResource,
  aSituation,
  noon,
} from '#test/support/a-judged-device.ts'

function onlyFinding(verdict: Verdict): Finding {
  const [finding, ...others] = verdict.findings
  if (finding === undefined || others.length > 0) throw new Error(`${verdict.findings.length} findings`)
  return finding
}

function outcomeOf(verdict: Verdict): string {
  const finding = onlyFinding(verdict)
  return finding.outcome === 'met' ? 'met' : `${finding.outcome}(${finding.reason ?? 'value'})`
}

function isExcusable(verdict: Verdict): boolean {
  const finding = onlyFinding(verdict)
  return finding.outcome !== 'met' && finding.excusable
}

describe('The gates', () => {
  const gates = [
    ['somebody who left', { person: aPerson({ status: 'inactive' }) }, 'device_not_active'],
    ['a quarantined device', { device: aDevice({ status: 'quarantined' }) }, 'device_not_active'],
    ['a retired device', { device: aDevice({ status: 'retired' }) }, 'device_not_active'],
    ['a removed device', { device: aDevice({ status: 'removed' }) }, 'device_not_active'],
    ['a key that is no longer current', { device: aDevice({ keyCurrent: false }) }, 'device_not_active'],
    ['a report of another platform', { report: aReport({ platform: 'macos' }) }, 'device_not_active'],
    ['a key in a file', { device: aDevice({ tier: 'T0' }) }, 'tier_too_low'],
    ['somebody in no group', { person: aPerson({ groups: [] }) }, 'no_policy'],
    ['a resource that no policy names', { resource: aResource({ tags: [] }) }, 'no_policy'],
    ['policies that are over', { book: aBook({ policies: [aPolicy({ validUntil: noon })] }) }, 'no_policy'],
    [
      'policies that ask nothing of the platform',
      { book: aBook({ policies: [aPolicy({ require: [aRequirement({ platforms: ['macos'] })] })] }) },
      'no_policy',
    ],
  ] as const

  it.each(gates)('stop %s before any check', (_name, members, gate) => {
    const verdict = evaluatePolicy(aSituation(members))
    expect(verdict.gate).toBe(gate)
    expect(verdict.findings).toEqual([])
  })

  it('let a policy count until the instant it ends', () => {
    const book = aBook({ policies: [aPolicy({ validUntil: noon + 1 })] })
    const verdict = evaluatePolicy(aSituation({ book }))
    expect(verdict.gate).toBeUndefined()
    expect(verdict.recheckAt).toBe(noon + 1)
  })

  it('ask the highest tier of all policies that apply', () => {
    const policies = [aPolicy(), aPolicy({ id: 'strict', minKeyTier: 'T2' })]
    expect(evaluatePolicy(aSituation({ book: aBook({ policies }) })).gate).toBe('tier_too_low')
  })

  it('leave somebody out, by mail address, until the day named', () => {
    const assign = { groups: ['staff'], exceptUsers: [{ user: 'Ada@example.com', until: noon + 10 }] }
    const book = aBook({ policies: [aPolicy({ assign })] })
    const before = evaluatePolicy(aSituation({ book }))
    expect([before.gate, before.recheckAt]).toEqual(['no_policy', noon + 10])
    expect(evaluatePolicy(aSituation({ book, now: noon + 10 })).gate).toBeUndefined()
  })
})

describe('Row 1: a device that says nothing', () => {
  it('is silent without any report', () => {
    const verdict = evaluatePolicy(aSituation({ report: undefined }))
    expect([verdict.silent, outcomeOf(verdict), isExcusable(verdict)]).toEqual([true, 'unknown(silent)', false])
  })

  it('is heard for exactly the longest silence allowed', () => {
    expect(outcomeOf(evaluatePolicy(aSituation({ now: noon + 2700 })))).toBe('met')
  })

  it('is silent one second later, and the verdict before said so', () => {
    expect(evaluatePolicy(aSituation()).recheckAt).toBe(noon + 2701)
    expect(outcomeOf(evaluatePolicy(aSituation({ now: noon + 2701 })))).toBe('unknown(silent)')
  })

  it('is measured by the shortest silence of all policies', () => {
    const policies = [aPolicy(), aPolicy({ id: 'strict', maxSilenceSeconds: 60 })]
    expect(outcomeOf(evaluatePolicy(aSituation({ book: aBook({ policies }), now: noon + 61 })))).toBe('unknown(silent)')
  })
})

describe('Row 2: a check that does not cover the platform', () => {
  it('is unknown, never skipped', () => {
    const book = aBook({ checks: [aCheck({ platforms: ['macos'] })] })
    const verdict = evaluatePolicy(aSituation({ book }))
    expect([outcomeOf(verdict), isExcusable(verdict)]).toEqual(['unknown(not-covered)', false])
  })
})

describe('Row 3: a reading that is missing or of another time', () => {
  it('is unknown when missing', () => {
    const verdict = evaluatePolicy(aSituation({ report: aReport({ signals: [] }) }))
    expect([outcomeOf(verdict), isExcusable(verdict)]).toEqual(['unknown(missing)', false])
  })

  it('counts for exactly maxAge', () => {
    const book = aBook({ checks: [aCheck({ maxAgeSeconds: 100 })] })
    expect(outcomeOf(evaluatePolicy(aSituation({ book, now: noon + 100 })))).toBe('met')
    expect(outcomeOf(evaluatePolicy(aSituation({ book, now: noon + 101 })))).toBe('unknown(stale)')
    expect(evaluatePolicy(aSituation({ book })).recheckAt).toBe(noon + 101)
  })

  it('is judged without trusting the clock of the device', () => {
    const report = aReport({ iat: 5_000, signals: [aReading('firewall', { state: 'on' }, 4_990)] })
    const book = aBook({ checks: [aCheck({ maxAgeSeconds: 100 })] })
    expect(outcomeOf(evaluatePolicy(aSituation({ book, report, now: noon + 90 })))).toBe('met')
    expect(outcomeOf(evaluatePolicy(aSituation({ book, report, now: noon + 91 })))).toBe('unknown(stale)')
  })

  it('is unknown while it lies in the future, and looked at again when that is over', () => {
    const report = aReport({ signals: [aReading('firewall', { state: 'on' }, noon + 30)] })
    const verdict = evaluatePolicy(aSituation({ report }))
    expect([outcomeOf(verdict), isExcusable(verdict), verdict.recheckAt]).toEqual(['unknown(clock)', false, noon + 30])
    expect(outcomeOf(evaluatePolicy(aSituation({ report, now: noon + 30 })))).toBe('met')
  })
})

describe('Row 4: a reading without a value', () => {
  it.each(['unknown', 'error', 'na'] as const)('that says %s is unknown for its own reason, and excusable', (st) => {
    const report = aReport({ signals: [{ id: 'firewall', st, why: 'denied', at: noon, ms: 1, src: 'test' }] })
    const verdict = evaluatePolicy(aSituation({ report }))
    expect([outcomeOf(verdict), isExcusable(verdict)]).toEqual(['unknown(denied)', true])
  })

  it('that does not apply is met where the check says so', () => {
    const report = aReport({
      signals: [{ id: 'firewall', st: 'na', why: 'not-present', at: noon, ms: 1, src: 'test' }],
    })
    const book = aBook({ checks: [aCheck({ notApplicable: 'pass' })] })
    expect(outcomeOf(evaluatePolicy(aSituation({ report, book })))).toBe('met')
  })

  it('that could not be taken is not met there, though', () => {
    const report = aReport({ signals: [{ id: 'firewall', st: 'error', why: 'failed', at: noon, ms: 1, src: 'test' }] })
    const book = aBook({ checks: [aCheck({ notApplicable: 'pass' })] })
    expect(outcomeOf(evaluatePolicy(aSituation({ report, book })))).toBe('unknown(failed)')
  })
})

describe('Rows 5 to 7: a value', () => {
  it('is unknown where the expression fails, and nothing excuses that', () => {
    const book = aBook({
      checks: [
        aCheck({}, () => {
          throw new Error('no such key')
        }),
      ],
    })
    const verdict = evaluatePolicy(aSituation({ book }))
    expect([outcomeOf(verdict), isExcusable(verdict)]).toEqual(['unknown(evaluator)', false])
  })

  it('is met where the expression is true', () => {
    expect(outcomeOf(evaluatePolicy(aSituation()))).toBe('met')
  })

  it('is violated where it is false, and excusable', () => {
    const verdict = evaluatePolicy(aSituation({ report: aFailingReport() }))
    expect([outcomeOf(verdict), isExcusable(verdict)]).toEqual(['violated(value)', true])
  })

  it('is looked at again after five minutes where the expression reads the time', () => {
    const book = aBook({ checks: [aCheck({}, () => true, ['value', 'now'])] })
    expect(evaluatePolicy(aSituation({ book })).recheckAt).toBe(noon + 300)
  })
})

describe('Grace', () => {
  const withGrace = aBook({ policies: [aPolicy({ require: [aRequirement({ graceSeconds: 600 })] })] })
  const open = { beganAt: noon, violatedSince: noon, unknownSince: null, met: null }
  const episodes = [{ check: 'firewall', lastMet: false, open }]

  it('tolerates the first failing judgement, from then on', () => {
    const verdict = evaluatePolicy(aSituation({ book: withGrace, report: aFailingReport() }))
    expect(onlyFinding(verdict)).toMatchObject({ outcome: 'tolerated', kind: 'violated', graceUntil: noon + 600 })
    expect(verdict.recheckAt).toBe(noon + 600)
  })

  it('ends at its instant', () => {
    const at = (now: number): string =>
      outcomeOf(evaluatePolicy(aSituation({ book: withGrace, report: aFailingReport(), episodes, now })))
    expect([at(noon + 599), at(noon + 600)]).toEqual(['tolerated(value)', 'violated(value)'])
  })

  it('does not run for an unknown', () => {
    const report = aReport({
      signals: [{ id: 'firewall', st: 'unknown', why: 'denied', at: noon, ms: 1, src: 'test' }],
    })
    expect(outcomeOf(evaluatePolicy(aSituation({ book: withGrace, report })))).toBe('unknown(denied)')
  })

  it('of an unknown runs only right after a met reading', () => {
    const book = aBook({ policies: [aPolicy({ require: [aRequirement({ graceUnknownSeconds: 600 })] })] })
    const report = aReport({
      signals: [{ id: 'firewall', st: 'unknown', why: 'denied', at: noon, ms: 1, src: 'test' }],
    })
    const outcomeAfter = (lastMet: boolean): string =>
      outcomeOf(evaluatePolicy(aSituation({ book, report, episodes: [{ check: 'firewall', lastMet, open: null }] })))
    expect([outcomeAfter(true), outcomeAfter(false)]).toEqual(['tolerated(denied)', 'unknown(denied)'])
    expect(outcomeOf(evaluatePolicy(aSituation({ book, report })))).toBe('unknown(denied)')
  })

  it('never excuses what nothing excuses', () => {
    const book = aBook({
      policies: [aPolicy({ require: [aRequirement({ graceSeconds: 600, graceUnknownSeconds: 600 })] })],
    })
    const lastMet = [{ check: 'firewall', lastMet: true, open: null }]
    expect(outcomeOf(evaluatePolicy(aSituation({ book, report: aReport({ signals: [] }), episodes: lastMet })))).toBe(
      'unknown(missing)',
    )
  })
})
