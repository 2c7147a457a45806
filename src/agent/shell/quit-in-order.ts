import { app } from 'electron'
import type { Clock } from '#runtime/clock.ts'
import { pause } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'

/** Longer than the agent takes to put down what it has under way. */
const patienceMs = 5000

/**
 * Whatever asks the app to quit: what is seen goes first, then the agent ends, then the process. Once; a second wish
 * meanwhile changes nothing.
 */
export function quitInOrder(of: {
  readonly end: readonly (() => void)[]
  readonly stop: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}): void {
  let isQuitting = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (isQuitting) return
    isQuitting = true
    for (const end of of.end) end()
    const stopped = of.stop().catch((thrown: unknown) => of.log.error('quit.broke', { err: thrown }))
    void Promise.race([stopped, pause(of.clock, patienceMs)]).then(() => app.exit(0))
  })
}
