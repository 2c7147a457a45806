import { Variant } from '@jellybrick/dbus-next'
import { aBusService, type BusService, nothing } from './a-bus-service.ts'

const name = 'org.kde.StatusNotifierWatcher'
const path = '/StatusNotifierWatcher'

/** A desktop's tray as programs see it (StatusNotifierItem specification): the watcher, and a host that comes and goes. */
export type FakeWatcher = {
  /** Owns the name from now on; with or without a host. */
  appear(host: boolean): Promise<void>
  disappear(): Promise<void>
  setHost(there: boolean): void
  /** Answers something else for `IsStatusNotifierHostRegistered`. */
  say(value: Variant | 'nothing' | undefined): void
  /** Who registered an item: the unique name and what it gave. */
  readonly items: readonly { readonly sender: string; readonly item: string }[]
  onItem(listener: (sender: string, item: string) => void): void
  readonly service: BusService
}

/** Not there before `appear`. */
export async function fakeStatusNotifierWatcher(address: string): Promise<FakeWatcher> {
  const service = await aBusService(address)
  const items: { sender: string; item: string }[] = []
  const listeners = new Set<(sender: string, item: string) => void>()
  let hasHost = false
  let said: Variant | 'nothing' | undefined
  service.serve(path, name, {
    property(asked) {
      if (asked === 'IsStatusNotifierHostRegistered')
        return said === 'nothing' ? undefined : (said ?? new Variant('b', hasHost))
      if (asked === 'RegisteredStatusNotifierItems') return new Variant('as', items.map(placeOf))
      return asked === 'ProtocolVersion' ? new Variant('i', 0) : undefined
    },
    method(called, [item], sender) {
      if (called === 'RegisterStatusNotifierHost') return nothing
      if (called !== 'RegisterStatusNotifierItem') return undefined
      items.push({ sender, item: String(item) })
      service.signal(path, name, 'StatusNotifierItemRegistered', 's', [String(item)])
      for (const listener of listeners) listener(sender, String(item))
      return nothing
    },
  })
  return {
    service,
    items,
    onItem: (listener) => void listeners.add(listener),
    async appear(host) {
      hasHost = host
      await service.own(name)
    },
    disappear: () => service.disown(name),
    setHost(there) {
      hasHost = there
      service.signal(path, name, there ? 'StatusNotifierHostRegistered' : 'StatusNotifierHostUnregistered', '', [])
    },
    say(value) {
      said = value
    },
  }
}

/** Some give an object's path, some a name of theirs. */
function placeOf({ sender, item }: FakeWatcher['items'][number]): string {
  return item.startsWith('/') ? sender + item : item
}
