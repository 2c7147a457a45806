import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { autostartOnLinux, autostartPort, isInForce, programToStart, startEntry } from '#agent/shell/autostart.ts'
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

describe('The program that a desktop starts', () => {
  const mounted = '/tmp/.mount_PosterAb/postern'

  it('is the image of an AppImage, whose folder is gone by then', () => {
    const image = { APPIMAGE: '/home/a/Postern.AppImage', APPDIR: '/tmp/.mount_PosterAb' }
    expect(programToStart(mounted, image)).toBe('/home/a/Postern.AppImage')
  })

  it.each([
    [{}],
    [{ APPIMAGE: '/home/a/Terminal.AppImage', APPDIR: '/tmp/.mount_TermXy' }],
    [{ APPIMAGE: '/home/a/Terminal.AppImage' }],
    [{ APPIMAGE: 'Postern.AppImage', APPDIR: '/tmp/.mount_PosterAb' }],
    [{ APPIMAGE: '/home/a/Other.AppImage', APPDIR: '/tmp/.mount_Poster' }],
  ])('is the program itself with %j', (environment) => {
    expect(programToStart(mounted, environment)).toBe(mounted)
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
    const none = { launchItems: [] }
    expect(await given('windows', { openAtLogin: true, executableWillLaunchAtLogin: true, ...none })).toBe('on')
    expect(await given('windows', { openAtLogin: true, executableWillLaunchAtLogin: false, ...none })).toBe(
      'switched-off-by-system',
    )
    expect(await given('windows', { openAtLogin: false, executableWillLaunchAtLogin: false, ...none })).toBe('off')
  })

  it("Windows says when the installer's own entry was switched off, which only the system can switch on again", async () => {
    const item = { name: 'Postern', path: 'C:\\Postern\\Postern.exe', args: ['--background'], scope: 'machine' }
    const state = (enabled: boolean) => {
      fakeElectron.answer('app.getLoginItemSettings', {
        openAtLogin: false,
        executableWillLaunchAtLogin: enabled,
        launchItems: [{ ...item, enabled }],
      })
      return autostartPort('windows', '/home/a').state()
    }
    expect(await state(false)).toEqual({ state: 'switched-off-by-system', changeable: false })
    expect(await state(true)).toEqual({ state: 'on', changeable: false })
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
