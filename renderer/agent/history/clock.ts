/** The time of day, where the day itself stands above. */
export function clock(seconds: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false })
  return format.format(new Date(seconds * 1000))
}
