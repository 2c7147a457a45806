/** Sentences with gaps `{…}` by their English form. */
export type Sentences = { readonly [english: string]: string }

/** How deep sentences may stand in one another. */
const deepest = 4

/** Gaps that hold a sentence again; all others hold values, which stay as they are whatever they say. */
const nested: readonly string[] = ['reason', 'fault', 'what']

/**
 * The sentence of a table whose words fit best, its gaps filled from the given one, sentences in gaps translated in turn;
 * what stands before a colon ("vote-approved: …") stays. A sentence that the table does not know stays as it is: nothing
 * is lost. The time grows with the length of the sentence and of the table alone, whatever the sentence says.
 */
export function translateSentence(sentence: string, table: Sentences, depth = 0): string {
  const whole = Object.hasOwn(table, sentence) ? table[sentence] : undefined
  if (whole !== undefined) return whole
  if (depth === deepest) return sentence
  const inner = (text: string) => translateSentence(text, table, depth + 1)
  const found = bestMatch(sentence, table)
  if (found !== undefined)
    return found.other.replace(gap, (_gap, name: string) => {
      const value = found.values.get(name) ?? ''
      return nested.includes(name) ? inner(value) : value
    })
  const colon = sentence.indexOf(': ')
  const label = sentence.slice(0, Math.max(0, colon))
  return /^[\w.-]+$/.test(label) ? `${label}: ${inner(sentence.slice(colon + 2))}` : sentence
}

const gap = /\{([a-z]+)\}/g

type Match = { readonly other: string; readonly words: number; readonly values: ReadonlyMap<string, string> }

/** Of the sentences with gaps that fit, the one with the most text of its own. */
function bestMatch(sentence: string, table: Sentences): Match | undefined {
  let best: Match | undefined
  for (const [english, other] of Object.entries(table)) {
    const parts = english.split(gap) // text, name, text, name, text
    const words = parts.reduce((sum, part, at) => (at % 2 === 0 ? sum + part.length : sum), 0)
    if (parts.length === 1 || words > sentence.length || words <= (best?.words ?? -1)) continue
    const values = valuesOf(sentence, parts)
    if (values !== undefined) best = { other, words, values }
  }
  return best
}

/** What stands in the gaps, each at least a character, the earlier ones as long as they can be. */
function valuesOf(sentence: string, parts: readonly string[]): ReadonlyMap<string, string> | undefined {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return undefined
  const values = new Map<string, string>()
  let end = sentence.length - last.length
  for (let at = parts.length - 2; at > 0; at -= 2) {
    const before = parts[at - 1] ?? ''
    // From the end, each text where it stands last: that leaves the most to the gaps before it.
    const start = at === 1 ? 0 : sentence.lastIndexOf(before, end - 1 - before.length)
    const from = start + before.length
    if (start < 0 || from >= end) return undefined
    values.set(parts[at] ?? '', sentence.slice(from, end))
    end = start
  }
  return values
}
