import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Language, notificationLevels, QuietHours } from '#contract/agent-windows.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { checkTitle, type Telling } from '#contract/texts/finding-text.ts'
import { localeOf } from '#contract/texts/locale-of.ts'
import { noticesDe } from '#contract/texts/notices-de.ts'
import { noticesEn } from '#contract/texts/notices-en.ts'
import type { NoticesTexts } from '#contract/texts/notices-texts.ts'
import { plainLabel } from '#contract/texts/plain-label.ts'
import { momentText } from '#contract/texts/time-words.ts'
import { valueWordsDe, valueWordsEn } from '#contract/texts/value-words.ts'
import { wordsDe } from '#contract/texts/words-de.ts'
import { wordsEn } from '#contract/texts/words-en.ts'
import { cutToBytes, longestTitle, mostBodyBytes, type Notice, type NoticeKind, type NoticeTarget } from './notice.ts'
import { type QuietSpan, quietSpanAt } from './quiet-hours.ts'

/** How this person, or their organisation, wants to be told. */
export type NoticeSettings = {
  readonly level: (typeof notificationLevels)[number]
  readonly quietHours: QuietHours | null
  readonly language: Language
  /** Left out: the machine's own. */
  readonly timeZone?: string
}

/** What is so. `now`: Unix seconds of the gateway's clock. */
export type NoticeInput = {
  readonly snapshot: Snapshot
  /** Requests that something was told of since the last time. */
  readonly changed: readonly ShownRequest[]
  /** This desktop has had no host for the tray for half a minute. */
  readonly trayMissing: boolean
  /** Our icon is where a system hides new ones, until a person draws it out (Windows). */
  readonly iconMayHide?: boolean
  readonly updateReady: { readonly version: string } | undefined
  readonly settings: NoticeSettings
  readonly now: number
}

/** `silently`: the settings want no word of it, now or later. */
export type MayTell =
  | { readonly kind: 'now' }
  | { readonly kind: 'silently' }
  | { readonly kind: 'at'; readonly at: number }

export type NoticeContext = NoticeInput & {
  readonly texts: NoticesTexts
  /** Whether a notice of this kind, about these checks, may be shown at this moment. */
  readonly mayTell: (kind: NoticeKind, checks?: readonly string[]) => MayTell
  readonly quietAt: (seconds: number) => QuietSpan | undefined
  readonly moment: (seconds: number) => string
  /** Foreign text as a part of a title. */
  readonly name: (text: string) => string
  /** The first check by its title, and how many more. */
  readonly checkNames: (ids: readonly string[]) => string
  readonly notice: (parts: NoticeParts) => Notice
}

export type NoticeParts = {
  readonly kind: NoticeKind
  readonly subject: string
  readonly title: string
  readonly body: string
  readonly opens: NoticeTarget
  /** Beside the subject itself. */
  readonly replaces?: readonly string[]
}

const kindsOfLevel: { readonly [Level in NoticeSettings['level']]: readonly NoticeKind[] } = {
  normal: ['failing', 'vote', 'refused', 'deadline', 'fixed', 'exception', 'start'],
  quiet: ['refused', 'deadline'],
  off: [],
}
/** Quiet hours delay these; all else is news of this moment. */
const reminders: readonly NoticeKind[] = ['failing', 'vote', 'deadline']
/** A person silences these for a check. */
const snoozable: readonly NoticeKind[] = ['failing', 'deadline']
const longestName = 40

const words = {
  en: { texts: wordsEn, values: valueWordsEn, notices: noticesEn },
  de: { texts: wordsDe, values: valueWordsDe, notices: noticesDe },
} as const

export function noticeContext(input: NoticeInput): NoticeContext {
  const { snapshot, settings, now } = input
  const { language, timeZone, quietHours, level } = settings
  const { texts, values, notices } = words[language]
  const telling: Telling = { language, texts, values }
  const name = (text: string) => plainLabel(text, longestName) || '–'
  const quietAt = (seconds: number) => quietSpanAt(seconds, quietHours, timeZone)
  const where = { locale: localeOf[language], now, ...(timeZone === undefined ? {} : { timeZone }) }

  function snoozedUntil(checks: readonly string[]): number | undefined {
    const ends = checks.map((check) => snapshot.snoozed.find((each) => each.check === check)?.until ?? 0)
    const first = ends.length === 0 ? 0 : Math.min(...ends)
    return first > now ? first : undefined
  }
  return {
    ...input,
    texts: notices,
    quietAt,
    moment: (seconds) => momentText(seconds, where),
    name,
    checkNames(ids) {
      const [first = '', ...others] = ids
      const check = name(checkTitle(first, snapshot, telling))
      return others.length === 0 ? check : fillText(notices.andMore, { check, n: others.length })
    },
    mayTell(kind, checks = []) {
      if (!kindsOfLevel[level].includes(kind)) return { kind: 'silently' }
      const until = snoozable.includes(kind) ? snoozedUntil(checks) : undefined
      if (until !== undefined) return { kind: 'at', at: until }
      const quiet = reminders.includes(kind) ? quietAt(now) : undefined
      return quiet === undefined ? { kind: 'now' } : { kind: 'at', at: quiet.to }
    },
    notice: ({ kind, subject, title, body, opens, replaces = [] }) => ({
      kind,
      subject,
      title: plainLabel(title, longestTitle),
      body: cutToBytes(plainLabel(body, mostBodyBytes), mostBodyBytes),
      opens,
      urgency: kind === 'refused' || kind === 'deadline' ? 'normal' : 'low',
      replaces: [...new Set([subject, ...replaces])],
    }),
  }
}

/** The verdict, while it counts: without one nothing of a check is told. */
export function currentResult({ snapshot, now }: NoticeContext): Snapshot['result'] {
  const { result, state } = snapshot
  const isHeldBack = state === 'quarantined' || state === 'not-enrolled' || state === 'key-missing'
  return result !== null && result.exp > now && !isHeldBack ? result : null
}
