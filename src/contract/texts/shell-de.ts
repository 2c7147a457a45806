import type { ShellTexts } from './shell-texts.ts'

export const shellDe: ShellTexts = { stay: 'Weiterlaufen lassen' }
