import type { HistoryItem } from '#contract/agent-exceptions.ts'
import type { HistoryTexts } from '#contract/texts/windows/history-texts.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { type MarkKind, StateMark } from '../../ui/state-mark.tsx'
import { Row, RowText } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { useTexts } from '../texts.tsx'
import { clock } from './clock.ts'
import { observedWords, requiredWords } from './verdict-words.ts'

type Item = Extract<HistoryItem, { readonly kind: 'verdict' }>
type Change = Item['changes'][number]

const marks: { readonly [Outcome in NonNullable<Change['to']>]: MarkKind } = {
  met: 'good',
  tolerated: 'attention',
  excepted: 'excepted',
  violated: 'refused',
  unknown: 'unknown',
}
/** So many changes of one verdict stand as rows of their own; more are one row. */
const mostRows = 3

/** What was judged otherwise than before, each with what was seen and asked for then. */
export function VerdictRow({ item, texts }: { readonly item: Item; readonly texts: HistoryTexts }) {
  const { say, locale, list } = useTexts()
  const names = useExceptionNames()
  const { changes, at } = item
  if (changes.length <= mostRows)
    return changes.map((change) => (
      <Row key={change.check}>
        <Disclosure
          summary={
            <RowText
              mark={<ChangeMark change={change} />}
              text={<ChangeText change={change} texts={texts} />}
              note={<ChangeNote change={change} texts={texts} />}
              aside={clock(at, locale)}
            />
          }
        >
          <div className="history-detail">
            <ChangeDetail change={change} texts={texts} />
          </div>
        </Disclosure>
      </Row>
    ))
  return (
    <Row>
      <Disclosure
        summary={
          <RowText
            mark={<StateMark kind="pending" size={18} />}
            text={say(texts.verdict.several, { n: changes.length })}
            note={
              list(changes.slice(0, mostRows).map(({ check }) => names.check(check))) +
              (changes.length > mostRows ? ' …' : '')
            }
            aside={clock(at, locale)}
          />
        }
      >
        <ul className="history-detail">
          {changes.map((change) => (
            <li key={change.check} className="history-change">
              <ChangeMark change={change} />
              <div className="history-change-said">
                <p className="history-change-name">
                  <ChangeText change={change} texts={texts} />
                </p>
                <p className="soft">
                  <ChangeNote change={change} texts={texts} />
                </p>
                <ChangeDetail change={change} texts={texts} />
              </div>
            </li>
          ))}
        </ul>
      </Disclosure>
    </Row>
  )
}

type Props = { readonly change: Change; readonly texts: HistoryTexts }

function ChangeMark({ change }: Pick<Props, 'change'>) {
  return <StateMark kind={change.to === null ? 'na' : marks[change.to]} size={18} />
}

function ChangeText({ change, texts }: Props) {
  const names = useExceptionNames()
  const { say } = useTexts()
  const check = names.check(change.check)
  if (change.to === null) return say(texts.verdict.gone, { check })
  return say(texts.verdict.changed, { check, outcome: texts.verdict.outcomes[change.to] })
}

function ChangeNote({ change, texts }: Props) {
  const { say } = useTexts()
  const who = texts.by.gateway
  if (change.from === null) return say(texts.verdict.first, { who })
  return say(texts.verdict.was, { who, outcome: texts.verdict.outcomes[change.from] })
}

function ChangeDetail({ change, texts }: Props) {
  const snapshot = useSnapshot()
  const speech = useTexts()
  const signal = snapshot.result?.checks.find(({ check }) => check === change.check)?.signal
  return (
    <KeyValues
      rows={[
        [texts.verdict.observed, observedWords(change.observed, signal, speech) ?? texts.verdict.notSaid],
        [texts.verdict.required, requiredWords(change.required, speech) ?? texts.verdict.notSaid],
      ]}
    />
  )
}
