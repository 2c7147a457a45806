import { plainLines } from '#contract/texts/plain-words.ts'
import './words.css'

/** What a person wrote: text as they wrote it, line by line, in its own direction. */
export function Words({ text }: { readonly text: string }) {
  return (
    <span className="words" dir="auto">
      {plainLines(text)}
    </span>
  )
}
