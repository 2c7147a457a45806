import { fillText } from '../fill-text.ts'

/** A sentence with `{name}` in it, or one for each plural form that the language tells apart (CLDR), chosen by `{n}`. */
export type Entry = string | PluralForms
export type PluralForms = { readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string }

/** Fills a sentence in. Numbers are written as the locale writes them; the result is text, never markup. */
export function say(entry: Entry, values: { readonly [name: string]: string | number }, locale: string): string {
  const written = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? numberText(value, locale) : value,
    ]),
  )
  return fillText(formOf(entry, values['n'], locale), written)
}

export function numberText(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value)
}

function formOf(entry: Entry, n: string | number | undefined, locale: string): string {
  if (typeof entry === 'string') return entry
  if (typeof n !== 'number') return entry.other
  return entry[new Intl.PluralRules(locale).select(n)] ?? entry.other
}
