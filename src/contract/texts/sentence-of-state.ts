import { fillText } from '../fill-text.ts'
import type { Snapshot } from '../ipc.ts'
import type { Texts } from './en.ts'
import { graceEnd } from './grace-end.ts'
import type { StateWords } from './state-words.ts'

type Result = NonNullable<Snapshot['result']>
type Shown = Pick<Snapshot, 'state' | 'result' | 'result_at' | 'organisation' | 'contact' | 'failure' | 'exceptions'>

/** How the place where it is shown writes. `plain`: makes a foreign text safe for it. `moment`: Unix seconds as a local time. */
export type SentenceStyle = {
  readonly sentences: Texts['states']
  readonly words: StateWords
  readonly plain: (text: string) => string
  readonly moment: (seconds: number) => string
}

/** One sentence for the whole state, with its numbers, names and times: the same in tray, window and at the command line. */
export function sentenceOfState(shown: Shown, style: SentenceStyle): string {
  const { sentences, words, plain, moment } = style
  const { state, result } = shown
  const refused = result?.resources.filter(({ access }) => access === 'refuse') ?? []
  const n = state === 'restricted' ? refused.length - 1 : countOf(state, result)
  const challenged = result?.resources.find(({ access }) => access === 'challenge')
  const time = momentOf(shown)
  return fillText(templateOf(state, n, challenged !== undefined, time !== undefined, style), {
    n,
    name: plain((state === 'healthy' ? challenged : refused[0])?.name ?? ''),
    org: plain(shown.organisation ?? words.administrator),
    contact: plain(shown.contact ?? words.administrator),
    verdict: result === null ? words.noVerdict : words.verdicts[result.status],
    time: time === undefined ? sentences.starting : moment(time),
  })
}

function templateOf(
  state: Snapshot['state'],
  n: number,
  isChallenged: boolean,
  hasTime: boolean,
  { sentences, words }: SentenceStyle,
): string {
  if (state === 'healthy' && isChallenged) return words.challenged
  if (state === 'restricted' && n <= 0) return words.onlyOne
  if (state === 'refused' && n === 0) return words.refusedWithout
  if (state === 'offline' && hasTime) return words.offlineSince
  return n === 1 ? (words.one[state] ?? sentences[state]) : sentences[state]
}

function countOf(state: Snapshot['state'], result: Result | null): number {
  if (result === null) return 0
  if (state === 'healthy') return result.checks.length
  return result.checks.filter(({ outcome }) => outcome !== 'met' && outcome !== 'excepted').length
}

/** The moment that the sentence names: when access ends, or since when something is so. */
function momentOf({ state, result, result_at, failure, exceptions }: Shown): number | undefined {
  if (state === 'offline') return failure?.at
  if (result === null) return undefined
  if (state === 'verdict-old') return result_at ?? result.iat
  if (state === 'grace') return graceEnd(result) ?? result.recheck_at
  if (state !== 'excepted') return undefined
  const ends = exceptions.requests.flatMap(({ grant }) => (grant?.state === 'active' ? (grant.not_after ?? []) : []))
  return ends.length === 0 ? result.recheck_at : Math.min(...ends) // a grant that ends is a reason to judge again
}
