import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import type { ExceptionNames } from '../parts/exception-names.ts'
import type { Speech } from '../texts.tsx'

type Refused = ShownRequest['refusal'][number]

/** Why something is refused, with the limit and what is left of it. */
export function refusalWords(
  { code, limit, left }: Refused,
  texts: RequestTexts['refusal'],
  names: Pick<ExceptionNames, 'refusal'>,
  speech: Pick<Speech, 'say' | 'span' | 'number'>,
): string {
  const more = moreOf()
  return more === undefined ? `${names.refusal(code)}.` : `${names.refusal(code)}. ${more}`

  function moreOf(): string | undefined {
    if (limit === null) return undefined
    const { say, span, number } = speech
    switch (code) {
      case 'duration':
        return say(texts.duration, { limit: span(limit) })
      case 'total':
        return left === null
          ? say(texts.most, { limit: span(limit) })
          : say(texts.left, { left: left === 0 ? number(0) : span(left), limit: span(limit) })
      case 'quota':
        return left === null ? say(texts.most, { limit }) : say(texts.left, { left, limit })
      case 'open_at_once':
        return say(texts.most, { limit })
      case 'justification':
        return say(texts.least, { limit })
      default:
        return undefined
    }
  }
}

/** When it may be asked for again, Unix seconds; undefined where nobody says. */
export function askAgainAt(refusals: readonly Refused[], until: number | undefined, now: number): number | undefined {
  if (until !== undefined && until > now) return until
  const left = refusals.find(({ code }) => code === 'cooldown')?.left ?? undefined
  // A moment is far larger than any span.
  return left === undefined || left === 0 ? undefined : left > 1_000_000_000 ? left : now + left
}
