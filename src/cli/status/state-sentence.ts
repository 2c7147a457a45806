import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { plainText } from '../print/plain-text.ts'
import { type StatusView, timeOf } from './status-view.ts'

type Result = NonNullable<Snapshot['result']>

/** One sentence for the whole state, with its numbers, names and times. */
export function stateSentence(snapshot: Snapshot, view: StatusView): string {
  const { texts, cli } = view
  const { state, result } = snapshot
  const refused = result?.resources.filter(({ access }) => access === 'refuse') ?? []
  const challenged = result?.resources.find(({ access }) => access === 'challenge')
  if (state === 'healthy' && challenged !== undefined)
    return fillText(cli.states.challenged, { name: plainText(challenged.name) })

  const n = state === 'restricted' ? refused.length - 1 : countOf(state, result)
  const template =
    state === 'restricted' && n === 0
      ? cli.states.onlyOne
      : n === 1
        ? (cli.states.one[state] ?? texts.states[state])
        : texts.states[state]
  return fillText(template, {
    n,
    name: plainText(refused[0]?.name ?? ''),
    org: plainText(snapshot.organisation ?? cli.common.administrator),
    contact: plainText(snapshot.contact ?? cli.common.administrator),
    verdict: result === null ? cli.status.noVerdict : cli.status.verdicts[result.status],
    time: timeOf(endOf(state, snapshot) ?? view.now, view),
  })
}

function countOf(state: Snapshot['state'], result: Result | null): number {
  if (result === null) return 0
  if (state === 'healthy') return result.checks.length
  return result.checks.filter(({ outcome }) => outcome !== 'met' && outcome !== 'excepted').length
}

/** The moment the sentence names: when access ends, or from when the verdict is. */
function endOf(state: Snapshot['state'], { result, result_at }: Snapshot): number | undefined {
  if (result === null) return undefined
  if (state === 'verdict-old') return result_at ?? result.iat
  if (state === 'grace') return graceEnd(result) ?? result.recheck_at
  return result.recheck_at // a grant that ends is a reason to judge again
}

/** When the first grace ends, of one check or of all. */
export function graceEnd(result: Result, check?: string): number | undefined {
  const ends = result.resources
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.outcome === 'tolerated' && (check === undefined || plainId(finding.check) === check))
    .flatMap(({ grace_until }) => grace_until ?? [])
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** The check's own id: an explanation names it with the first characters of its hash, `firewall@HsO6XLxM`. */
export function plainId(check: string): string {
  return check.split('@')[0] ?? check
}
