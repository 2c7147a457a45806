/** Sentences with gaps `{…}` by their English form. */
export type Sentences = { readonly [english: string]: string }

/**
 * The sentence of a table, its gaps filled from the given one and translated in turn; what stands before a colon
 * ("vote-approved: …") stays. A sentence that the table does not know stays as it is: nothing is lost.
 */
export function translateSentence(sentence: string, table: Sentences): string {
  const whole = Object.hasOwn(table, sentence) ? table[sentence] : undefined
  if (whole !== undefined) return whole
  for (const [english, other] of Object.entries(table)) {
    if (!english.includes('{')) continue
    const groups = patternOf(english).exec(sentence)?.groups
    if (groups !== undefined)
      return other.replace(/\{([a-z]+)\}/g, (_gap, name: string) => translateSentence(groups[name] ?? '', table))
  }
  const [, label, rest] = /^([\w.-]+): (.+)$/s.exec(sentence) ?? []
  return label === undefined || rest === undefined ? sentence : `${label}: ${translateSentence(rest, table)}`
}

function patternOf(english: string): RegExp {
  const source = english
    .split(/(\{[a-z]+\})/)
    .map((part) =>
      /^\{[a-z]+\}$/.test(part) ? `(?<${part.slice(1, -1)}>.+)` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('')
  return new RegExp(`^${source}$`, 's')
}
