import type { Language } from '../agent-windows.ts'
import { type SayReason, sayReasonOf } from './say-reason.ts'

/** For programs that hold no words until somebody is told: they are loaded by this. */
export async function sayReasonIn(language: Language): Promise<SayReason> {
  const { keyWordsEn, keyWordsDe } = await import('./key-words.ts')
  if (language === 'en') return sayReasonOf(keyWordsEn.reasons)
  const { reasonsDe } = await import('./reasons-de.ts')
  return sayReasonOf(keyWordsDe.reasons, reasonsDe)
}
