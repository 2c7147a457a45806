import type { AgentPorts } from '#agent/ports.ts'
import { sessionBusAddresses, systemBusAddresses } from '#agent/system/d-bus/bus-address.ts'
import { openBusLink } from '#agent/system/d-bus/bus-link.ts'
import { messageBus } from '#agent/system/d-bus/message-bus.ts'
import { sessionOnLinux } from '#agent/system/session.linux.ts'
import { sessionPorts } from '#agent/system/session-ports.ts'
import { trayHostOnLinux } from '#agent/system/tray-host.linux.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { powerByElectron, presenceByElectron } from './power.ts'

/** What the system tells by itself: power, sleep, presence, and whether a tray icon would be seen. */
export type SystemWatch = Pick<AgentPorts, 'power' | 'presence'> & {
  /** Tells at first and whenever it changes; `undefined`: nobody knows. */
  onTrayHost(listener: (isThere: boolean | undefined) => void): () => void
  close(): void
}

type Make = (from: Pick<AgentPorts, 'clock' | 'log' | 'random'> & { readonly ready: Promise<unknown> }) => SystemWatch

const byElectron: Make = ({ ready }) => ({
  power: powerByElectron(ready),
  presence: presenceByElectron(ready),
  onTrayHost(listener) {
    listener(true)
    return () => undefined
  },
  close: () => undefined,
})

/** Electron tells of neither locks nor sleep on Linux, and of no tray host: D-Bus does. */
export const systemWatch: { readonly [System in OperatingSystem]: Make } = {
  macos: byElectron,
  windows: byElectron,
  linux({ clock, log, random }) {
    const openLink = openBusLink(clock)
    const bus = (addresses: readonly string[]) => messageBus({ addresses, openLink, clock, random, log })
    const sessionBus = bus(sessionBusAddresses(process.env))
    const systemBus = bus(systemBusAddresses(process.env))
    const session = sessionOnLinux(systemBus, clock)
    const host = trayHostOnLinux(sessionBus)
    const { power, presence } = sessionPorts(() => session)
    return {
      power,
      presence,
      onTrayHost(listener) {
        const tell = () => {
          const state = host.state()
          listener(state === 'unknown' ? undefined : state === 'host')
        }
        tell()
        return host.onChange(tell)
      },
      close() {
        host.close()
        session.close()
        sessionBus.close()
        systemBus.close()
      },
    }
  },
}
