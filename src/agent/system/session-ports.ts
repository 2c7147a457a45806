import type { SessionWatch } from './session.linux.ts'

type Session = Pick<SessionWatch, 'read' | 'onChange' | 'onUnlock'>

/**
 * Power, sleep and presence as a shell hands them to the core. What is unusual already when somebody begins to listen is
 * told at once: battery, asleep, away.
 */
export function sessionPorts(session: () => Session) {
  /** Tells what `of` makes of the session, whenever that differs from what was told last. */
  const follow = <Value>(
    of: (now: ReturnType<Session['read']>) => Value,
    usual: Value,
    tell: (value: Value) => void,
  ) => {
    let told = usual
    const look = () => {
      const now = of(session().read())
      if (now === told) return
      told = now
      tell(now)
    }
    const end = session().onChange(look)
    look()
    return end
  }
  return {
    power: {
      onPower: (listener: (power: 'mains' | 'battery') => void) => follow((now) => now.power, 'mains', listener),
      onSleep: (listener: (change: 'asleep' | 'woken') => void) =>
        follow<'asleep' | 'woken'>((now) => (now.isAsleep ? 'asleep' : 'woken'), 'woken', listener),
      batteryPercent: () => session().read().batteryPercent,
    },
    presence: {
      onPresence: (listener: (presence: 'present' | 'away') => void) =>
        follow<'present' | 'away'>((now) => (now.isLocked || now.isIdle ? 'away' : 'present'), 'present', listener),
      onUnlock: (listener: () => void) => session().onUnlock(listener),
    },
  }
}
