import type { AgentPorts } from '#agent/ports.ts'
import { powerByElectron, presenceByElectron } from './power.ts'

/** What the system tells by itself: power, sleep, presence, and whether a tray icon would be seen. */
export type SystemWatch = Required<Pick<AgentPorts, 'power' | 'presence'>> & {
  /** Tells at first and whenever it changes; `undefined`: nobody knows. */
  onTrayHost(listener: (isThere: boolean | undefined) => void): () => void
  close(): void
}

/** As the agent's own sources tell it, which on Linux Electron cannot (neither locks, sleep nor tray hosts); else Electron. */
export function systemWatch(
  { power, presence, trayHost, clock }: Pick<AgentPorts, 'power' | 'presence' | 'trayHost' | 'clock'>,
  ready: Promise<unknown>,
): SystemWatch {
  const host = trayHost?.() // asked while Electron gets ready: the icon waits for the answer
  return {
    power: power ?? powerByElectron(ready),
    presence: presence ?? presenceByElectron(ready, clock),
    close: () => host?.close(),
    onTrayHost(listener) {
      if (host === undefined) {
        listener(true)
        return () => undefined
      }
      const tell = () => {
        const state = host.state()
        listener(state === 'unknown' ? undefined : state === 'host')
      }
      tell()
      return host.onChange(tell)
    },
  }
}
