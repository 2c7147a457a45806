import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchFile } from '#agent/system/watchers/file-watcher.ts'
import { aFolder } from '#test/support/a-folder.ts'

/** Acts until it was told: arming takes a moment, and no test knows how long. */
async function isToldOf(path: string, act: (turn: number) => Promise<void>): Promise<number> {
  const tell = vi.fn()
  onTestFinished(watchFile(path, tell))
  let turn = 0
  await vi.waitFor(
    async () => {
      await act(turn++)
      expect(tell).toHaveBeenCalled()
    },
    { timeout: 5000, interval: 50 },
  )
  return tell.mock.calls.length
}

describe('a watched file', () => {
  it('tells when it is written', async () => {
    const path = join(await aFolder(), 'settings')
    await writeFile(path, 'a')
    expect(await isToldOf(path, (turn) => writeFile(path, `b${turn}`))).toBeGreaterThan(0)
  })

  it('tells when it comes, in a folder that was not there', async () => {
    const folder = join(await aFolder(), 'etc')
    const path = join(folder, 'settings')
    const told = isToldOf(path, async (turn) => {
      await mkdir(folder, { recursive: true })
      await writeFile(path, `b${turn}`)
    })
    expect(await told).toBeGreaterThan(0)
  })

  it('tells again after it was replaced by another file', async () => {
    const folder = await aFolder()
    const path = join(folder, 'settings')
    await writeFile(path, 'a')
    const tell = vi.fn()
    onTestFinished(watchFile(path, tell))
    for (const round of [1, 2]) {
      tell.mockClear()
      await vi.waitFor(
        async () => {
          await writeFile(`${path}.new`, `${round}`)
          await rename(`${path}.new`, path)
          expect(tell).toHaveBeenCalled()
        },
        { timeout: 5000, interval: 50 },
      )
    }
    expect(tell).toHaveBeenCalled()
  })

  it('tells when what a link leads to is written', async () => {
    const folder = await aFolder()
    await mkdir(join(folder, 'usr'))
    await writeFile(join(folder, 'usr/release'), 'a')
    await symlink('usr/release', join(folder, 'release'))
    expect(
      await isToldOf(join(folder, 'release'), (turn) => writeFile(join(folder, 'usr/release'), `${turn}`)),
    ).toBeGreaterThan(0)
  })

  it('tells of entries that come and go, when it is a folder', async () => {
    const folder = join(await aFolder(), 'keys')
    await mkdir(folder)
    expect(await isToldOf(folder, (turn) => writeFile(join(folder, `key${turn}`), ''))).toBeGreaterThan(0)
  })

  it('says nothing of its neighbours, and nothing once it has ended', async () => {
    const folder = await aFolder()
    const path = join(folder, 'settings')
    const neighbour = join(folder, 'other')
    await writeFile(path, 'a')
    const tell = vi.fn()
    const end = watchFile(path, tell)
    onTestFinished(end)
    expect(await isToldOf(neighbour, (turn) => writeFile(neighbour, `${turn}`))).toBeGreaterThan(0)
    expect(tell).not.toHaveBeenCalled()
    end()
    expect(await isToldOf(path, (turn) => writeFile(path, `${turn}`))).toBeGreaterThan(0)
    expect(tell).not.toHaveBeenCalled()
    await rm(path)
  })
})
