import { translateSentence } from './translate-sentence.ts'

/** The `reason` of a failure in words: a sentence of domain/reason.ts, or of a key. What is neither comes back as it is. */
export type SayReason = (reason: string) => string

type Words = { readonly [reason: string]: string }

/** `sentences`: by their English form; without them the English stands. */
export function sayReasonOf(keys: Words, sentences?: Words): SayReason {
  return (reason) => {
    const ofKey = Object.hasOwn(keys, reason) ? keys[reason] : undefined
    return ofKey ?? (sentences === undefined ? reason : translateSentence(reason, sentences))
  }
}
