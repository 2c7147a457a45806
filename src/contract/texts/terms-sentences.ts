import { type ExceptionReason, exceptionReasons, type RiskTier } from '../../domain/policy/documents.ts'
import { sessionTtlSeconds } from '../../domain/policy/session-ttl.ts'
import type { DeepReadonly } from '../deep-readonly.ts'
import type { ExceptionTerms } from '../exception-terms.ts'
import { fillText } from '../fill-text.ts'

/** What the ids of terms are called; an id without a name stands for itself. */
export type TermsNames = {
  readonly persons: { readonly [id: string]: string }
  readonly devices: { readonly [id: string]: string }
  readonly checks: { readonly [id: string]: string }
  readonly resources: { readonly [id: string]: string }
}

/** What a sentence is about; every member of terms is said in one of them. */
export type TermsPart =
  | 'mode'
  | 'who'
  | 'checks'
  | 'resources'
  | 'time'
  | 'controls'
  | 'category'
  | 'remedy'
  | 'earlier'
  | 'risk'
  | 'grounds'
export type TermsSentence = { readonly part: TermsPart; readonly text: string }

/** Sentences in one language, with the gaps that terms fill. */
export type TermsWords = {
  readonly breakGlass: string
  readonly who: string
  readonly whoSession: string
  readonly violated: string
  readonly unknown: string
  readonly both: string
  readonly resources: string
  readonly lasts: string
  readonly lastsPlanned: string
  readonly risk: { readonly [Tier in RiskTier]: string }
  readonly controls: {
    readonly notify: string
    readonly record: string
    readonly 'step-up-per-session': string
    readonly 'read-only': string
    readonly sessionTtl: string
    readonly other: string
  }
  readonly category: string
  readonly categories: { readonly [Reason in ExceptionReason]: string }
  readonly remedy: string
  readonly extends: string
  readonly replaces: string
  readonly grounds: string
  readonly groundsBook: string
  readonly quote: string
  readonly and: string
  readonly minute: readonly [one: string, many: string]
  readonly hour: readonly [one: string, many: string]
  readonly day: readonly [one: string, many: string]
  /** For times, BCP 47. */
  readonly locale: string
}

/**
 * Terms as sentences, made from the terms alone: what a page shows is what a passkey signs (exceptions.md section 7). The
 * result is text, never markup. Times are those of `timeZone`, and say so.
 */
export function termsSentences(
  terms: DeepReadonly<ExceptionTerms>,
  names: TermsNames,
  words: TermsWords,
  timeZone = 'UTC',
): readonly TermsSentence[] {
  const quoted = (text: string) => fillText(words.quote, { text })
  const time = (seconds: number) => timeText(seconds, words, timeZone)
  const one = (part: TermsPart, text: string | undefined): readonly TermsSentence[] =>
    text === undefined ? [] : [{ part, text }]
  const person = nameOf(names.persons, terms.subject)
  const { device, evidence, not_before: begins } = terms
  const resources = terms.resources.map((id) => nameOf(names.resources, id))
  const book = terms.book.slice(0, 8)
  return [
    ...one('mode', terms.mode === 'break_glass' ? words.breakGlass : undefined),
    ...one(
      'who',
      device === null
        ? fillText(words.whoSession, { person, session: terms.session ?? '' })
        : fillText(words.who, { person, device: nameOf(names.devices, device.id) }),
    ),
    ...terms.checks.flatMap(({ id, covers }) =>
      one(
        'checks',
        fillText(covers.length > 1 ? words.both : covers[0] === 'unknown' ? words.unknown : words.violated, {
          check: quoted(nameOf(names.checks, id)),
        }),
      ),
    ),
    ...one('resources', fillText(words.resources, { resources: listText(resources, words) })),
    ...one(
      'time',
      begins === null
        ? fillText(words.lasts, { span: spanText(terms.duration_s, words) })
        : fillText(words.lastsPlanned, { from: time(begins), to: time(begins + terms.duration_s) }),
    ),
    ...terms.controls.flatMap((control) => one('controls', controlText(control, words))),
    ...one(
      'category',
      fillText(words.category, {
        category: isReason(terms.category) ? words.categories[terms.category] : quoted(terms.category),
      }),
    ),
    ...one('remedy', terms.remedy_by === null ? undefined : fillText(words.remedy, { time: time(terms.remedy_by) })),
    ...one('earlier', terms.extends === null ? undefined : fillText(words.extends, { id: terms.extends })),
    ...one('earlier', terms.replaces === null ? undefined : fillText(words.replaces, { id: terms.replaces })),
    ...one('risk', words.risk[terms.risk_tier]),
    ...one(
      'grounds',
      evidence === null
        ? fillText(words.groundsBook, { book })
        : fillText(words.grounds, { book, report: evidence.seq }),
    ),
  ]
}

/** What a control means for whoever uses the exception, as one sentence. */
export function controlText(control: string, words: TermsWords): string {
  const { controls } = words
  const seconds = sessionTtlSeconds(control)
  if (seconds !== undefined) return fillText(controls.sessionTtl, { span: spanText(seconds, words) })
  if (control === 'notify' || control === 'record' || control === 'step-up-per-session' || control === 'read-only')
    return controls[control]
  return fillText(controls.other, { control })
}

function nameOf(names: { readonly [id: string]: string }, id: string): string {
  return (Object.hasOwn(names, id) ? names[id] : undefined) ?? id
}

function listText(texts: readonly string[], { and }: Pick<TermsWords, 'and'>): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${and} ${last}`
}

/** `14400` as "4 hours", `5400` as "1 hour and 30 minutes": whole minutes, rounded up, so that none is hidden. */
function spanText(seconds: number, words: Pick<TermsWords, 'minute' | 'hour' | 'day' | 'and'>): string {
  const all = Math.ceil(seconds / 60)
  const parts = [
    counted(Math.floor(all / 1440), words.day),
    counted(Math.floor((all % 1440) / 60), words.hour),
    counted(all % 60, words.minute),
  ].filter((part) => part !== undefined)
  return listText(parts, words)
}

function counted(n: number, [one, many]: readonly [one: string, many: string]): string | undefined {
  return n === 0 ? undefined : `${n} ${n === 1 ? one : many}`
}

function timeText(seconds: number, { locale }: Pick<TermsWords, 'locale'>, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone })
  return `${format.format(new Date(seconds * 1000))} ${timeZone}`
}

function isReason(category: string): category is ExceptionReason {
  return exceptionReasons.some((reason) => reason === category)
}
