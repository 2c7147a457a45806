import type { Language } from '../terminal.ts'

const locales: { readonly [Spoken in Language]: string } = { en: 'en-GB', de: 'de-DE' }
const daySeconds = 86_400

/** A moment (Unix seconds) as a local time; with its day where that is not today, with its year where it is far off. */
export function timeText(seconds: number, now: number, language: Language, timeZone?: string): string {
  const isFar = Math.abs(seconds - now) > 180 * daySeconds
  const zone = timeZone === undefined ? {} : { timeZone }
  const day = new Intl.DateTimeFormat(locales[language], {
    day: 'numeric',
    month: 'short',
    ...(isFar ? { year: 'numeric' } : {}),
    ...zone,
  })
  const clock = new Intl.DateTimeFormat(locales[language], {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    ...zone,
  })
  const at = new Date(seconds * 1000)
  const time = clock.format(at)
  return day.format(at) === day.format(new Date(now * 1000)) && !isFar ? time : `${day.format(at)} ${time}`
}
