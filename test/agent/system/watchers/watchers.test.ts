import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchersOf } from '#agent/system/watchers/watchers.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLinuxMachine } from '#test/support/a-linux-machine.ts'

describe('watches of a machine', () => {
  it.each([
    ['the home', '~/settings', (folder: string) => ({ home: folder })],
    ['the configuration', '~/.config/settings', (folder: string) => ({ environment: { XDG_CONFIG_HOME: folder } })],
  ] as const)('know where %s of the user is', async (_, path, machine) => {
    const folder = await aFolder()
    const tell = vi.fn()
    onTestFinished(watchersOf(aLinuxMachine(machine(folder)))({ on: 'file', path }, tell))
    await vi.waitFor(
      async () => {
        await writeFile(join(folder, 'settings'), `${Math.random()}`)
        expect(tell).toHaveBeenCalled()
      },
      { timeout: 5000, interval: 50 },
    )
  })

  it('that nothing can keep yet are silent, and can be ended', () => {
    const begin = watchersOf(aLinuxMachine())
    const tell = vi.fn()
    begin({ on: 'd-bus', bus: 'system', name: 'org.freedesktop.systemd1' }, tell)()
    begin({ on: 'registry', key: 'HKLM' }, tell)()
    begin({ on: 'session', change: 'woken' }, tell)()
    begin({ on: 'timer', calmSeconds: 900, urgentSeconds: 5 }, tell)()
    expect(tell).not.toHaveBeenCalled()
  })
})
