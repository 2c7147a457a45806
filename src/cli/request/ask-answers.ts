import type { SubmitQuestion } from '#contract/agent-exceptions.ts'
import { fillText } from '#contract/fill-text.ts'
import type { CliOption } from '#contract/texts/cli-texts.ts'
import { plainText } from '../print/plain-text.ts'
import { readDate } from '../read-date.ts'
import type { StatusView } from '../status/status-view.ts'
import type { Terminal } from '../terminal.ts'
import { UsageFault } from '../usage-fault.ts'
import type { Words } from '../words.ts'
import { durationText, readDuration } from './duration.ts'

export type Asking = { readonly terminal: Terminal; readonly view: StatusView; readonly words: Words }

export type Limits = {
  readonly max_duration_s: number
  readonly reason_min: number
  readonly categories: readonly string[]
  readonly ticket: string | undefined
}

export type Answers = Pick<SubmitQuestion, 'duration_s' | 'category' | 'reason' | 'ticket' | 'remedy_by'>

/** A word as it was given: what it means, or what is wrong with it. */
type Read<Value> = { readonly value: Value } | { readonly wrong: string }
type Wanted<Value> = {
  readonly option: CliOption
  readonly question: string
  readonly read: (text: string) => Read<Value>
  /** What holds where nothing is said; without it something must be. */
  readonly otherwise?: Value
}

/** The words of the person, from options, else asked for one after another; `undefined`: they went away. */
export async function askAnswers(limits: Limits, asking: Asking): Promise<Answers | undefined> {
  const { view } = asking
  const { request: texts } = view.cli
  const most = durationText(limits.max_duration_s, view)
  const duration = await want(asking, {
    option: 'for',
    question: fillText(texts.howLong, { most }),
    read(text) {
      const seconds = readDuration(text)
      if (seconds === undefined) return { wrong: texts.wrongDuration }
      return seconds > limits.max_duration_s ? { wrong: fillText(texts.tooLong, { most }) } : { value: seconds }
    },
  })
  if (duration === undefined) return undefined
  const category = await chooseCategory(limits, asking)
  if (category === undefined) return undefined
  const least = Math.max(1, limits.reason_min)
  const reason = await want(asking, {
    option: 'reason',
    question: fillText(texts.reason, { n: least }),
    read(text) {
      const n = [...text.trim()].length
      if (n < least) return { wrong: fillText(texts.tooShort, { n, least }) }
      return text.length > 2000 ? { wrong: fillText(texts.tooLong, { most: 2000 }) } : { value: text }
    },
  })
  if (reason === undefined) return undefined
  const ticket = await want(asking, {
    option: 'ticket',
    question:
      limits.ticket === undefined ? texts.ticket : fillText(texts.ticketNeeded, { form: plainText(limits.ticket) }),
    read: (text) => (text.length > 64 ? { wrong: fillText(texts.tooLong, { most: 64 }) } : { value: text }),
    ...(limits.ticket === undefined ? { otherwise: '' } : {}),
  })
  if (ticket === undefined) return undefined
  const remedyBy = await want(asking, {
    option: 'fix-by',
    question: texts.fixBy,
    read(text) {
      const at = readDate(text)
      // The whole of that day: the promise ends with it.
      return at === undefined || at + daySeconds <= view.now
        ? { wrong: texts.wrongDate }
        : { value: at + daySeconds - 1 }
    },
    otherwise: 0,
  })
  if (remedyBy === undefined) return undefined
  return {
    duration_s: duration,
    category,
    reason,
    ...(ticket === '' ? {} : { ticket }),
    ...(remedyBy === 0 ? {} : { remedy_by: remedyBy }),
  }
}

const daySeconds = 86_400

async function chooseCategory({ categories }: Limits, asking: Asking): Promise<string | undefined> {
  const { request: texts } = asking.view.cli
  const [only, ...others] = categories
  const choices = categories.map((each) => plainText(each)).join(', ')
  const read = (text: string): Read<string> =>
    categories.length === 0 || categories.includes(text)
      ? { value: text }
      : { wrong: fillText(texts.noChoice, { choices }) }
  if (only !== undefined && others.length === 0 && asking.words.text('category') === undefined) return only
  return want(asking, { option: 'category', question: fillText(texts.category, { choices }), read })
}

async function want<Value>({ terminal, words }: Asking, wanted: Wanted<Value>): Promise<Value | undefined> {
  const { texts } = terminal
  const given = words.text(wanted.option)
  const option = `--${wanted.option}`
  if (given !== undefined) {
    const read = wanted.read(given)
    if ('value' in read) return read.value
    throw new UsageFault(fillText(texts.usage.wrongValue, { given: option, value: plainText(given, 60) }), read.wrong)
  }
  const isOptional = wanted.otherwise !== undefined
  if (isOptional && (words.isSet('yes') || !terminal.canAsk)) return wanted.otherwise
  if (!terminal.canAsk)
    throw new UsageFault(fillText(texts.usage.missingOption, { given: option }), texts.request.cannotAsk)
  for (;;) {
    const line = await terminal.askLine(wanted.question)
    if (line === undefined) return undefined
    if (line === '' && isOptional) return wanted.otherwise
    const read = line === '' ? undefined : wanted.read(line)
    if (read !== undefined && 'value' in read) return read.value
    if (read !== undefined) terminal.err(read.wrong)
  }
}

/** Ids with commas between them. */
export function splitIds(text: string): string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
}
