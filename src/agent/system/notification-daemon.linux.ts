import type { MessageBus } from './d-bus/message-bus.ts'

/** Who shows notifications in this session. `startable`: nobody yet, but the bus would start one. */
export type NotificationDaemon = 'running' | 'startable' | 'none' | 'no-bus' | 'unknown'

const name = 'org.freedesktop.Notifications'
const bus = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  iface: 'org.freedesktop.DBus',
} as const

/** Asks the bus, never the daemon, and starts none (Desktop Notifications Specification 1.2). */
export async function notificationDaemonOnLinux(session: Pick<MessageBus, 'call'>): Promise<NotificationDaemon> {
  const owned = await session.call({ ...bus, member: 'NameHasOwner', signature: 's', body: [name] })
  if (owned.kind === 'no-bus') return 'no-bus'
  if (owned.kind !== 'answered') return 'unknown'
  if (owned.body[0] === true) return 'running'
  const startable = await session.call({ ...bus, member: 'ListActivatableNames' })
  const names = startable.kind === 'answered' ? startable.body[0] : undefined
  if (!Array.isArray(names)) return 'unknown'
  return names.includes(name) ? 'startable' : 'none'
}
