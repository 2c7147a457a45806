import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives back what the start and the first reading of the machine needed, and keeps the space for young objects at the
 * megabyte it begins with: left to itself it stays at sixteen, while an agent is idle for all but some seconds of an hour.
 * Costs some hundredths of a second, once. V8 then returns the pages by itself.
 */
export function shrinkHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc') // the one way to the collector without a switch on the command line
  setFlagsFromString('--no-expose-gc')
  if (typeof collect === 'function') collect()
}
