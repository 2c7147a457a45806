import type { ShellTexts } from './shell-texts.ts'

export const shellEn: ShellTexts = { stay: 'Keep running' }
