import { Variant } from '@jellybrick/dbus-next'
import { aBusService, type BusService } from './a-bus-service.ts'

/** A tray icon on the bus without a program behind it: what an app registers, with rows that remember being clicked. */
export type MockTrayItem = { readonly clicked: readonly string[]; readonly service: BusService }

const itemName = 'org.kde.StatusNotifierItem-1-1'
const itemPath = '/StatusNotifierItem'
const menuPath = '/MenuBar'

/** Registers with the watcher of the bus by a name of its own, as libraries do. `''` among the labels is a separator. */
export async function aMockTrayItem(
  address: string,
  { tooltip, labels }: { readonly tooltip: string; readonly labels: readonly string[] },
): Promise<MockTrayItem> {
  const service = await aBusService(address)
  const clicked: string[] = []
  const properties = {
    Category: new Variant('s', 'ApplicationStatus'),
    Menu: new Variant('o', menuPath),
    ToolTip: new Variant('(sa(iiay)ss)', ['', [], tooltip, '']),
  }
  service.serve(itemPath, 'org.freedesktop.DBus.Properties', {
    method: (member) => (member === 'GetAll' ? { signature: 'a{sv}', body: [properties] } : undefined),
  })
  const row = (label: string, at: number) =>
    new Variant('(ia{sv}av)', [at + 1, label === '' ? separator : named(label), []])
  service.serve(menuPath, 'com.canonical.dbusmenu', {
    method(member, [id, event]) {
      if (member === 'AboutToShow') return { signature: 'b', body: [false] }
      if (member === 'GetLayout') return { signature: 'u(ia{sv}av)', body: [1, [0, {}, labels.map(row)]] }
      if (member !== 'Event') return undefined
      if (event === 'clicked') clicked.push(labels[Number(id) - 1] ?? 'no such row')
      return { signature: '', body: [] }
    },
  })
  await service.own(itemName)
  await service.call({
    destination: 'org.kde.StatusNotifierWatcher',
    path: '/StatusNotifierWatcher',
    interface: 'org.kde.StatusNotifierWatcher',
    member: 'RegisterStatusNotifierItem',
    signature: 's',
    body: [itemName],
  })
  return { clicked, service }
}

const separator = { type: new Variant('s', 'separator') }
const named = (label: string) => ({ label: new Variant('s', label) })
