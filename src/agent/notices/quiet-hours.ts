import type { QuietHours } from '#contract/agent-windows.ts'

/** Quiet hours around a moment, in Unix seconds; `to` is the first second that is not quiet any more. */
export type QuietSpan = { readonly from: number; readonly to: number }

const dayMinutes = 1440

/**
 * The quiet hours that a moment lies in, if it lies in some. They may go over midnight; where both ends are equal there
 * are none. In the nights in which clocks change, the end may be an hour off.
 */
export function quietSpanAt(seconds: number, hours: QuietHours | null, timeZone?: string): QuietSpan | undefined {
  if (hours === null || hours.from === hours.to) return undefined
  const minute = Math.floor(seconds / 60)
  const ofDay = minuteOfDay(seconds, timeZone)
  const from = minutesOf(hours.from)
  const length = (minutesOf(hours.to) - from + dayMinutes) % dayMinutes
  const into = (ofDay - from + dayMinutes) % dayMinutes
  if (into >= length) return undefined
  return { from: (minute - into) * 60, to: (minute - into + length) * 60 }
}

/**
 * When a reminder that is due in quiet hours is told: after them, or before them where what it warns of would be over by
 * then. `undefined`: at neither.
 */
export function reminderTime(
  due: number,
  end: number,
  notBefore: number,
  spanAt: (seconds: number) => QuietSpan | undefined,
): number | undefined {
  const quiet = spanAt(due)
  if (quiet === undefined) return due
  if (quiet.to < end) return quiet.to
  const before = quiet.from - 60
  return before > notBefore && spanAt(before) === undefined ? before : undefined
}

function minutesOf(hour: string): number {
  const [hours = 0, minutes = 0] = hour.split(':').map(Number)
  return hours * 60 + minutes
}

function minuteOfDay(seconds: number, timeZone?: string): number {
  const zone = timeZone === undefined ? {} : { timeZone }
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone })
  return minutesOf(clock.format(new Date(seconds * 1000)))
}
