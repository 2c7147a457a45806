import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillText } from '#contract/fill-text.ts'
import { faultText } from '#contract/texts/fault-text.ts'
import { reasonsDe } from '#contract/texts/reasons-de.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { translateSentence } from '#contract/texts/translate-sentence.ts'
import { Failure } from '#domain/failure.ts'

const gapsOf = (text: string) => [...text.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name ?? '')
const entries = Object.entries(reasonsDe)
const nested = ['reason', 'fault', 'what']
const examples: { readonly [name: string]: string } = {
  reason: 'Nothing answers at posture.example.com',
  fault: 'is not known here',
  what: 'zzz',
}

/** Words that only English has, and that no name or form in these sentences holds. */
const english = /\b(the|is|not|and|or|of|which|that|this|with|from|at|by|it|its|no|nothing|must|has|have|ask|within)\b/i

describe('Reasons in German', () => {
  it.each(entries)('%s: the same gaps, no full stop, no English left', (template, german) => {
    expect(gapsOf(german).toSorted()).toEqual(gapsOf(template).toSorted())
    expect(german).not.toMatch(/\.$/)
    expect(german).not.toMatch(english)
  })

  it.each(entries)('%s: is what the filled sentence becomes, whatever else would fit', (template, german) => {
    const values = Object.fromEntries(gapsOf(template).map((name) => [name, examples[name] ?? `${name}-7`]))
    const inGerman = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        nested.includes(name) ? translateSentence(value, reasonsDe) : value,
      ]),
    )
    expect(translateSentence(fillText(template, values), reasonsDe)).toBe(fillText(german, inGerman))
  })

  it('keep every value, whatever a network or a gateway called itself', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    const keeps = fc.property(
      fc.constantFrom(...Object.keys(reasonsDe)),
      fc.array(word, { minLength: 4, maxLength: 4 }),
      (template, words) => {
        const values = Object.fromEntries(gapsOf(template).map((name, at) => [name, `«${words[at]}»`]))
        const german = translateSentence(fillText(template, values), reasonsDe)
        for (const value of Object.values(values)) expect(german).toContain(value)
      },
    )
    fc.assert(keeps)
  })

  it.each([
    [
      'gateway.test cut the connection, through the proxy p.example:8080. Check the proxy settings of this system',
      'gateway.test hat die Verbindung getrennt; der Weg führt über den Proxy p.example:8080. Bitte die Proxy-Einstellungen dieses Systems prüfen',
    ],
    ['It is wrong at /consent/fields: must be array', 'Sie ist falsch bei /consent/fields: muss eine Liste sein'],
    ['The disk is full (ENOSPC)', 'Der Datenträger ist voll (ENOSPC)'],
    ['no-session-bus', 'Es gibt keinen Sitzungsbus, also lässt sich kein Schlüsselbund fragen'],
    ['A sentence of a later version', 'A sentence of a later version'],
  ])('%s', async (reason, german) => {
    expect((await sayReasonIn('de'))(reason)).toBe(german)
    expect(new Failure('key_missing', { reason }).details.reason).toBe(reason)
  })

  it('are there for what the schemas of messages say in words of their own', async () => {
    const folder = join(import.meta.dirname, '../../../src/contract')
    const files = ['wire-types', 'attestation-claims', 'signal-values', 'exceptions', 'exception-terms', 'live-frames']
    const texts = await Promise.all(files.map((file) => readFile(join(folder, `${file}.ts`), 'utf8')))
    const said = texts.flatMap((text) =>
      [...text.matchAll(/(?:error|message): (['`])(.+?)\1/g)].map(([, , words = '']) =>
        words.replace(/\$\{\w+\}/g, '7'),
      ),
    )
    expect(said.length).toBeGreaterThan(5)
    for (const words of said) expect(translateSentence(`must be ${words}`, reasonsDe)).not.toMatch(english)
  })
})

describe('A limit that a gateway names in seconds', () => {
  it.each([
    ['at most 14400 seconds', 'at most 4 hours', 'höchstens 4 Stunden'],
    ['at most 172800 seconds', 'at most 2 days', 'höchstens 2 Tage'],
    ['at most 5400 seconds', 'at most 90 minutes', 'höchstens 90 Minuten'],
    ['at most 90 seconds', 'at most 90 seconds', 'höchstens 90 Sekunden'],
    ['at least 200 characters', 'at least 200 characters', 'mindestens 200 Zeichen'],
    ['at most 3 requests open at once', 'at most 3 requests open at once', 'höchstens 3 Anträge zugleich offen'],
    ['must match OPS-*', 'must match OPS-*', 'must match OPS-*'],
  ])('%s is told as people say it', async (detail, english, german) => {
    expect(faultText(detail, 'en', await sayReasonIn('en'))).toBe(english)
    expect(faultText(detail, 'de', await sayReasonIn('de'))).toBe(german)
  })
})
