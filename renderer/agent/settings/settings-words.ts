import { settingsDe } from '#contract/texts/windows/settings-de.ts'
import { settingsEn } from '#contract/texts/windows/settings-en.ts'
import type { SettingsTexts } from '#contract/texts/windows/settings-texts.ts'
import { type Pair, useScreenTexts } from '../texts.tsx'

const pair: Pair<SettingsTexts> = { en: settingsEn, de: settingsDe }

export function useSettingsTexts(): SettingsTexts {
  return useScreenTexts(pair)
}

/** The entry of a table whose key came from outside; a key that it lacks stays as it is. */
export function wordOf(table: { readonly [name: string]: string }, key: string): string {
  return Object.hasOwn(table, key) ? (table[key] ?? key) : key
}
