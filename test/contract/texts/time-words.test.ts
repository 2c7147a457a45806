import { describe, expect, it } from 'vitest'
import { distanceText, momentText, spanText } from '#contract/texts/time-words.ts'

/** Thursday, 26 November 2026, 10:00 UTC. */
const now = 1_795_687_200
const hour = 3600
const day = 24 * hour
const view = { locale: 'en-GB', now, timeZone: 'UTC' }

describe('A moment', () => {
  it.each([
    [0, '10:00'],
    [13 * hour + 1800, '23:30'],
    [14 * hour, 'Friday 00:00'],
    [6 * day, 'Wednesday 10:00'],
    [7 * day, '3 Dec, 10:00'],
    [-day, '25 Nov, 10:00'],
    [-400 * day, '22 Oct 2025, 10:00'],
  ])('%i seconds away is said as %s', (away, text) => {
    expect(momentText(now + away, view)).toBe(text)
  })

  it('has the day of where the person is', () => {
    expect(momentText(now + 14 * hour, { ...view, timeZone: 'America/New_York' })).toBe('19:00')
  })

  it('is said in German', () => {
    expect(momentText(now + day, { ...view, locale: 'de-DE' })).toBe('Freitag 10:00')
  })
})

describe('A distance', () => {
  it.each([
    [-59, undefined],
    [-60, '1 minute ago'],
    [-3599, '59 minutes ago'],
    [-47 * hour, '47 hours ago'],
    [-48 * hour, '2 days ago'],
    [2 * hour, 'in 2 hours'],
  ])('of %i seconds is said as %s', (away, text) => {
    expect(distanceText(now + away, view)).toBe(text)
  })
})

describe('A span', () => {
  it.each([
    [60, '1 minute'],
    [5400, '90 minutes'],
    [4 * hour, '4 hours'],
    [day, '24 hours'],
    [2 * day, '2 days'],
  ])('of %i seconds is said as %s', (seconds, text) => {
    expect(spanText(seconds, 'en-GB')).toBe(text)
  })
})
