import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Compacting needs memory of its own; what comes after it gives that back as well. */
const rounds = [
  ['--stress-flush-code', '--compact-on-every-full-gc'],
  ['--no-stress-flush-code', '--no-compact-on-every-full-gc'],
]
const collectionsEach = 2

/**
 * Gives back what the start and the first reading of the machine needed: compiled code, the holes between what is left, and
 * the space for young objects, which is kept at the megabyte it begins with: left to itself it stays at sixteen, while an
 * agent is idle for all but some seconds of an hour. Costs about a tenth of a second, once; code that is used again is
 * compiled again.
 */
export function shrinkHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--flush-baseline-code')
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc') // the one way to the collector without a switch on the command line
  setFlagsFromString('--no-expose-gc')
  if (typeof collect !== 'function') return
  for (const flags of rounds) {
    for (const flag of flags) setFlagsFromString(flag)
    for (let done = 0; done < collectionsEach; done += 1) collect()
  }
}
