import type { FailureKind } from './documents.ts'
import type { Finding, Verdict } from './verdict.ts'

/**
 * What is remembered of one check on one device, from report to report. An episode is open from the first failing
 * judgement until the check was met for the hold-down. Stored per (device, check); survives books and re-enrolment.
 * All times are Unix seconds of the gateway.
 */
export type Episode = {
  readonly check: string
  /** The last judgement was met: what the grace of an unknown needs right before it. */
  readonly lastMet: boolean
  readonly open: OpenEpisode | null
}

export type OpenEpisode = {
  readonly beganAt: number
  /** When it was first violated, and first unknown right after being met: the two clocks of grace. */
  readonly violatedSince: number | null
  readonly unknownSince: number | null
  /** The run of reports that met it, if the last one did: receipt of its first and its last, and how many. */
  readonly met: { readonly since: number; readonly last: number; readonly reports: number } | null
}

/** Met for two consecutive reports, and at least ten minutes between the receipt of the first and the last. */
export const holdDown = { reports: 2, seconds: 600 } as const

/**
 * From when the grace of this sort of failure runs: the clock of the open episode, or `now` where this judgement would
 * start it. Undefined where no grace of this sort can run.
 */
export function graceClock(episode: Episode | undefined, kind: FailureKind, now: number): number | undefined {
  if (kind === 'violated') return episode?.open?.violatedSince ?? now
  return episode?.open?.unknownSince ?? (episode?.lastMet === true ? now : undefined)
}

/**
 * The episodes after a report was judged: which begin, go on and end. Call it once per accepted report, with the
 * findings of all resources or with one verdict after another; a report counts once however often it is given. The same
 * list comes back where nothing changed. A verdict stopped by a gate, and silence, say nothing about any check.
 */
export function nextEpisodes(
  episodes: readonly Episode[],
  verdict: Pick<Verdict, 'findings' | 'receivedAt'>,
  now: number,
): readonly Episode[] {
  const { receivedAt } = verdict
  if (receivedAt === null) return episodes
  const next = new Map(episodes.map((episode) => [episode.check, episode]))
  let changed = false
  for (const finding of verdict.findings) {
    const { id } = finding.requirement.check.document
    const before = next.get(id)
    const after = nextEpisode(before, finding, id, receivedAt, now)
    if (after === undefined || after === before) continue
    next.set(id, after)
    changed = true
  }
  return changed ? [...next.values()] : episodes
}

function nextEpisode(
  before: Episode | undefined,
  finding: Finding,
  check: string,
  receivedAt: number,
  now: number,
): Episode | undefined {
  if (finding.outcome !== 'met') {
    if (finding.reason === 'silent') return before
    return failed(before, check, finding.kind, finding.excusable, now)
  }
  if (before === undefined) return { check, lastMet: true, open: null }
  if (before.open === null) return before.lastMet ? before : { check, lastMet: true, open: null }
  return metAgain(before, before.open, receivedAt)
}

/** A failing judgement opens an episode, or goes on with the open one; its run of met reports is over. */
function failed(
  before: Episode | undefined,
  check: string,
  kind: FailureKind,
  excusable: boolean,
  now: number,
): Episode {
  const open = before?.open ?? { beganAt: now, violatedSince: null, unknownSince: null, met: null }
  const started = excusable ? graceClock(before, kind, now) : undefined
  const violatedSince = kind === 'violated' ? (open.violatedSince ?? started ?? null) : open.violatedSince
  const unknownSince = kind === 'unknown' ? (open.unknownSince ?? started ?? null) : open.unknownSince
  if (
    before?.open === open &&
    !before.lastMet &&
    open.met === null &&
    violatedSince === open.violatedSince &&
    unknownSince === open.unknownSince
  )
    return before
  return { check, lastMet: false, open: { beganAt: open.beganAt, violatedSince, unknownSince, met: null } }
}

function metAgain(before: Episode, open: OpenEpisode, receivedAt: number): Episode {
  const { check } = before
  const run = open.met
  if (run === null)
    return { check, lastMet: true, open: { ...open, met: { since: receivedAt, last: receivedAt, reports: 1 } } }
  if (receivedAt <= run.last) return before
  const reports = run.reports + 1
  if (reports >= holdDown.reports && receivedAt - run.since >= holdDown.seconds)
    return { check, lastMet: true, open: null }
  return { check, lastMet: true, open: { ...open, met: { since: run.since, last: receivedAt, reports } } }
}
