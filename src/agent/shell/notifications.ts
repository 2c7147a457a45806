import { Notification } from 'electron'
import type { Notice, NoticeTarget } from '#agent/notices/notice.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'

export type NotificationsOnScreen = {
  /** Shows it; what is shown of the subjects that it replaces goes first. */
  show(notice: Notice): void
  /** Shows once more what nobody took, if that is not long ago: whoever shows notifications may have come later than we did. */
  showUntaken(): void
  /** Whether a click on the notice of this subject is told by itself, or just was. */
  follows(subject: string): boolean
  close(subject: string): void
  closeAll(): void
}

type Untaken = { readonly notice: Notice; readonly sinceMs: number; readonly triedMs: number }

const untakenForMs = 10 * 60_000
const tryAgainMs = 30_000
/** A click may be told in two ways, one right after the other. */
const sameClickMs = 2000

/**
 * One object per subject, closed before the next is shown; macOS and Windows also replace it by its id, the subject, when
 * an earlier run of the app left it. Silent, and never critical. Without anybody who shows notifications nothing is
 * shown, and nothing fails.
 */
export function notificationsOnScreen(of: {
  readonly open: (target: NoticeTarget) => void
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}): NotificationsOnScreen {
  const { clock } = of
  const shown = new Map<string, Notification>()
  const untaken = new Map<string, Untaken>()
  let clicked = { subject: '', atMs: 0 }

  function close(subject: string): void {
    shown.get(subject)?.close()
    shown.delete(subject)
    untaken.delete(subject)
  }
  function put(notice: Notice, sinceMs: number): void {
    const { subject, title, body, urgency, opens } = notice
    const id = /^[a-z0-9:-]{1,64}$/.test(subject) ? { id: subject } : {} // Windows takes no longer ones
    const notification = new Notification({ ...id, title, body, urgency, silent: true })
    notification.on('click', () => {
      clicked = { subject, atMs: clock.nowMs() }
      of.open(opens)
    })
    notification.on('failed', (_event, error) => {
      of.log.warn('notice.failed', { error })
      if (shown.get(subject) !== notification) return
      shown.delete(subject)
      untaken.set(subject, { notice, sinceMs, triedMs: clock.nowMs() })
    })
    notification.once('close', () => {
      if (shown.get(subject) === notification) shown.delete(subject)
    })
    shown.set(subject, notification)
    notification.show()
  }
  return {
    show(notice) {
      for (const before of notice.replaces) close(before)
      if (Notification.isSupported()) put(notice, clock.nowMs())
    },
    showUntaken() {
      const now = clock.nowMs()
      for (const [subject, { notice, sinceMs, triedMs }] of untaken) {
        if (Math.abs(now - triedMs) < tryAgainMs) continue
        untaken.delete(subject)
        if (Math.abs(now - sinceMs) < untakenForMs) put(notice, sinceMs)
      }
    },
    follows: (subject) =>
      shown.has(subject) || (clicked.subject === subject && Math.abs(clock.nowMs() - clicked.atMs) < sameClickMs),
    close,
    closeAll() {
      for (const subject of [...shown.keys()]) close(subject)
      untaken.clear()
    },
  }
}
