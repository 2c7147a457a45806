import { historyKinds } from '#contract/agent-exceptions.ts'
import { accessWords, enforcements, outcomes, statusWords } from '#contract/gateway-messages.ts'
import { keyStateWords, streamStates } from '#contract/ipc.ts'
import { productNames } from '#contract/texts/value-text.ts'
import { agentStates } from '#domain/agent-state.ts'
import { grantStates, requestStates } from '#domain/exceptions/states.ts'
import { unknownReasons } from '#domain/reading.ts'

/** Words of the contract: where one of them stands on a page as it is, a text is missing. */
const codes: ReadonlySet<string> = new Set([
  ...agentStates,
  ...requestStates,
  ...grantStates,
  ...outcomes,
  ...accessWords,
  ...enforcements,
  ...statusWords,
  ...keyStateWords,
  ...streamStates,
  ...historyKinds,
  ...unknownReasons,
])

/** What `Intl` writes by itself in an English locale: months, weekdays, units, `and`. */
const ofIntl = wordsOfIntl()

/**
 * What of these texts nobody wrote down: neither a sentence of the texts (which the disguise puts into brackets) nor
 * something that the agent said, nor written by `Intl`.
 */
export function rawTexts(texts: readonly string[], said: unknown): readonly string[] {
  const data = [...new Set(leaves(said))].filter((leaf) => !codes.has(leaf)).sort((a, b) => b.length - a.length)
  return texts.filter((text) => {
    let rest = text.replaceAll(/[\u2066-\u2069\u202a-\u202e]/g, '')
    for (let before = ''; before !== rest; ) {
      before = rest
      rest = rest.replaceAll(/⟦[^⟦⟧]*⟧/g, ' ')
    }
    for (const leaf of [...data, ...sameEverywhere]) rest = withoutWord(rest, leaf)
    const words = rest.match(/[a-z]{2,}/gi) ?? []
    return words.some((word) => !ofIntl.has(word.toLowerCase()))
  })
}

/** Not inside a longer word: `id` is no part of `Friday`. */
function withoutWord(text: string, word: string): string {
  let rest = text
  for (let at = rest.indexOf(word); at >= 0; at = rest.indexOf(word, at + 1)) {
    const isPart = letter.test(rest[at - 1] ?? '') || letter.test(rest[at + word.length] ?? '')
    if (!isPart) rest = `${rest.slice(0, at)} ${rest.slice(at + word.length)}`
  }
  return rest
}
const letter = /[a-z]/i
/** Names of products are the same in every language. */
const sameEverywhere = ['Postern', ...productNames]

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value, ...inside(value)].filter((leaf) => leaf.length > 1)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => [...(isNamed(name) ? [name] : []), ...leaves(each)])
}

/** Members of an open record, such as fields by their ids; those of our own objects are no data. */
function isNamed(name: string): boolean {
  return name.includes('-')
}

/** A text that holds JSON or is an address is shown in parts too. */
function inside(text: string): readonly string[] {
  const host = URL.canParse(text) ? new URL(text).host : ''
  return [host, ...text.split(/[\s"{}[\],:./]+/)].filter((part) => part.length > 1)
}

function wordsOfIntl(): ReadonlySet<string> {
  const words = new Set<string>()
  const add = (text: string) => {
    for (const word of text.match(/[a-z]{2,}/gi) ?? []) words.add(word.toLowerCase())
  }
  for (let month = 0; month < 12; month += 1)
    for (const style of ['long', 'short'] as const)
      add(new Intl.DateTimeFormat('en-GB', { month: style, weekday: style }).format(new Date(2026, month, 1 + month)))
  for (let day = 1; day < 8; day += 1)
    for (const style of ['long', 'short'] as const)
      add(new Intl.DateTimeFormat('en-US', { weekday: style, hour: 'numeric' }).format(new Date(2026, 0, day)))
  for (const unit of ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const)
    for (const style of ['long', 'short'] as const) {
      for (const amount of [-2, -1, 0, 1, 2])
        for (const numeric of ['auto', 'always'] as const)
          add(new Intl.RelativeTimeFormat('en', { style, numeric }).format(amount, unit))
      for (const amount of [1, 2])
        add(new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: style }).format(amount))
    }
  for (const unit of ['byte', 'kilobyte', 'megabyte'] as const)
    for (const unitDisplay of ['long', 'short'] as const)
      add(new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay }).format(2))
  add(new Intl.ListFormat('en', { type: 'conjunction' }).format(['1', '2', '3']))
  add(new Intl.ListFormat('en', { type: 'disjunction' }).format(['1', '2']))
  add('am pm at')
  return words
}
