import type { Clock } from '#runtime/clock.ts'
import type { MessageBus, Ownership } from './d-bus/message-bus.ts'

/** Whether a tray icon would be seen. `unknown`: not told yet, or told in a way that says nothing. */
export type TrayHostState = 'host' | 'no-host' | 'no-watcher' | 'no-bus' | 'unknown'

export type TrayHost = {
  state(): TrayHostState
  /** Tells each change, never the state at first. */
  onChange(listener: (state: TrayHostState) => void): () => void
  close(): void
}

const watcher = 'org.kde.StatusNotifierWatcher'
const at = { destination: watcher, path: '/StatusNotifierWatcher', iface: watcher } as const

const withoutWatcher: { readonly [Kind in Exclude<Ownership, 'owned'>]: TrayHostState } = {
  free: 'no-watcher',
  'no-bus': 'no-bus',
  unknown: 'unknown',
}

/** A desktop that is starting may be too busy to answer; nothing would tell when it is not any more. */
const askAgainMs = [5000, 30_000, 120_000] as const

/**
 * Follows the session's tray (desktop.md section 12, Linux): the watcher must be there, and a host be registered with it.
 * Told by signals, never polled; only a question that nobody answered in time is asked again, three times at most.
 */
export function trayHostOnLinux(
  session: Pick<MessageBus, 'follow' | 'followOwner' | 'property'>,
  clock: Pick<Clock, 'setTimer'>,
): TrayHost {
  const listeners = new Set<(state: TrayHostState) => void>()
  let state: TrayHostState = 'unknown'
  let asked = 0
  let cancelAgain = () => {}

  function set(next: TrayHostState): void {
    if (next === state) return
    state = next
    for (const listener of [...listeners]) listener(next)
  }
  async function ask(unanswered = 0): Promise<void> {
    cancelAgain()
    const turn = ++asked
    const answer = await session.property({ ...at, name: 'IsStatusNotifierHostRegistered' })
    if (turn !== asked) return // a later question is under way, or nobody is there to be asked
    const waitMs = answer.kind === 'timed-out' ? askAgainMs[unanswered] : undefined
    if (waitMs !== undefined) {
      cancelAgain = clock.setTimer(waitMs, () => void ask(unanswered + 1))
      return // what was so is more likely than that nothing is
    }
    set(answer.kind !== 'answered' || typeof answer.value !== 'boolean' ? 'unknown' : answer.value ? 'host' : 'no-host')
  }
  const ends = [
    session.followOwner(watcher, (ownership) => {
      asked += 1
      cancelAgain()
      // Where another watcher takes the name over at once, nothing that was registered with the first is known to it.
      set(ownership === 'owned' ? 'unknown' : withoutWatcher[ownership])
    }),
    session.follow(
      { from: watcher, path: at.path, iface: watcher },
      {
        onReady: () => void ask(),
        onSignal({ member }) {
          if (member.startsWith('StatusNotifierHost')) void ask()
        },
      },
    ),
  ]
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      asked += 1
      cancelAgain()
      for (const end of ends) end()
      listeners.clear()
    },
  }
}
