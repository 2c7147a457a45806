import { aBusService, type BusService, nothing } from './a-bus-service.ts'

const name = 'org.freedesktop.Notifications'
const path = '/org/freedesktop/Notifications'

/** One notification as a program gave it (Desktop Notifications Specification 1.2, `Notify`). */
export type ShownNotification = {
  readonly id: number
  readonly app: string
  readonly replaces: number
  readonly summary: string
  readonly body: string
  /** Key and label in turns. */
  readonly actions: readonly string[]
  readonly hints: unknown
  readonly expireMs: number
}

export type FakeNotificationDaemon = {
  readonly shown: readonly ShownNotification[]
  readonly closed: readonly number[]
  onShown(listener: (shown: ShownNotification) => void): void
  /** The person presses a button; `default` is the notification itself. */
  press(id: number, action: string): void
  disappear(): Promise<void>
  readonly service: BusService
}

/** Owns the name when it is returned. */
export async function fakeNotificationDaemon(address: string): Promise<FakeNotificationDaemon> {
  const service = await aBusService(address)
  const shown: ShownNotification[] = []
  const closed: number[] = []
  const listeners = new Set<(shown: ShownNotification) => void>()
  service.serve(path, name, {
    method(called, body) {
      switch (called) {
        case 'GetCapabilities':
          return { signature: 'as', body: [['actions', 'body', 'persistence']] }
        case 'GetServerInformation':
          return { signature: 'ssss', body: ['fake', 'Postern', '1', '1.2'] }
        case 'Notify':
          return { signature: 'u', body: [show(body)] }
        case 'CloseNotification': {
          const id = Number(body[0])
          closed.push(id)
          service.signal(path, name, 'NotificationClosed', 'uu', [id, 3])
          return nothing
        }
      }
      return undefined
    },
  })
  function show([app, replaces, , summary, body, actions, hints, expireMs]: readonly unknown[]): number {
    const one = {
      id: Number(replaces) > 0 ? Number(replaces) : shown.length + 1,
      app: String(app),
      replaces: Number(replaces),
      summary: String(summary),
      body: String(body),
      actions: Array.isArray(actions) ? actions.map(String) : [],
      hints,
      expireMs: Number(expireMs),
    }
    shown.push(one)
    for (const listener of listeners) listener(one)
    return one.id
  }
  await service.own(name)
  return {
    service,
    shown,
    closed,
    onShown: (listener) => void listeners.add(listener),
    press(id, action) {
      service.signal(path, name, 'ActionInvoked', 'us', [id, action])
      service.signal(path, name, 'NotificationClosed', 'uu', [id, 2])
    },
    disappear: () => service.disown(name),
  }
}
