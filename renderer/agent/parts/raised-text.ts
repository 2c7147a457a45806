/** A text that begins a line or a value. */
export function raisedText(text: string, locale: string): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1)
}
