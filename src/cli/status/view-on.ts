import { loadTexts } from '../end-with.ts'
import type { Terminal } from '../terminal.ts'
import type { StatusView } from './status-view.ts'

/** How the person at this terminal is told. */
export async function statusView(terminal: Terminal, now: number): Promise<StatusView> {
  const { language, texts: cli, paint, columns } = terminal
  const { valueWordsDe, valueWordsEn } = await import('#contract/texts/value-words.ts')
  return {
    texts: await loadTexts(language),
    cli,
    words: language === 'de' ? valueWordsDe : valueWordsEn,
    language,
    paint,
    columns,
    now,
  }
}
