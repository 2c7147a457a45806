import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { autostartOnLinux, autostartPort, isInForce, startEntry } from '#agent/shell/autostart.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { app, fakeElectron } from '#test/support/fake-electron.ts'

const entry = '[Desktop Entry]\nType=Application\nName=Postern\nExec=/opt/Postern/postern-agent --background\n'

describe('On Linux', () => {
  let stage: Stage
  let systemFolder: string
  let userFolder: string
  beforeEach(async () => {
    stage = await aStage()
    systemFolder = join(stage.folder, 'system')
    userFolder = join(stage.folder, 'user/autostart')
    await mkdir(systemFolder)
  })
  afterEach(() => stage.end())

  const port = () => autostartOnLinux({ systemFolder, userFolder, program: '/opt/Postern/postern-agent' })
  const state = async () => (await port().state()).state
  const install = (text = entry) => writeFile(join(systemFolder, 'dev.postern.agent.desktop'), text)
  async function override(text: string): Promise<void> {
    await mkdir(userFolder, { recursive: true })
    await writeFile(join(userFolder, 'dev.postern.agent.desktop'), text)
  }
  const own = () => readFile(join(userFolder, 'dev.postern.agent.desktop'), 'utf8').catch(() => undefined)

  it('without an entry it does not start', async () => {
    expect(await state()).toBe('off')
  })

  it('installed for everybody it starts, unless the person took it away', async () => {
    await install()
    expect(await state()).toBe('on')
    await override('[Desktop Entry]\nHidden=true\n')
    expect(await state()).toBe('off')
    await override(`${entry}X-GNOME-Autostart-enabled=false\n`)
    expect(await state()).toBe('off')
    await override(entry)
    expect(await state()).toBe('on')
  })

  it('is switched off above the entry for everybody, and on by taking that away', async () => {
    await install()
    await port().change(false)
    expect(await own()).toContain('Hidden=true')
    expect(await state()).toBe('off')
    await port().change(true)
    expect(await own()).toBeUndefined()
    expect(await state()).toBe('on')
  })

  it('is switched on by an entry of the person where there is none for everybody', async () => {
    await port().change(true)
    expect(await own()).toBe(startEntry('/opt/Postern/postern-agent'))
    expect(await state()).toBe('on')
    await port().change(false)
    expect(await own()).toBeUndefined()
  })

  it('is switched on above an entry for everybody that is hidden', async () => {
    await install(`${entry}Hidden=true\n`)
    expect(await state()).toBe('off')
    await port().change(true)
    expect(await state()).toBe('on')
  })

  it('says why it cannot be changed', async () => {
    await writeFile(join(stage.folder, 'user'), 'a file in the place of the folder')
    await expect(port().change(true)).rejects.toMatchObject({ code: 'state_unwritable' })
  })
})

describe('A desktop entry', () => {
  it.each([
    ['[Desktop Entry]\nHidden = true \n', false],
    ['[Desktop Entry]\nHidden=false\n', true],
    ['[Desktop Entry]\n#Hidden=true\n', true],
    ['[Desktop Action x]\nHidden=true\n[Desktop Entry]\nName=a\n', true],
    ['[Desktop Entry]\nName=a\n[Desktop Action x]\nHidden=true\n', true],
    ['Hidden=true', false],
    ['', false],
  ])('%j is in force: %s', (text, is) => {
    expect(isInForce(text)).toBe(is)
  })

  it('quotes the program, so that no folder name is more than a name', () => {
    expect(startEntry('/home/a b/$HOME/`x`/"y"/100%/c\\d')).toContain(
      'Exec="/home/a b/\\\\$HOME/\\\\`x\\\\`/\\\\"y\\\\"/100%%/c\\\\\\\\d" --background\n',
    )
  })
})

describe('Elsewhere', () => {
  beforeEach(() => {
    fakeElectron.reset()
    app.isPackaged = true
  })
  const given = async (os: 'macos' | 'windows', settings: object) => {
    fakeElectron.answer('app.getLoginItemSettings', settings)
    return (await autostartPort(os, '/home/a').state()).state
  }

  it('macOS says when the person has to allow it', async () => {
    expect(await given('macos', { status: 'enabled' })).toBe('on')
    expect(await given('macos', { status: 'not-registered' })).toBe('off')
    expect(await given('macos', { status: 'requires-approval' })).toBe('requires-approval')
  })

  it('Windows says when the person switched it off', async () => {
    expect(await given('windows', { openAtLogin: true, executableWillLaunchAtLogin: true })).toBe('on')
    expect(await given('windows', { openAtLogin: true, executableWillLaunchAtLogin: false })).toBe(
      'switched-off-by-system',
    )
    expect(await given('windows', { openAtLogin: false, executableWillLaunchAtLogin: false })).toBe('off')
  })

  it('starts in the background', async () => {
    await autostartPort('windows', '/home/a').change(true)
    await autostartPort('macos', '/home/a').change(false)
    expect(fakeElectron.calls().map(({ args }) => args[0])).toEqual([
      { openAtLogin: true, args: ['--background'] },
      { openAtLogin: false, type: 'mainAppService', args: ['--background'] },
    ])
  })

  it.each(['macos', 'windows', 'linux'] as const)('an app in development never starts by itself on %s', async (os) => {
    app.isPackaged = false
    expect(await autostartPort(os, '/home/a').state()).toEqual({ state: 'not-here', changeable: false })
    await expect(autostartPort(os, '/home/a').change(true)).rejects.toMatchObject({ code: 'not_here' })
  })
})
