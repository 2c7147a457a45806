import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import { cachedSettings, keepSettings } from '#agent/shell/cached-settings.ts'
import { logFile } from '#agent/shell/log-file.ts'
import { openWindowState, usualSize } from '#agent/shell/window-state.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await aStage()
})
afterEach(() => stage.end())

describe('The settings of the last start', () => {
  it('are the safe ones where none were kept', () => {
    expect(cachedSettings(stage.folder)).toEqual({ hardwareAcceleration: false })
    for (const text of ['', 'null', '[]', '{"hardwareAcceleration": "true"}', '{"hardwareAcceleration": 1}']) {
      writeFileSync(join(stage.folder, 'managed-cache.json'), text)
      expect(cachedSettings(stage.folder)).toEqual({ hardwareAcceleration: false })
    }
  })

  it('are known at the next', async () => {
    await keepSettings(stage.folder, { ...unmanaged, values: { ...unmanaged.values, HardwareAcceleration: true } })
    expect(cachedSettings(stage.folder)).toEqual({ hardwareAcceleration: true })
    await keepSettings(stage.folder, unmanaged)
    expect(cachedSettings(stage.folder)).toEqual({ hardwareAcceleration: false })
  })

  it('that cannot be kept cost nothing else', async () => {
    await expect(keepSettings(join(stage.folder, 'not', 'there'), unmanaged)).resolves.toBeUndefined()
  })
})

describe('The log', () => {
  it('is three files of at most one megabyte', () => {
    const folder = join(stage.folder, 'log')
    const log = logFile(folder)
    const line = `${'x'.repeat(99_999)}\n`
    for (let count = 0; count < 45; count += 1) log.write(line)
    expect(readdirSync(folder).sort()).toEqual(['agent.1.log', 'agent.2.log', 'agent.log'])
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000_000)
    expect(statSync(join(folder, 'agent.log')).mode & 0o777).toBe(0o600)
  })

  it('goes on where it was', () => {
    logFile(stage.folder).write('one\n')
    logFile(stage.folder).write('two\n')
    expect(readFileSync(join(stage.folder, 'agent.log'), 'utf8')).toBe('one\ntwo\n')
  })

  it('that cannot be written is lost without a word', () => {
    const folder = join(stage.folder, 'file')
    writeFileSync(folder, '')
    const log = logFile(folder)
    expect(() => log.write('lost\n')).not.toThrow()
  })
})

describe('The size of the window', () => {
  it('is kept for the next time', async () => {
    const path = join(stage.folder, 'window.json')
    const state = await openWindowState(path)
    expect(state.size()).toEqual(usualSize)
    state.keep({ width: 700, height: 500 })
    await expect.poll(async () => (await openWindowState(path)).size()).toEqual({ width: 700, height: 500 })
  })

  it('is the usual one where what was kept is of no use', async () => {
    const path = join(stage.folder, 'window.json')
    for (const text of ['', '{}', '{"version":2,"width":500,"height":500}', '{"version":1,"width":9,"height":1e9}']) {
      writeFileSync(path, text)
      expect((await openWindowState(path)).size()).toEqual(usualSize)
    }
    const state = await openWindowState(path)
    state.keep({ width: 3, height: 3 })
    expect(state.size()).toEqual(usualSize)
  })
})
