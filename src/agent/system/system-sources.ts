import type { Machine } from '#agent/machine/machine.ts'
import type { SecretService } from '#agent/machine/secret-service.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { messageBuses } from './d-bus/buses.ts'
import { followSecretService } from './key-hints.linux.ts'
import { type NotificationDaemon, notificationDaemonOnLinux } from './notification-daemon.linux.ts'
import { secretServiceOnLinux } from './secret-service.linux.ts'
import { type SessionWatch, sessionOnLinux } from './session.linux.ts'
import { sessionPorts } from './session-ports.ts'
import { type TrayHost, trayHostOnLinux } from './tray-host.linux.ts'
import { type BeginWatch, watchersOf } from './watchers/watchers.ts'

/** What the system itself tells an agent of, where no shell knows better. Nothing is asked or loaded before it is used. */
export type SystemSources = {
  readonly beginWatch: BeginWatch
  /** Undefined where only a shell can tell. */
  readonly session: ReturnType<typeof sessionPorts> | undefined
  readonly secretService: SecretService | undefined
  /** Begins to follow the tray of this session; undefined where there always is one. */
  readonly trayHost: (() => TrayHost) | undefined
  /** Undefined where the system itself shows notifications. */
  readonly notificationDaemon: (() => Promise<NotificationDaemon>) | undefined
  close(): void
}

type SourcesOf = (from: {
  readonly machine: Machine
  readonly environment: { readonly [name: string]: string | undefined }
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}) => SystemSources

/** Sources that need no privileges, chosen by the system. */
export const systemSources: { readonly [System in OperatingSystem]: SourcesOf } = {
  linux: linuxSources,
  macos: filesAlone,
  windows: filesAlone,
}

function filesAlone({ machine }: Parameters<SourcesOf>[0]): SystemSources {
  return {
    beginWatch: watchersOf(machine),
    session: undefined,
    secretService: undefined,
    trayHost: undefined,
    notificationDaemon: undefined,
    close() {},
  }
}

function linuxSources(from: Parameters<SourcesOf>[0]): SystemSources {
  const { machine, clock } = from
  const buses = messageBuses(from)
  let watch: SessionWatch | undefined
  const session = () => {
    watch ??= sessionOnLinux(buses.system, clock)
    return watch
  }
  const ports = sessionPorts(session)
  return {
    beginWatch: watchersOf(machine, {
      buses,
      onUnlock: (tell) => ports.presence.onUnlock(tell),
      onWoken: (tell) =>
        ports.power.onSleep((change) => {
          if (change === 'woken') tell()
        }),
    }),
    session: ports,
    secretService: {
      ...secretServiceOnLinux(machine),
      onHint: (tell) => followSecretService(buses.session, tell),
    },
    trayHost: () => trayHostOnLinux(buses.session, clock),
    notificationDaemon: () => notificationDaemonOnLinux(buses.session),
    close() {
      watch?.close()
      buses.system.close()
      buses.session.close()
    },
  }
}
