import { describe, expect, it } from 'vitest'
import type { ExceptionTerms } from '#contract/exception-terms.ts'
import { type TermsNames, termsSentences } from '#contract/texts/terms-sentences.ts'
import { termsWordsDe, termsWordsEn } from '#contract/texts/terms-words.ts'

const person = '019aa0c2-7f10-7000-8000-000000000001'
const device = '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1'
const other = '01a20cd0-3a10-7000-8000-0000000000ff'

/** The example of exceptions.md section 2. */
const example: ExceptionTerms = {
  v: 1,
  mode: 'normal',
  subject: person,
  device: { id: device, kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U' },
  checks: [{ id: 'security-updates', covers: ['violated'] }],
  resources: ['payments'],
  duration_s: 14_400,
  not_before: null,
  risk_tier: 'high',
  controls: ['record', 'session-ttl-30m', 'step-up-per-session'],
  book: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
  evidence: { seq: 42, hash: 'jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c' },
  category: 'vendor-bug',
  justification: 'AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM',
  remedy_by: 1_795_608_000,
  session: null,
  extends: null,
  replaces: null,
  salt: 'AAECAwQFBgcICQoLDA0ODw',
}
const names: TermsNames = {
  persons: { [person]: 'Ada Lovelace' },
  devices: { [device]: 'lovelace' },
  checks: { 'security-updates': 'Security updates' },
  resources: { payments: 'Payments' },
}
const said = (terms: ExceptionTerms, words = termsWordsEn, given = names) =>
  termsSentences(terms, given, words).map(({ text }) => text)

describe('Terms as sentences', () => {
  it('say in English what is signed', () => {
    expect(said(example)).toEqual([
      'This is for Ada Lovelace, on the device lovelace alone.',
      'The check “Security updates” may be failed for this time.',
      'Access opens to Payments and to nothing else.',
      'It lasts 4 hours from the moment it is granted, and then ends by itself.',
      'What is done there is recorded.',
      'Each session ends after 30 minutes.',
      'Each session asks for your passkey again.',
      'The reason is a fault of the vendor.',
      'The cause is to be put right by Wednesday, 25 November 2026 at 12:00 UTC.',
      'The risk is rated high.',
      'It rests on report 42 of the device and on the policy book AQEBAQEB…',
    ])
  })

  it('say the same in German', () => {
    expect(said(example, termsWordsDe)).toEqual([
      'Dies gilt für Ada Lovelace, und nur auf dem Gerät lovelace.',
      'Die Prüfung „Security updates“ darf in dieser Zeit fehlschlagen.',
      'Der Zugang öffnet sich zu Payments und zu nichts anderem.',
      'Die Ausnahme dauert ab der Erteilung 4 Stunden und endet dann von selbst.',
      'Was dort geschieht, wird aufgezeichnet.',
      'Jede Sitzung endet nach 30 Minuten.',
      'Jede Sitzung verlangt erneut Ihren Passkey.',
      'Der Grund: ein Fehler des Herstellers.',
      'Die Ursache soll bis Mittwoch, 25. November 2026 um 12:00 UTC behoben sein.',
      'Das Risiko ist als hoch eingestuft.',
      'Die Ausnahme stützt sich auf Bericht 42 des Geräts und auf das Regelbuch AQEBAQEB…',
    ])
  })

  it.each([
    ['mode', { mode: 'break_glass' }],
    ['subject', { subject: other }],
    ['device', { device: { id: other, kid: example.book } }],
    ['a check', { checks: [{ id: 'firewall', covers: ['violated'] }] }],
    ['what a check covers', { checks: [{ id: 'security-updates', covers: ['unknown', 'violated'] }] }],
    ['resources', { resources: ['payments', 'wiki'] }],
    ['duration', { duration_s: 14_460 }],
    ['beginning', { not_before: 1_795_600_000 }],
    ['risk', { risk_tier: 'critical' }],
    ['controls', { controls: ['record'] }],
    ['a control that is not known here', { controls: ['new-control', 'record'] }],
    ['book', { book: 'BQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE' }],
    ['evidence', { evidence: null }],
    ['category', { category: 'travel' }],
    ['date of the fix', { remedy_by: null }],
    ['extended exception', { extends: other }],
    ['replaced exception', { replaces: other }],
  ] satisfies readonly (readonly [string, Partial<ExceptionTerms>])[])(
    'are others where the %s is another',
    (_what, change) => {
      for (const words of [termsWordsEn, termsWordsDe])
        expect(said({ ...example, ...change }, words)).not.toEqual(said(example, words))
    },
  )

  it('show the id of what has no name', () => {
    const nameless = { persons: {}, devices: {}, checks: {}, resources: {} }
    expect(said(example, termsWordsEn, nameless)[0]).toBe(`This is for ${person}, on the device ${device} alone.`)
  })

  it.each([
    [60, '1 minute'],
    [61, '2 minutes'],
    [5400, '1 hour and 30 minutes'],
    [90_060, '1 day, 1 hour and 1 minute'],
    [1_209_600, '14 days'],
  ])('say %i seconds as %s', (seconds, span) => {
    expect(said({ ...example, duration_s: seconds })).toContain(
      `It lasts ${span} from the moment it is granted, and then ends by itself.`,
    )
  })
})
