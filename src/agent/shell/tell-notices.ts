import type { NoticeTarget } from '#agent/notices/notice.ts'
import { decideNotices, emptyMemory, memoryAtStart } from '#agent/notices/notice-policy.ts'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { NoticeMemory } from '#contract/agent-state-files.ts'
import type { Language } from '#contract/agent-windows.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import type { StateFile } from '#runtime/state-file.ts'
import { notificationsOnScreen } from './notifications.ts'
import type { ShellCore } from './shell-core.ts'

export type NoticeTeller = {
  /** Whether this desktop has had no tray for half a minute. */
  setTrayMissing(isMissing: boolean): void
  /** Whether a click on the notice of this subject is told by itself, or just was. */
  follows(subject: string): boolean
  end(): void
}

const mostChanged = 50
/** Timers take 31 bits of milliseconds. */
const longestWaitMs = 2 ** 31 - 1

/** Asks the policy after each change and whenever it said it wants to be asked, and shows what it says. */
export async function tellNotices(of: {
  readonly core: ShellCore
  readonly memory: StateFile<NoticeMemory>
  readonly language: () => Language
  readonly open: (target: NoticeTarget) => void
  /** Whether our icon is where the system hides new ones. */
  readonly iconMayHide: boolean
  readonly clock: Clock
  readonly log: Log
}): Promise<NoticeTeller> {
  const { core, clock, log } = of
  const screen = notificationsOnScreen({ open: of.open, clock, log })
  let memory = memoryAtStart((await of.memory.read().catch(() => undefined)) ?? emptyMemory)
  let written: Promise<void> = Promise.resolve()
  let changed: readonly ShownRequest[] = []
  let trayMissing = false
  let cancel = () => {}
  /** The gateway's clock, before ours. */
  let aheadSeconds = aheadOf()

  function aheadOf(): number {
    return core.snapshot.read().told_at - clock.nowMs() / 1000
  }
  function keep(): void {
    const now = memory
    written = written.then(() => of.memory.write(now)).catch(() => undefined) // then a restart tells once more
  }
  function look(): void {
    cancel()
    const now = Math.floor(clock.nowMs() / 1000 + aheadSeconds)
    const { managed, quiet_hours } = core.settings()
    const decided = decideNotices(memory, {
      snapshot: core.snapshot.read(),
      changed,
      trayMissing,
      iconMayHide: of.iconMayHide,
      updateReady: undefined,
      settings: { level: managed.values.Notifications, quietHours: quiet_hours, language: of.language() },
      now,
    })
    changed = []
    const isNews = JSON.stringify(decided.memory) !== JSON.stringify(memory)
    memory = decided.memory
    if (isNews) keep()
    for (const subject of decided.close) screen.close(subject)
    for (const notice of decided.notices) screen.show(notice)
    screen.showUntaken()
    if (decided.askAgainAt === undefined) return
    const waitMs = Math.min(longestWaitMs, Math.max(1000, (decided.askAgainAt - now) * 1000))
    cancel = clock.setTimer(waitMs, look)
  }
  const ends = [
    core.onNotice('snapshot/changed', () => {
      aheadSeconds = aheadOf()
      look()
    }),
    core.onNotice('exception/changed', (request) => {
      changed = [...changed, request].slice(-mostChanged)
      look()
    }),
  ]
  look()
  return {
    setTrayMissing(isMissing) {
      if (isMissing === trayMissing) return
      trayMissing = isMissing
      look()
    },
    follows: screen.follows,
    end() {
      cancel()
      for (const end of ends) end()
      screen.closeAll()
    },
  }
}
