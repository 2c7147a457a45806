/** What the words on the app's command line ask for. */
export type LaunchWords =
  | { readonly kind: 'verb'; readonly typed: readonly string[] }
  | {
      readonly kind: 'app'
      readonly background: boolean
      /** Minutes to be measured; undefined: nothing is. */
      readonly perfReport: number | undefined
      /** The first word that looks like a link of ours; nobody has vouched for it. */
      readonly link: string | undefined
      readonly action: LaunchAction | undefined
    }

/** What an entry of the launcher, or its desktop action, may ask for. */
export const launchActions = ['check-now', 'what-we-send'] as const
export type LaunchAction = (typeof launchActions)[number]

/** Switches that a person types after `postern`, not after an app. */
const verbSwitches = ['--help', '-h', '--version', '-V']

/** `words`: what stands behind the program (and behind its folder, where that is named). */
export function readLaunchWords(words: readonly string[], verbs: readonly string[]): LaunchWords {
  const [first = ''] = words
  if (verbs.includes(first) || verbSwitches.includes(first)) return { kind: 'verb', typed: words }
  return {
    kind: 'app',
    background: words.includes('--background'),
    perfReport: readPerfReport(words),
    link: words.find((word) => /^postern:/i.test(word)),
    action: launchActions.find((action) => words.includes(`--${action}`)),
  }
}

/** `--perf-report`, or with the minutes: `--perf-report=2`. */
function readPerfReport(words: readonly string[]): number | undefined {
  const given = words.flatMap((word) => /^--perf-report(?:=(\d{1,4}(?:\.\d{1,3})?))?$/.exec(word) ?? [])
  return given.length === 0 ? undefined : Number(given[1] ?? usualMinutes)
}
const usualMinutes = 10
