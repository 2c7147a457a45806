import { fillText } from '../fill-text.ts'
import type { Snapshot } from '../ipc.ts'
import type { SentenceStyle } from './sentence-of-state.ts'

/** What it costs to end Postern: access lasts as long as the verdict counts, and without reports there is no newer one. */
export function quitSentence(
  { result }: Pick<Snapshot, 'result'>,
  { words, moment }: Pick<SentenceStyle, 'words' | 'moment'>,
  now: number,
): string {
  const opens = result?.resources.some(({ access }) => access !== 'refuse') === true && result.exp > now
  return opens ? fillText(words.untilItRuns, { time: moment(result.exp) }) : words.untilItRunsWithoutEnd
}
