import { describe, expect, it } from 'vitest'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { type Episode, nextEpisodes } from '#domain/policy/grace.ts'
import type { PostureReport } from '#domain/posture-report.ts'
import {
  aBook,
  aFailingReport,
  aPolicy,
  aReport,
  aRequirement,
  aSituation,
  noon,
} from '#test/support/a-judged-device.ts'

const book = aBook({
  policies: [aPolicy({ require: [aRequirement({ graceSeconds: 3600, graceUnknownSeconds: 1800 })] })],
})

function at(time: number, report: PostureReport): PostureReport {
  return { ...report, receivedAt: time, iat: noon }
}
const met = (time: number) => at(time, aReport())
const violated = (time: number) => at(time, aFailingReport())
const unknown = (time: number) =>
  at(time, aReport({ signals: [{ id: 'firewall', st: 'unknown', why: 'denied', at: noon, ms: 1, src: 'test' }] }))

/** The episodes after these reports, each judged as it came. */
function episodesAfter(reports: readonly PostureReport[], before: readonly Episode[] = []): readonly Episode[] {
  return reports.reduce((episodes, report) => {
    const verdict = evaluatePolicy(aSituation({ book, report, episodes, now: report.receivedAt }))
    return nextEpisodes(episodes, verdict, report.receivedAt)
  }, before)
}

function only(episodes: readonly Episode[]): Episode {
  const [episode] = episodes
  if (episode === undefined) throw new Error('no episode')
  return episode
}

describe('An episode', () => {
  it('does not begin while a check is met', () => {
    expect(only(episodesAfter([met(noon)]))).toEqual({ check: 'firewall', lastMet: true, open: null })
  })

  it('begins with the first failing judgement, and its clock with it', () => {
    expect(only(episodesAfter([met(noon), violated(noon + 60)])).open).toMatchObject({
      beganAt: noon + 60,
      violatedSince: noon + 60,
      unknownSince: null,
    })
  })

  it('goes on with the next ones', () => {
    const first = episodesAfter([violated(noon)])
    expect(episodesAfter([violated(noon + 900)], first)).toBe(first)
  })

  it('ends when the check was met in two reports ten minutes apart', () => {
    expect(only(episodesAfter([violated(noon), met(noon + 60), met(noon + 660)])).open).toBeNull()
  })

  it('goes on when the two are a second closer', () => {
    expect(only(episodesAfter([violated(noon), met(noon + 60), met(noon + 659)])).open).not.toBeNull()
  })

  it('goes on after one report, however long it lasted', () => {
    expect(only(episodesAfter([violated(noon), met(noon + 60)])).open).not.toBeNull()
  })

  it('counts a report once, however often it is given', () => {
    const before = episodesAfter([violated(noon), met(noon + 700)])
    expect(episodesAfter([met(noon + 700), met(noon + 700)], before)).toBe(before)
  })

  it('ends with the third report where the second came too early', () => {
    expect(only(episodesAfter([violated(noon), met(noon + 60), met(noon + 300), met(noon + 660)])).open).toBeNull()
  })

  it('keeps its clock when a check toggles, so that toggling gains nothing', () => {
    const episodes = episodesAfter([
      violated(noon),
      met(noon + 300),
      violated(noon + 600),
      met(noon + 900),
      met(noon + 1200),
    ])
    expect(only(episodesAfter([violated(noon + 1300)], episodes)).open?.violatedSince).toBe(noon)
  })

  it('starts anew once the hold-down is over', () => {
    const episodes = episodesAfter([violated(noon), met(noon + 60), met(noon + 700), violated(noon + 800)])
    expect(only(episodes).open?.violatedSince).toBe(noon + 800)
  })

  it('is not touched by silence', () => {
    const before = episodesAfter([met(noon)])
    const verdict = evaluatePolicy(aSituation({ book, report: met(noon), episodes: before, now: noon + 9999 }))
    expect(nextEpisodes(before, verdict, noon + 9999)).toBe(before)
  })

  it('is not touched by a verdict that a gate stopped', () => {
    const before = episodesAfter([violated(noon)])
    expect(nextEpisodes(before, { findings: [], receivedAt: noon + 900 }, noon + 900)).toBe(before)
  })
})

describe('The clock of an unknown', () => {
  it('starts right after a met reading', () => {
    expect(only(episodesAfter([met(noon), unknown(noon + 60)])).open?.unknownSince).toBe(noon + 60)
  })

  it('does not start without one', () => {
    expect(only(episodesAfter([unknown(noon)])).open?.unknownSince).toBeNull()
    expect(only(episodesAfter([met(noon), violated(noon + 60), unknown(noon + 120)])).open?.unknownSince).toBeNull()
  })

  it('runs on in the next reports', () => {
    const episodes = episodesAfter([met(noon), unknown(noon + 60), unknown(noon + 900)])
    expect(only(episodes).open?.unknownSince).toBe(noon + 60)
  })

  it('is another one than that of a violation', () => {
    const episodes = episodesAfter([met(noon), unknown(noon + 60), violated(noon + 120)])
    expect(only(episodes).open).toMatchObject({ unknownSince: noon + 60, violatedSince: noon + 120 })
  })

  it('does not start for a missing reading', () => {
    const episodes = episodesAfter([met(noon), at(noon + 60, aReport({ signals: [] }))])
    expect(only(episodes)).toMatchObject({ lastMet: false, open: { unknownSince: null } })
  })
})
