/** A text of the gateway in the person's language, else in English, else in any. It is foreign text still. */
export function spokenText<Text>(
  texts: { readonly [language: string]: Text } | undefined,
  language: string,
): Text | undefined {
  return texts?.[language] ?? texts?.['en'] ?? Object.values(texts ?? {})[0]
}
