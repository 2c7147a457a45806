import { powerMonitor } from 'electron'
import type { PowerPort, PresencePort } from '#agent/ports.ts'
import type { Clock } from '#runtime/clock.ts'

const idleAfterSeconds = 600
/** Nothing tells when somebody touches a machine again; while nobody does, that is looked for this often. */
const lookAgainSeconds = 60

/** Mains, battery and sleep as Electron tells them (macOS, Windows). Before `ready` nothing is known: mains and awake. */
export function powerByElectron(ready: Promise<unknown>): PowerPort {
  return {
    onPower(listener) {
      const onBattery = () => listener('battery')
      const onMains = () => listener('mains')
      return follow(ready, () => {
        if (powerMonitor.isOnBatteryPower()) listener('battery')
        powerMonitor.on('on-battery', onBattery)
        powerMonitor.on('on-ac', onMains)
        return () => {
          powerMonitor.off('on-battery', onBattery)
          powerMonitor.off('on-ac', onMains)
        }
      })
    },
    onSleep(listener) {
      const asleep = () => listener('asleep')
      const woken = () => listener('woken')
      return follow(ready, () => {
        powerMonitor.on('suspend', asleep)
        powerMonitor.on('resume', woken)
        return () => {
          powerMonitor.off('suspend', asleep)
          powerMonitor.off('resume', woken)
        }
      })
    },
  }
}

/** Away while the screen is locked, or nobody touched the machine for ten minutes (macOS, Windows). */
export function presenceByElectron(ready: Promise<unknown>, clock: Pick<Clock, 'setTimer'>): PresencePort {
  return {
    onPresence(listener) {
      let isLocked = false
      let told: 'present' | 'away' = 'present'
      let cancel = () => {}
      const look = () => {
        cancel()
        const idleSeconds = powerMonitor.getSystemIdleTime()
        const isIdle = idleSeconds >= idleAfterSeconds
        const now = isLocked || isIdle ? 'away' : 'present'
        if (now !== told) listener(now)
        told = now
        if (isLocked) return // its end is told
        const waitSeconds = isIdle ? lookAgainSeconds : Math.max(lookAgainSeconds, idleAfterSeconds - idleSeconds)
        cancel = clock.setTimer(waitSeconds * 1000, look)
      }
      const lock = () => {
        isLocked = true
        look()
      }
      const unlock = () => {
        isLocked = false
        look()
      }
      return follow(ready, () => {
        powerMonitor.on('lock-screen', lock)
        powerMonitor.on('unlock-screen', unlock)
        look()
        return () => {
          cancel()
          powerMonitor.off('lock-screen', lock)
          powerMonitor.off('unlock-screen', unlock)
        }
      })
    },
    onUnlock(listener) {
      return follow(ready, () => {
        powerMonitor.on('unlock-screen', listener)
        return () => powerMonitor.off('unlock-screen', listener)
      })
    },
  }
}

function follow(ready: Promise<unknown>, begin: () => () => void): () => void {
  let isOver = false
  let end: (() => void) | undefined
  void ready.then(() => {
    if (!isOver) end = begin()
  })
  return () => {
    isOver = true
    end?.()
  }
}
