import type { FailureText } from '#contract/texts/en.ts'
import { faultText } from '#contract/texts/fault-text.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import type { Refusal } from '../ask.ts'
import { type Speech, useTexts } from '../texts.tsx'
import { useCopy } from './copy.tsx'
import { NextStep } from './next-step.tsx'
import { raisedText } from './raised-text.ts'

/** A refused question in words: what happened, why or what to do next, its code, and all of it to be copied. `more` follows. */
export function FailureBanner(props: {
  readonly refusal: Refusal
  readonly onAgain?: (() => void) | undefined
  readonly more?: string
}) {
  const { refusal, onAgain, more } = props
  const speech = useTexts()
  const { copy, copied } = useCopy()
  const { title, detail, reason } = failureWords(refusal, speech)
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
            <NextStep code={refusal.code} onAgain={onAgain} />
            <Button
              kind="link"
              onPress={() =>
                copy([`${title}.`, detail, ...(reason === undefined ? [] : [`${reason}.`]), `(${code})`].join(' '))
              }
            >
              {copied ? shared.copied : shared.copyDetails}
            </Button>
          </>
        }
      >
        {detail}
        {limitsOfNoField(refusal.details, speech).map((limit) => (
          <p key={limit}>{limit}</p>
        ))}
        {reason !== undefined && <ForeignReason reason={reason} />}
        {more !== undefined && <p>{more}</p>}
      </Banner>
    </div>
  )
}

/** What no field can be marked for: limits of the request itself (protocol.md section 8). */
function limitsOfNoField(details: Refusal['details'], { locale, sayReason, plain }: Speech): readonly string[] {
  const errors = details?.['errors']
  if (!Array.isArray(errors)) return []
  return errors.flatMap((error: unknown) => {
    if (typeof error !== 'object' || error === null || !('pointer' in error) || !('detail' in error)) return []
    const { pointer, detail } = error
    if (typeof pointer !== 'string' || !wholes.includes(pointer) || typeof detail !== 'string') return []
    return [`${raisedText(plain(faultText(detail, locale, sayReason), 200), locale)}.`]
  })
}

const wholes: readonly string[] = ['', '/ask']

/** A reason that only English has words for, as of an agent of another version. */
export function ForeignReason({ reason }: { readonly reason: string }) {
  return (
    <p className="soft" lang="en">
      {reason}.
    </p>
  )
}

/**
 * Title and detail of a failure by its code; a code that this version does not know has a sentence of its own. `reason`:
 * why, where only English has words for it and the window speaks another language.
 */
export function failureWords(
  refusal: Pick<Refusal, 'code' | 'details'>,
  speech: Speech,
): FailureText & { readonly reason?: string } {
  const { texts, shared, say, sayReason, language, plain } = speech
  const { failures } = texts
  const { code } = refusal
  if (!isKnown(code, failures)) return { title: shared.unknownFailure, detail: shared.unknownFailureMore }
  const given = refusal.details?.['reason']
  const known = typeof given === 'string' ? sayReason(given) : undefined
  // What comes back as it was has no words but the English ones.
  const foreign = typeof given === 'string' && known === given && language !== 'en' ? given : undefined
  const values = Object.fromEntries(
    Object.entries(refusal.details ?? {})
      .filter((entry): entry is [string, string | number] => isFilling(entry[1]))
      .filter(([name]) => name !== 'reason' || foreign === undefined)
      .map(([name, value]) => [name, name === 'reason' ? (known ?? value) : value]),
  )
  // A detail that did not come along leaves no gap to be read.
  const filled = (text: string) => say(text, values).replace(/\{\w+\}[.:]?\s*/g, '')
  return {
    title: filled(failures[code].title),
    detail: filled(failures[code].detail),
    ...(foreign === undefined ? {} : { reason: plain(foreign, 400).replace(/\.$/, '') }),
  }
}

function isKnown<Table extends object>(code: string, table: Table): code is Extract<keyof Table, string> {
  return Object.hasOwn(table, code)
}

function isFilling(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
