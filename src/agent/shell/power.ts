import { powerMonitor } from 'electron'
import type { PowerPort, PresencePort } from '#agent/ports.ts'

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

/** Away while the screen is locked (macOS, Windows). */
export function presenceByElectron(ready: Promise<unknown>): PresencePort {
  return {
    onPresence(listener) {
      const away = () => listener('away')
      const present = () => listener('present')
      return follow(ready, () => {
        powerMonitor.on('lock-screen', away)
        powerMonitor.on('unlock-screen', present)
        return () => {
          powerMonitor.off('lock-screen', away)
          powerMonitor.off('unlock-screen', present)
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
