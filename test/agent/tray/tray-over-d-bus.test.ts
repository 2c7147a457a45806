import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { aMessageBus, busDaemon } from '#test/support/a-message-bus.ts'
import { aMockTrayItem } from '#test/support/a-mock-tray-item.ts'
import { fakeStatusNotifierWatcher } from '#test/support/fake-status-notifier-watcher.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'
import { trayOf } from '../../electron/a-tray.ts'

// What drives the tray of the app over D-Bus, tried on an item that is no app: where there is no Electron it is still known
// to find rows and to click them.

const missing = whatIsMissing([busDaemon])

async function aSessionWithItem() {
  const bus = await aMessageBus(await aFolder())
  onTestFinished(() => bus.stop())
  const watcher = await fakeStatusNotifierWatcher(bus.address)
  onTestFinished(() => watcher.service.end())
  await watcher.appear(true)
  const item = await aMockTrayItem(bus.address, {
    tooltip: 'All 5 checks pass',
    labels: ['All 5 checks pass', '', 'Quit'],
  })
  onTestFinished(() => item.service.end())
  return { watcher, item }
}

describe('The scripts for a tray over D-Bus, on a mock item', () => {
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })

  it('find the item by the name that it passed, its tooltip and its rows', async () => {
    const { watcher } = await aSessionWithItem()
    expect(watcher.items.map(({ item }) => item)).toEqual(['org.kde.StatusNotifierItem-1-1'])
    const tray = await trayOf(watcher)
    expect(await tray.tooltip()).toBe('All 5 checks pass')
    expect(await tray.rows()).toEqual(['All 5 checks pass', '', 'Quit'])
  })

  it('click a row by its label, and no other', async () => {
    const { watcher, item } = await aSessionWithItem()
    await (await trayOf(watcher)).click('Quit')
    expect(item.clicked).toEqual(['Quit'])
  })

  it('say which rows there are where one is missing', async () => {
    const { watcher, item } = await aSessionWithItem()
    await expect((await trayOf(watcher)).click('Open')).rejects.toThrow('All 5 checks pass |  | Quit')
    expect(item.clicked).toEqual([])
  })
})
