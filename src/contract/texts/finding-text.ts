import { type UnknownReason, unknownReasons } from '../../domain/reading.ts'
import { isSignalId } from '../../domain/signals.ts'
import type { Language } from '../agent-windows.ts'
import type { Snapshot } from '../ipc.ts'
import type { Texts } from './en.ts'
import { spokenText } from './spoken-text.ts'
import { valueText } from './value-text.ts'
import type { ValueWords } from './value-words.ts'

type JudgedCheck = NonNullable<Snapshot['result']>['checks'][number]

/** In which language a person is told, and the words of it. */
export type Telling = {
  readonly language: Language
  readonly texts: Pick<Texts, 'signals' | 'reasons'>
  readonly values: ValueWords
}

/** The title of a check as the gateway words it; where it does not, the signal's name, else its id. Foreign text still. */
export function checkTitle(id: string, from: Pick<Snapshot, 'checks' | 'result'>, telling: Telling): string {
  const title = spokenText(from.checks.find((check) => check.id === id)?.title, telling.language)
  if (title !== undefined && title.trim() !== '') return title
  const signal = from.result?.checks.find(({ check }) => check === id)?.signal
  return signal !== undefined && isSignalId(signal) ? telling.texts.signals[signal] : id
}

/** What was seen, in words; or why nothing was. Foreign text still; `undefined` where the verdict does not say. */
export function observedText({ observed, signal }: JudgedCheck, telling: Telling): string | undefined {
  if (observed === undefined) return undefined
  if (observed.kind === 'observed') return valueText(signal, observed.value, telling.values)
  return isReason(observed.why) ? telling.texts.reasons[observed.why] : observed.why
}

/** What the policy asks for, as the gateway words it. Foreign text still. */
export function requiredText({ required }: JudgedCheck, telling: Telling): string | undefined {
  return spokenText(required?.text, telling.language)
}

function isReason(why: string): why is UnknownReason {
  return unknownReasons.some((reason) => reason === why)
}
