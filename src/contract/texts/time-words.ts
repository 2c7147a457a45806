const daySeconds = 86_400

/** Where and when a time is read. `now` and all moments are Unix seconds; without `timeZone` the machine's own. */
export type TimeView = { readonly locale: string; readonly now: number; readonly timeZone?: string }

/** A moment as a person says it: `17:30`, `Friday 17:30` within a week, `3 Dec, 17:30`, with the year where it is far off. */
export function momentText(seconds: number, view: TimeView): string {
  const clock = format(seconds, view, { hour: '2-digit', minute: '2-digit', hour12: false })
  const days = dayNumber(seconds, view) - dayNumber(view.now, view)
  if (days === 0) return clock
  if (days > 0 && days < 7) return `${format(seconds, view, { weekday: 'long' })} ${clock}`
  const isFar = Math.abs(days) > 180
  return `${format(seconds, view, { day: 'numeric', month: 'short', ...(isFar ? { year: 'numeric' } : {}) })}, ${clock}`
}

/** How long ago, or how soon: `3 minutes ago`, `in 2 hours`. Within a minute, undefined: say that it is now. */
export function distanceText(seconds: number, view: TimeView): string | undefined {
  const away = seconds - view.now
  const size = Math.abs(away)
  if (size < 60) return undefined
  const [unit, length] = size < 3600 ? units.minute : size < 2 * daySeconds ? units.hour : units.day
  return new Intl.RelativeTimeFormat(view.locale, { numeric: 'always' }).format(Math.trunc(away / length), unit)
}

const units = { second: ['second', 1], minute: ['minute', 60], hour: ['hour', 3600], day: ['day', daySeconds] } as const

/** A span in its largest whole unit: `4 hours`, `90 minutes`, `2 days`. */
export function spanText(seconds: number, locale: string): string {
  const [unit, length] =
    seconds >= 2 * daySeconds && seconds % daySeconds === 0
      ? units.day
      : seconds >= 3600 && seconds % 3600 === 0
        ? units.hour
        : units.minute
  return unitText(Math.max(1, Math.round(seconds / length)), unit, locale)
}

/** The same where not a second may be lost, as of a limit: `4 hours`, `90 seconds`. */
export function exactSpanText(seconds: number, locale: string): string {
  return seconds >= 60 && seconds % 60 === 0 ? spanText(seconds, locale) : unitText(seconds, units.second[0], locale)
}

function unitText(n: number, unit: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(n)
}

/** Days since 1970 where the person is. */
function dayNumber(seconds: number, { timeZone }: TimeView): number {
  const zone = timeZone === undefined ? {} : { timeZone }
  const day = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone })
  return Math.round(Date.parse(`${day.format(new Date(seconds * 1000))}T00:00:00Z`) / (daySeconds * 1000))
}

function format(seconds: number, { locale, timeZone }: TimeView, options: Intl.DateTimeFormatOptions): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return new Intl.DateTimeFormat(locale, { ...options, ...zone }).format(new Date(seconds * 1000))
}
