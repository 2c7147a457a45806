import { Variant } from '@jellybrick/dbus-next'
import type { BusService } from '../support/a-bus-service.ts'
import type { FakeWatcher } from '../support/fake-status-notifier-watcher.ts'

/** The icon as a desktop's panel sees and uses it (StatusNotifierItem, com.canonical.dbusmenu). */
export type TrayOfApp = {
  /** Of the item: `ToolTip`, `IconPixmap` and so on, unwrapped. */
  properties(): Promise<{ readonly [name: string]: unknown }>
  tooltip(): Promise<string>
  /** Labels of the menu's rows, top to bottom; a separator is an empty one. */
  rows(): Promise<readonly string[]>
  click(label: string): Promise<void>
}

const item = 'org.kde.StatusNotifierItem'
const menu = 'com.canonical.dbusmenu'

/** Waits until the app has registered its item number `index`; calls go to the name that it passed. */
export async function trayOf(watcher: FakeWatcher, index = 0): Promise<TrayOfApp> {
  await until(() => watcher.items.length > index)
  const { sender, item: given } = watcher.items[index] ?? { sender: '', item: '' }
  const [destination, path] = given.startsWith('/') ? [sender, given] : [given, '/StatusNotifierItem']
  const call = (of: { path: string; interface: string; member: string; signature?: string; body?: unknown[] }) =>
    watcher.service.call({ destination, ...of })

  async function properties() {
    const [all] = await call({
      path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'GetAll',
      signature: 's',
      body: [item],
    })
    return membersOf(all)
  }
  async function layout() {
    const menuPath = String((await properties())['Menu'])
    await call({ path: menuPath, interface: menu, member: 'AboutToShow', signature: 'i', body: [0] }).catch(() => [])
    const [, root] = await call({
      path: menuPath,
      interface: menu,
      member: 'GetLayout',
      signature: 'iias',
      body: [0, -1, []],
    })
    const children = Array.isArray(root) && Array.isArray(root[2]) ? root[2] : []
    return {
      menuPath,
      rows: children.map((child) => {
        const [id, of] = listOf(unwrapped(child))
        return { id: Number(id), label: String(membersOf(of)['label'] ?? '') }
      }),
    }
  }
  return {
    properties,
    async tooltip() {
      const { ToolTip } = await properties()
      return listOf(ToolTip).slice(2).map(String).join('')
    },
    rows: async () => (await layout()).rows.map(({ label }) => label),
    async click(label) {
      const { menuPath, rows } = await layout()
      const row = rows.find((each) => each.label === label)
      if (row === undefined) throw new Error(`no row ${label} among ${rows.map((each) => each.label).join(' | ')}`)
      await call({
        path: menuPath,
        interface: menu,
        member: 'Event',
        signature: 'isvu',
        body: [row.id, 'clicked', new Variant('s', ''), 0],
      })
    },
  }
}

/** How many entries of this service the session's keychain holds. */
export async function countKeys(bus: BusService, service: string): Promise<number> {
  const [unlocked] = await bus.call({
    destination: 'org.freedesktop.secrets',
    path: '/org/freedesktop/secrets',
    interface: 'org.freedesktop.Secret.Service',
    member: 'SearchItems',
    signature: 'a{ss}',
    body: [{ service }],
  })
  return listOf(unlocked).length
}

export async function until(holds: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  for (const began = performance.now(); !(await holds()); ) {
    if (performance.now() - began > limitMs) throw new Error('it did not come about')
    await new Promise((resolve) => setTimeout(resolve, 50)) // what is waited for tells nobody
  }
}

function unwrapped(value: unknown): unknown {
  return value instanceof Variant ? unwrapped(value.value) : value
}

function membersOf(value: unknown): { readonly [name: string]: unknown } {
  const object = unwrapped(value)
  if (typeof object !== 'object' || object === null) return {}
  return Object.fromEntries(Object.entries(object).map(([name, member]) => [name, unwrapped(member)]))
}

function listOf(value: unknown): readonly unknown[] {
  const list = unwrapped(value)
  return Array.isArray(list) ? list.map(unwrapped) : []
}
