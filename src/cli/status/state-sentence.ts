import type { Snapshot } from '#contract/ipc.ts'
import { sentenceOfState } from '#contract/texts/sentence-of-state.ts'
import { plainText } from '../print/plain-text.ts'
import { type StatusView, timeOf } from './status-view.ts'

/** The sentence of the state, as a terminal may show it. */
export function stateSentence(snapshot: Snapshot, view: StatusView): string {
  return sentenceOfState(snapshot, {
    sentences: view.texts.states,
    words: view.cli.states,
    plain: (text) => plainText(text),
    moment: (seconds) => timeOf(seconds, view),
  })
}
