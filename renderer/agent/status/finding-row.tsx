import { checkTitle, observedText, requiredText } from '#contract/texts/finding-text.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { type MarkKind, StateMark } from '../../ui/state-mark.tsx'
import { RowText } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { FindingDetail } from './finding-detail.tsx'
import type { RowKind, StatusRow } from './status-rows.ts'

const marks: { readonly [Kind in RowKind]: MarkKind } = {
  violated: 'refused',
  unknown: 'unknown',
  tolerated: 'attention',
  excepted: 'excepted',
  met: 'good',
  na: 'na',
}

/** One check in a line: its mark, name, what was seen and is required, and its state in words; opened, all about it. */
export function FindingRow(props: {
  readonly row: StatusRow
  readonly texts: StatusTexts
  readonly isOpenAtFirst: boolean
}) {
  const { row, texts, isOpenAtFirst } = props
  const snapshot = useSnapshot()
  const speech = useTexts()
  const telling = { language: speech.language, texts: speech.texts, values: speech.words }
  const observed = speech.plain(observedText(row.check, telling) ?? texts.row.notSaid, 500)
  const required = speech.plain(requiredText(row.check, telling) ?? texts.row.notSaid, 500)
  const title = speech.plain(checkTitle(row.check.check, snapshot, telling), 80)
  const word = stateWord(row, texts, speech, snapshot.stream === 'open')
  const said =
    row.kind === 'met' && !row.isPending ? { aside: <Seen observed={observed} word={word} /> } : { note: word }
  return (
    <Disclosure
      isOpenAtFirst={isOpenAtFirst}
      summary={
        <RowText
          mark={
            <StateMark
              kind={
                row.isPending
                  ? 'pending'
                  : row.kind === 'violated' && row.blocks.length === 0
                    ? 'attention'
                    : marks[row.kind]
              }
            />
          }
          text={title}
          {...said}
        />
      }
    >
      <FindingDetail row={row} texts={texts} observed={observed} required={required} />
    </Disclosure>
  )
}

/** What was seen, and that it is well: all that a row needs which asks for nothing. */
function Seen({ observed, word }: { readonly observed: string; readonly word: string }) {
  return (
    <>
      <span className="finding-seen">{observed}</span>
      <span className="finding-word">{word}</span>
    </>
  )
}

/** The state in words. What this machine reads otherwise by now is pending, never passed. */
function stateWord(row: StatusRow, texts: StatusTexts, { say, moment, texts: words }: Speech, isLive: boolean): string {
  const { outcomes } = texts
  if (row.isPending) return isLive ? outcomes.pending : outcomes.pendingAway
  switch (row.kind) {
    case 'unknown': {
      const why = row.check.observed?.kind === 'observed' ? undefined : row.check.observed?.why
      const reason = why !== undefined && isReason(why, words.reasons) ? words.reasons[why] : why
      return reason === undefined ? outcomes.unknownShort : say(outcomes.unknown, { reason })
    }
    case 'tolerated':
      return row.endsAt === undefined ? outcomes.tolerated : say(outcomes.toleratedUntil, { time: moment(row.endsAt) })
    case 'excepted':
      return row.endsAt === undefined ? outcomes.excepted : say(outcomes.exceptedUntil, { time: moment(row.endsAt) })
    default:
      return outcomes[row.kind]
  }
}

function isReason<Reasons extends object>(why: string, reasons: Reasons): why is Extract<keyof Reasons, string> {
  return Object.hasOwn(reasons, why)
}
