import { app } from 'electron'
import { type Language, languages } from '#contract/agent-windows.ts'

/** The first of the person's languages that Postern speaks; English where it speaks none. */
export function systemLanguage(): Language {
  for (const preferred of app.getPreferredSystemLanguages()) {
    const spoken = languages.find((language) => preferred.toLowerCase().split(/[-_.@]/)[0] === language)
    if (spoken !== undefined) return spoken
  }
  return 'en'
}
