import { describe, expect, it } from 'vitest'
import { valueWordsEn } from '#contract/texts/value-words.ts'
import { aFinding, aRefusal, aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'
import { statusGroups } from '../../../renderer/agent/status/status-rows.ts'

const at = noon - 600
const off = { kind: 'observed', value: { state: 'off' }, at, source: 'nft' } as const
const violated = { check: 'firewall', signal: 'firewall', outcome: 'violated', observed: off } as const

describe('Findings as people read them', () => {
  it('stand together by what they close, those that close more first', () => {
    const result = aResult({
      checks: [
        violated,
        { ...violated, check: 'disk' },
        { ...violated, check: 'lock' },
        { ...violated, check: 'keys' },
      ],
      resources: [
        { id: 'a', name: 'Payments', access: 'refuse', findings: [aFinding('disk@x'), aFinding('firewall@x')] },
        { id: 'b', name: 'Wiki', access: 'refuse', findings: [aFinding('firewall@x'), aFinding('lock@x')] },
        { id: 'c', name: 'Lab', access: 'allow', findings: [aFinding('keys@x')] },
      ],
    })
    const { blocking } = statusGroups(aSnapshot({ result }), valueWordsEn)
    expect(blocking.map(({ blocks, rows }) => [blocks, rows.map(({ check }) => check.check)])).toEqual([
      [['Payments', 'Wiki'], ['firewall']],
      [['Payments'], ['disk']],
      [['Wiki'], ['lock']],
      [[], ['keys']],
    ])
  })

  it('close nothing where their step only warns', () => {
    const result = aResult({
      checks: [violated],
      resources: [{ id: 'a', name: 'Wiki', access: 'refuse', findings: [aFinding('firewall@x', { enforce: 'warn' })] }],
    })
    expect(statusGroups(aSnapshot({ result }), valueWordsEn).blocking[0]?.blocks).toEqual([])
  })

  it('are not passing where the question does not apply', () => {
    const na = { kind: 'na', why: 'not-present', at } as const
    const result = aResult({ checks: [{ check: 'chip', signal: 'hardware-security', outcome: 'met', observed: na }] })
    const groups = statusGroups(aSnapshot({ result }), valueWordsEn)
    expect([groups.passing.length, groups.doesNotApply.length]).toEqual([0, 1])
  })

  it('know when grace ends, the first of several', () => {
    const tolerated = { ...violated, outcome: 'tolerated' } as const
    const finding = (grace_until: number) => aFinding('firewall@x', { outcome: 'tolerated', grace_until })
    const result = aResult({
      checks: [tolerated],
      resources: [
        { id: 'a', name: 'A', access: 'allow', findings: [finding(noon + 900)] },
        { id: 'b', name: 'B', access: 'allow', findings: [finding(noon + 300)] },
      ],
    })
    expect(statusGroups(aSnapshot({ result }), valueWordsEn).tolerated[0]?.endsAt).toBe(noon + 300)
  })
})

describe('A reading that differs from what was judged', () => {
  const reading = (state: 'on' | 'off', when: number) =>
    ({ id: 'firewall', st: 'observed', v: { state }, at: when, ms: 3, src: 'nft' }) as const
  const rowOf = (readings: Parameters<typeof aSnapshot>[0]) =>
    statusGroups(aSnapshot({ result: aRefusal(), ...readings }), valueWordsEn).blocking[0]?.rows[0]

  it('is pending, and changes no outcome', () => {
    const row = rowOf({ readings: [reading('on', noon)] })
    expect([row?.isPending, row?.kind]).toEqual([true, 'violated'])
  })

  it('is not pending where a person would read the same', () => {
    expect(rowOf({ readings: [reading('off', noon)] })?.isPending).toBe(false)
  })

  it('is not pending where it is older than what was judged', () => {
    expect(rowOf({ readings: [reading('on', at)] })?.isPending).toBe(false)
  })

  it('is pending once it can no longer be read', () => {
    const unread = { id: 'firewall', st: 'unknown', why: 'denied', at: noon, ms: 3, src: 'nft' } as const
    expect(rowOf({ readings: [unread] })?.isPending).toBe(true)
  })
})

describe('A reminder that was muted', () => {
  it('counts until its end, by the gateway’s clock', () => {
    const snoozed = (until: number) =>
      statusGroups(aSnapshot({ result: aRefusal(), snoozed: [{ check: 'firewall', until }] }), valueWordsEn).blocking[0]
        ?.rows[0]?.snoozedUntil
    expect([snoozed(noon + 1), snoozed(noon)]).toEqual([noon + 1, undefined])
  })
})
