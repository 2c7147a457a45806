export type UptimeSources = {
  /** Milliseconds since the machine started, sleep included. Asking costs a system call. */
  readonly uptimeMs: () => number
  readonly wallMs: () => number
  /** Monotonic, without sleep; costs next to nothing. */
  readonly monotonicMs: () => number
}

const longestMs = 1000
/** Wall clock and monotonic clock part by more than this after sleep, or when somebody sets the clock. */
const apartMs = 20

/**
 * The machine's uptime for those who ask often: read once a second, in between reckoned by the monotonic clock, and read anew
 * as soon as the two other clocks part. It never falls.
 */
export function sampledUptime({ uptimeMs, wallMs, monotonicMs }: UptimeSources): () => number {
  let last = { uptime: uptimeMs(), wall: wallMs(), monotonic: monotonicMs() }
  let highest = last.uptime
  return () => {
    const monotonic = monotonicMs()
    const wall = wallMs()
    const since = monotonic - last.monotonic
    if (since > longestMs || Math.abs(wall - last.wall - since) > apartMs)
      last = { uptime: uptimeMs(), wall, monotonic }
    // What was reckoned may be some hundredths ahead of what is read next: a step back would later count twice.
    highest = Math.max(highest, last.uptime + (monotonic - last.monotonic))
    return highest
  }
}
