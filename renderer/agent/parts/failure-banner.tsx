import type { FailureText } from '#contract/texts/en.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import type { Refusal } from '../ask.ts'
import { type Speech, useTexts } from '../texts.tsx'
import { useCopy } from './copy.tsx'

/** A refused question in words: what happened, why or what to do next, its code, and all of it to be copied. */
export function FailureBanner(props: { readonly refusal: Refusal; readonly onAgain?: (() => void) | undefined }) {
  const { refusal, onAgain } = props
  const speech = useTexts()
  const { copy, copied } = useCopy()
  const { title, detail } = failureWords(refusal, speech)
  const { shared, say } = speech
  const code = [
    say(shared.code, { code: refusal.code }),
    ...(refusal.logId === undefined ? [] : [say(shared.logId, { id: refusal.logId })]),
  ].join(' · ')
  return (
    <div role="alert">
      <Banner
        tone="failure"
        title={title}
        code={code}
        actions={
          <>
            {onAgain !== undefined && (
              <Button kind="link" onPress={onAgain}>
                {shared.tryAgain}
              </Button>
            )}
            <Button kind="link" onPress={() => copy(`${title}. ${detail} (${code})`)}>
              {copied ? shared.copied : shared.copyDetails}
            </Button>
          </>
        }
      >
        {detail}
      </Banner>
    </div>
  )
}

/** Title and detail of a failure by its code; a code that this version does not know has a sentence of its own. */
export function failureWords(refusal: Pick<Refusal, 'code' | 'details'>, speech: Speech): FailureText {
  const { texts, shared, say, keys } = speech
  const { failures } = texts
  const { code } = refusal
  if (!isKnown(code, failures)) return { title: shared.unknownFailure, detail: shared.unknownFailureMore }
  const values = Object.fromEntries(
    Object.entries(refusal.details ?? {})
      .filter((entry): entry is [string, string | number] => isFilling(entry[1]))
      .map(([name, value]) => [name, name === 'reason' ? (keys.reasons[value] ?? value) : value]),
  )
  // A detail that did not come along leaves no gap to be read.
  const filled = (text: string) => say(text, values).replace(/\{\w+\}[.:]?\s*/g, '')
  return { title: filled(failures[code].title), detail: filled(failures[code].detail) }
}

function isKnown<Table extends object>(code: string, table: Table): code is Extract<keyof Table, string> {
  return Object.hasOwn(table, code)
}

function isFilling(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
