import { Notification } from 'electron'
import type { Notice, NoticeTarget } from '#agent/notices/notice.ts'
import type { Log } from '#runtime/log.ts'

export type NotificationsOnScreen = {
  /** Shows it; what is shown of the subjects that it replaces goes first. */
  show(notice: Notice): void
  close(subject: string): void
  closeAll(): void
}

/**
 * One object per subject, closed before the next is shown: only macOS and Windows would replace it by its id. Silent, and
 * never critical. Without anybody who shows notifications nothing is shown, and nothing fails.
 */
export function notificationsOnScreen(of: {
  readonly open: (target: NoticeTarget) => void
  readonly log: Log
}): NotificationsOnScreen {
  const shown = new Map<string, Notification>()

  function close(subject: string): void {
    shown.get(subject)?.close()
    shown.delete(subject)
  }
  return {
    show({ subject, replaces, title, body, urgency, opens }) {
      for (const before of replaces) close(before)
      if (!Notification.isSupported()) return
      const notification = new Notification({ title, body, urgency, silent: true })
      notification.on('click', () => of.open(opens))
      notification.on('failed', (_event, error) => of.log.warn('notice.failed', { error }))
      notification.once('close', () => {
        if (shown.get(subject) === notification) shown.delete(subject)
      })
      shown.set(subject, notification)
      notification.show()
    },
    close,
    closeAll() {
      for (const subject of [...shown.keys()]) close(subject)
    },
  }
}
