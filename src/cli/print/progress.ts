import type { Clock } from '#runtime/clock.ts'

const silentMs = 1000
const stepMs = 1000

/**
 * Says on stderr what is being done, once it took a second: on a terminal one line that counts and goes away, elsewhere
 * one line that stays.
 */
export async function withProgress<Answer>(
  where: {
    readonly clock: Clock
    readonly isTerminal: boolean
    readonly columns: number
    readonly write: (text: string) => void
  },
  doing: string,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const begun = where.clock.nowMs()
  let shown = false
  let cancel = where.clock.setTimer(silentMs, tick)
  function tick(): void {
    if (!where.isTerminal) return where.write(`${doing}\n`)
    const seconds = Math.round((where.clock.nowMs() - begun) / 1000)
    where.write(`\r\u001b[K${doing.slice(0, Math.max(10, where.columns - 8))} ${seconds} s`)
    shown = true
    cancel = where.clock.setTimer(stepMs, tick)
  }
  try {
    return await act()
  } finally {
    cancel()
    if (shown) where.write('\r\u001b[K')
  }
}
