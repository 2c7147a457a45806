import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chosenBelow, ownSettings } from '#agent/window-api/own-settings.ts'
import { chosenSettings, usualQuietHours } from '#contract/agent-windows.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

async function aPath(): Promise<string> {
  return join(await aFolder(), 'settings.json')
}

describe('Settings that nobody has changed yet', () => {
  it('are the usual ones, and write no file', async () => {
    const path = await aPath()
    const settings = ownSettings(path, silentLog)
    await settings.open()
    expect(chosenSettings.safeParse(settings.read()).success).toBe(true)
    expect(settings.read()).toMatchObject({ language: null, notifications: 'normal', quiet_hours: usualQuietHours })
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('Settings that a person changes', () => {
  it('are the same after a start', async () => {
    const path = await aPath()
    await ownSettings(path, silentLog).change({ language: 'de', quiet_hours: null })
    const again = ownSettings(path, silentLog)
    await again.open()
    expect(again.read()).toMatchObject({ language: 'de', quiet_hours: null, notifications: 'normal' })
  })

  it('keep every change where several come at once', async () => {
    const settings = ownSettings(await aPath(), silentLog)
    await Promise.all([
      settings.change({ language: 'de' }),
      settings.change({ notifications: 'quiet' }),
      settings.change({ quiet_hours: null }),
    ])
    expect(settings.read()).toMatchObject({ language: 'de', notifications: 'quiet', quiet_hours: null })
  })

  it('are told once they are on disk, until nobody listens', async () => {
    const path = await aPath()
    const settings = ownSettings(path, silentLog)
    const told: unknown[] = []
    const end = settings.onChange(() => told.push(settings.read().language))
    await settings.change({ language: 'de' })
    end()
    await settings.change({ language: 'en' })
    expect(told).toEqual(['de'])
  })

  it('stay as they were where the disk takes nothing, and the next change goes through', async () => {
    const folder = await aFolder()
    const settings = ownSettings(join(folder, 'state', 'settings.json'), silentLog)
    await writeFile(join(folder, 'state'), 'a file in the place of the folder')
    await expect(settings.change({ language: 'de' })).rejects.toMatchObject({
      code: expect.stringMatching(/^state_un(read|writ)able$/),
    })
    expect(settings.read().language).toBeNull()
  })
})

describe('A settings file that cannot be used', () => {
  it('of a newer Postern leaves the usual settings in force, and is never overwritten', async () => {
    const path = await aPath()
    const newer = JSON.stringify({ version: 99, language: 'fr' })
    await writeFile(path, newer)
    const settings = ownSettings(path, silentLog)
    await settings.open()
    expect(settings.read().notifications).toBe('normal')
    await expect(settings.change({ language: 'de' })).rejects.toMatchObject({ code: 'state_too_new' })
    expect(await readFile(path, 'utf8')).toBe(newer)
  })

  it.each(['{', '[]', '{"version":1}', '{"version":1,"language":"xx"}'])(
    'as %s does not hinder a start',
    async (text) => {
      const path = await aPath()
      await writeFile(path, text)
      const settings = ownSettings(path, silentLog)
      await settings.open()
      expect(settings.read().language).toBeNull()
    },
  )

  it('that is a folder does not hinder a start', async () => {
    const path = await aPath()
    await mkdir(path)
    const settings = ownSettings(path, silentLog)
    await settings.open()
    expect(settings.read().language).toBeNull()
  })
})

describe("A person's choice beneath what the organisation sets", () => {
  it('names the language where one was chosen', () => {
    const settings = ownSettings('/nowhere/settings.json', silentLog)
    expect(chosenBelow(settings.read())).toEqual({ Notifications: 'normal' })
    expect(chosenBelow({ ...settings.read(), language: 'de' })).toEqual({ Notifications: 'normal', Language: 'de' })
  })
})
