import type { Disguise } from '../disguise.ts'

/**
 * Languages that nobody speaks, made from English while the page runs: what is not accented was never externalised, what
 * is cut has no room for German, what stands on the wrong side knows left and right. For development and tests alone.
 */
export const pseudoLocales = {
  /** Accented, and 40 % longer. */
  'en-XA': {
    locale: 'en-XA',
    rightToLeft: false,
    change: (text) => bracketed(lengthened(changeWords(text, accented))),
  },
  /** Right to left. */
  'en-Arab-XB': { locale: 'en-Arab-XB', rightToLeft: true, change: (text) => changeWords(text, turned) },
} as const satisfies { readonly [locale: string]: Disguise }

export function pseudoLocale(name: string | null): Disguise | undefined {
  return name === 'en-XA' || name === 'en-Arab-XB' ? pseudoLocales[name] : undefined
}

const plainLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const accentedLetters = 'åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ'

function accented(words: string): string {
  return words.replace(/[a-z]/gi, (letter) => accentedLetters[plainLetters.indexOf(letter)] ?? letter)
}

function turned(words: string): string {
  return words === '' ? '' : `\u202e${words}\u202c`
}

/** Everything but `{placeholders}`. */
function changeWords(text: string, change: (words: string) => string): string {
  return text
    .split(/(\{\w+\})/)
    .map((part) => (/^\{\w+\}$/.test(part) ? part : change(part)))
    .join('')
}

function lengthened(text: string): string {
  const more = Math.ceil(text.replace(/\{\w+\}/g, '').length * 0.4)
  return `${text} ${'one two three four five six seven eight nine ten '
    .repeat(Math.ceil(more / 50))
    .slice(0, more)
    .trim()}`.trim()
}

function bracketed(text: string): string {
  return `⟦${text}⟧`
}
