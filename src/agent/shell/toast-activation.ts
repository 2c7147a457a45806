import { Notification } from 'electron'
import { targetOfSubject } from '#agent/notices/target-of-subject.ts'
import type { Clock } from '#runtime/clock.ts'

/** What only Windows needs of notifications, loaded there alone. */
export const whereToastsLead = targetOfSubject

const mostPerMinute = 3
const minuteMs = 60_000
const longestArguments = 512

/**
 * Tells the subject of each toast that was clicked, also of those that an earlier run left and by which Windows started
 * this one. Any program may say so: at most three a minute are believed, and what it says is only a name to look up.
 */
export function followToasts(tell: (subject: string) => void, clock: Pick<Clock, 'nowMs'>): void {
  let taken: readonly number[] = []
  Notification.handleActivation(({ type, arguments: given }) => {
    const now = clock.nowMs()
    taken = taken.filter((at) => now - at < minuteMs && at <= now)
    const subject = subjectOfToast(type, given)
    if (subject === undefined || taken.length >= mostPerMinute) return
    taken = [...taken, now]
    tell(subject)
  })
}

/** The subject that a toast was given as its id: Electron writes `type=click&tag={id}` into each. Undefined: none of ours. */
export function subjectOfToast(type: unknown, given: unknown): string | undefined {
  if (type !== 'click' || typeof given !== 'string' || given.length > longestArguments) return undefined
  const tags = given.split('&').filter((part) => part.startsWith('tag='))
  const [, tag] = /^tag=([a-z0-9:-]{1,64})$/.exec(tags[0] ?? '') ?? []
  return tags.length === 1 ? tag : undefined
}
