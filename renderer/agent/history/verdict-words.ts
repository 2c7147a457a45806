import { spokenText } from '#contract/texts/spoken-text.ts'
import { valueText } from '#contract/texts/value-text.ts'
import type { Speech } from '../texts.tsx'

/** What was seen at that time, in words; `signal` is unknown where the check is judged no more. Whatever it is, it is text. */
export function observedWords(
  observed: unknown,
  signal: string | undefined,
  { texts, words, plain }: Pick<Speech, 'texts' | 'words' | 'plain'>,
): string | undefined {
  if (!isMembers(observed)) return undefined
  const { kind, value, why } = observed
  if (kind === 'observed') return plain(valueText(signal ?? '', value, words), 300)
  if (typeof why !== 'string') return undefined
  const reason = Object.entries(texts.reasons).find(([id]) => id === why)?.[1]
  return reason ?? plain(why, 64)
}

/** What was asked for at that time, as the gateway worded it. */
export function requiredWords(
  required: unknown,
  { language, plain }: Pick<Speech, 'language' | 'plain'>,
): string | undefined {
  if (!isMembers(required) || !isMembers(required['text'])) return undefined
  const texts = Object.entries(required['text']).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as const] : [],
  )
  const text = spokenText(Object.fromEntries(texts), language)
  return text === undefined ? undefined : plain(text, 300)
}

function isMembers(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
