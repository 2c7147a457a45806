import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditSentencesDe } from '#contract/texts/audit-sentences-de.ts'
import { translateSentence } from '#contract/texts/translate-sentence.ts'

const folder = join(import.meta.dirname, '../../../src/gateway/audit')
const gaps = (text: string) => [...text.matchAll(/\{[a-z]+\}/g)].map(([gap]) => gap).sort()

/** Every sentence that verification can say, as its code has it; gaps stand as an example. */
async function sentences(): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of (await readdir(folder)).filter((name) => /^verify-.*\.ts$/.test(name))) {
    const text = await readFile(join(folder, file), 'utf8')
    const said =
      /(?:fail|failBody|miss)\([^'`\n]*(['`])(.+?)\1|return (['`])([^'`\n]* [^'`\n]*)\3|\? '([a-z]+ [^']*)'$/gm
    for (const [, , told, , returned, chosen] of text.matchAll(said)) {
      const sentence = told ?? returned ?? chosen ?? ''
      if (sentence.includes(' ') && !/^\$\{[\w.]+\}: \$\{\w+\}$/.test(sentence)) found.push(sentence)
    }
  }
  return found.map((sentence) => sentence.replaceAll(/\$\{[^}]*\}/g, 'x7'))
}

describe('Sentences of verification in German', () => {
  it('are there for each that the code can say', async () => {
    const all = await sentences()
    expect(all.length).toBeGreaterThan(80)
    const missing = all.filter(
      (sentence) =>
        sentence !== 'it names a x7 where a x7 belongs' && translateSentence(sentence, auditSentencesDe) === sentence,
    )
    expect(missing).toEqual([])
  })

  it.each(Object.entries(auditSentencesDe))('%s has the same gaps', (english, german) => {
    expect(gaps(german)).toEqual(gaps(english))
    expect(german).not.toBe(english)
  })

  it.each([
    ['vote-approved: the person voted before', 'vote-approved: die Person hat schon abgestimmt'],
    ['decision 3: it is outside the interval of its grant', 'Entscheidung 3: liegt außerhalb der Zeit ihrer Freigabe'],
    ['vote-approved: the assertion is refused: counter', 'vote-approved: die Bestätigung gilt nicht: counter'],
    ['leaves 4 to 9', 'Blätter 4 bis 9'],
    [
      'body of leaf 7: erased, and no later leaf says so',
      'Inhalt von Blatt 7: gelöscht, und kein späteres Blatt sagt es',
    ],
    ['persons.jsonl', 'persons.jsonl'],
    ['$& {size} constructor', '$& {size} constructor'],
  ])('say %j as %j', (english, german) => {
    expect(translateSentence(english, auditSentencesDe)).toBe(german)
  })
})
