import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditSentencesDe } from '#contract/texts/audit-sentences-de.ts'
import { reasonsDe } from '#contract/texts/reasons-de.ts'
import { translateSentence } from '#contract/texts/translate-sentence.ts'

const tables = [reasonsDe, auditSentencesDe]
const table = {
  'no way to {host}': 'kein Weg zu {host}',
  'no way': 'kein Weg',
  '{reason}, through the proxy {proxy}': '{reason} über den Proxy {proxy}',
  '{name} asks {host} for {thing}': '{host} soll {name} {thing} geben',
}

describe('A sentence of a table', () => {
  it.each([
    ['no way', 'kein Weg'],
    ['no way to a.example', 'kein Weg zu a.example'],
    ['no way to a.example, through the proxy b:1', 'kein Weg zu a.example über den Proxy b:1'],
    ['a asks b for c', 'b soll a c geben'],
    ['a asks b for c for d', 'b for c soll a d geben'],
    ['label: no way', 'label: kein Weg'],
  ])('is said in the other language, values and all: %s', (english, other) => {
    expect(translateSentence(english, table)).toBe(other)
  })

  it.each(['no way to ', ' asks b for c', 'a asks  for ', 'No way', 'constructor', '__proto__', '', '{host}'])(
    'is none where the table does not have it, and stays: %j',
    (sentence) => {
      expect(translateSentence(sentence, table)).toBe(sentence)
    },
  )

  it('does not change a value that reads like a sentence', () => {
    expect(translateSentence('no way to no way', table)).toBe('kein Weg zu no way')
  })

  it('does not read a value as what is to be put in: $& and gaps stand as they are', () => {
    expect(translateSentence('a $& asks {thing} for $1', table)).toBe('{thing} soll a $& $1 geben')
  })
})

/** Text made of the pieces of the table itself: what fits half, and often. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1000 }),
  fc
    .array(
      fc.constantFrom(...Object.keys(reasonsDe).flatMap((english) => english.split(/\{[a-z]+\}/)), ': ', 'a', '{'),
      {
        maxLength: 200,
      },
    )
    .map((pieces) => pieces.join('').slice(0, 1000)),
)

describe('Any text whatever', () => {
  it('is answered, and every value of it is still there', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const each of tables) expect(typeof translateSentence(text, each)).toBe('string')
        expect(translateSentence(`Nothing answers at ${text}x`, { 'Nothing answers at {host}': '„{host}“' })).toBe(
          `„${text}x“`,
        )
      }),
    )
  })

  it.each([
    'a'.repeat(1000),
    'decision 1: '.repeat(90),
    'a: '.repeat(333),
    ', through the proxy '.repeat(50),
    `${'It is wrong at : '.repeat(58)}x`,
    `The proxy ${' could not reach '.repeat(55)} (status 5)`,
    `The certificate of ${', issued by “'.repeat(75)}`,
    ' of leaf '.repeat(111),
  ])('takes no time to speak of: %.40s', (text) => {
    const began = performance.now()
    for (let run = 0; run < 20; run += 1) for (const each of tables) translateSentence(text, each)
    expect(performance.now() - began).toBeLessThan(1000) // forty sentences; a search that backtracks needs hours
  })
})
