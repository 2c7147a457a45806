/** The end of each day, from today on, where the person is; Unix seconds. Days that a clock change makes longer stay days. */
export function endsOfDays(nowSeconds: number, count: number): readonly number[] {
  const today = new Date(nowSeconds * 1000)
  return Array.from({ length: count }, (_, ahead) => {
    const next = new Date(today.getFullYear(), today.getMonth(), today.getDate() + ahead + 1)
    return Math.floor(next.getTime() / 1000) - 1
  })
}

export function dayWords(end: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  return format.format(new Date(end * 1000))
}
