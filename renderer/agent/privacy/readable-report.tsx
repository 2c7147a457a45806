import { valueText } from '#contract/texts/value-text.ts'
import { KeyValues } from '../../ui/key-values.tsx'
import { type Speech, useTexts } from '../texts.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'
import { type FactPart, readReport, type SignalLine } from './read-report.ts'

/** What a report says, in words: its signals, then what it says of this device and Postern, then what the rest is for. */
export function ReadableReport({ payload }: { readonly payload: string }) {
  const texts = usePrivacyTexts()
  const speech = useTexts()
  const factText = useFactText()
  const report = readReport(payload)
  if (report === undefined) return null
  return (
    <div className="report">
      <div className="report-part">
        <h3 className="report-title">{texts.last.says}</h3>
        <KeyValues
          rows={report.signals.map((line) => [
            speech.texts.signals[line.id],
            <span key={line.id} className={line.state === 'observed' ? undefined : 'soft'}>
              {signalText(line, texts.last, speech)}
            </span>,
          ])}
        />
      </div>
      <div className="report-part">
        <h3 className="report-title">{texts.last.about}</h3>
        <KeyValues
          rows={report.facts.map(({ field, parts }) => [texts.extras[field].name, parts.map(factText).join(', ')])}
        />
      </div>
      {report.rest.length > 0 && (
        <p className="report-rest soft">{speech.say(texts.last.rest, { claims: report.rest.join(', ') })}</p>
      )}
    </div>
  )
}

/** One signal of a report in words. */
export function signalText(
  { id, state, value, why }: SignalLine,
  texts: Pick<ReturnType<typeof usePrivacyTexts>['last'], 'couldNot' | 'notHere'>,
  { words, plain, say, texts: shared }: Pick<Speech, 'words' | 'plain' | 'say' | 'texts'>,
): string {
  if (state === 'observed') return plain(valueText(id, value, words), 400)
  const reason = isReason(why, shared.reasons) ? shared.reasons[why] : why
  return say(state === 'na' ? texts.notHere : texts.couldNot, { why: reason })
}

function useFactText(): (part: FactPart) => string {
  const { facts } = usePrivacyTexts()
  const { plain, say, keys, locale } = useTexts()
  return (part) => {
    switch (part.kind) {
      case 'text':
        return plain(part.text, 100)
      case 'word':
        return facts[part.word]
      case 'store':
        return isStore(part.store, keys.stores) ? keys.stores[part.store] : plain(part.store, 40)
      case 'seconds':
        return secondsText(part.seconds, locale)
      case 'starts':
        return say(facts.started, { n: part.times })
    }
  }
}

/** `2 days, 2 hours`: the two largest units. */
function secondsText(seconds: number, locale: string): string {
  const parts = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3600)],
    ['minute', Math.floor((seconds % 3600) / 60)],
    ['second', Math.floor(seconds % 60)],
  ] as const
  const first = Math.max(
    0,
    parts.findIndex(([, n]) => n > 0),
  )
  const shown = seconds < 1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([, n]) => n > 0)
  return shown
    .map(([unit, n]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(n))
    .join(', ')
}

function isReason<Table extends object>(why: string, reasons: Table): why is Extract<keyof Table, string> {
  return Object.hasOwn(reasons, why)
}

function isStore<Table extends object>(store: string, stores: Table): store is Extract<keyof Table, string> {
  return Object.hasOwn(stores, store)
}
