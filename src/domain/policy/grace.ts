/**
 * What is remembered of one check on one device, from report to report. An episode is open from the first failing
 * judgement until the check was met for the hold-down. Stored per (device, check); survives books and re-enrolment.
 * All times are Unix seconds of the gateway.
 */
export type Episode = {
  readonly check: string
  /** The last judgement of a reading was met: what the grace of an unknown needs right before it. */
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
