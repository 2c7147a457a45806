import { app, powerMonitor } from 'electron'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Clock } from '#runtime/clock.ts'
import { pause } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'

/** Longer than the agent takes to put down what it has under way. */
const patienceMs = 5000
/** A page says what was typed last within this time, or not at all. */
const pagePatienceMs = 1000

export type Quitting = {
  isUnderWay(): boolean
  /** Somebody started the app while it ended: it is started anew, where this link leads, if it is one. */
  startAgain(link: string): void
}

const usualLink = 'postern://show?screen=status'

/**
 * Whatever asks the app to quit: what is seen goes first, then the pages have said what was typed, then the agent ends,
 * then the process. Once; a second wish meanwhile changes nothing.
 */
export function quitInOrder(of: {
  readonly os: OperatingSystem
  readonly end: readonly (() => void)[]
  readonly closeWindows: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}): Quitting {
  let isQuitting = false
  let mayHoldUp = true
  let linkOfNext: string | undefined
  // On macOS whoever holds up its end holds up the shutdown (https://www.electronjs.org/docs/latest/api/power-monitor).
  if (of.os === 'macos')
    powerMonitor.on('shutdown', () => {
      mayHoldUp = false
    })
  app.on('before-quit', (event) => {
    if (mayHoldUp) event.preventDefault()
    if (isQuitting) return
    isQuitting = true
    for (const end of of.end) end()
    void endAll().then(() => {
      if (linkOfNext !== undefined) app.relaunch({ args: [linkOfNext] })
      app.exit(0)
    })
  })
  async function endAll(): Promise<void> {
    await Promise.race([of.closeWindows(), pause(of.clock, pagePatienceMs)])
    const stopped = of.stop().catch((thrown: unknown) => of.log.error('quit.broke', { err: thrown }))
    await Promise.race([stopped, pause(of.clock, patienceMs)])
  }
  return {
    isUnderWay: () => isQuitting,
    startAgain(link) {
      linkOfNext = /^postern:/i.test(link) ? link : usualLink // nothing else becomes a word of a command line
    },
  }
}
