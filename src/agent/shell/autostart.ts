import { readFile, rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { app } from 'electron'
import type { AutostartPort } from '#agent/ports.ts'
import { Failure } from '#domain/failure.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { fileReason } from '#runtime/file-reason.ts'
import { replaceFile } from '#runtime/state-file.ts'

const entryName = 'dev.postern.agent.desktop'

/** Whether Postern starts with the session, and how to change that. In development nothing may start a build by itself. */
export function autostartPort(os: OperatingSystem, home: string): AutostartPort {
  return app.isPackaged ? ports[os](home) : notHere
}

const notHere: AutostartPort = {
  state: async () => ({ state: 'not-here', changeable: false }),
  change: async () => {
    throw new Failure('not_here', {})
  },
}

const ports: { readonly [System in OperatingSystem]: (home: string) => AutostartPort } = {
  macos: () => ({
    async state() {
      const { status } = app.getLoginItemSettings({ type: 'mainAppService' })
      if (status === 'requires-approval') return { state: 'requires-approval', changeable: true }
      return { state: status === 'enabled' ? 'on' : 'off', changeable: true }
    },
    async change(on) {
      app.setLoginItemSettings({ openAtLogin: on, type: 'mainAppService', args: ['--background'] })
    },
  }),
  windows: () => ({
    async state() {
      const settings = app.getLoginItemSettings({ args: ['--background'] })
      const { openAtLogin, executableWillLaunchAtLogin: isOn, launchItems } = settings
      const isOurs = !launchItems.some(({ scope }) => scope === 'machine') // an installer's entry is not a person's to take
      if (isOn) return { state: 'on', changeable: isOurs }
      const isSwitchedOff = openAtLogin || launchItems.some(({ enabled }) => !enabled)
      return { state: isSwitchedOff ? 'switched-off-by-system' : 'off', changeable: isOurs }
    },
    async change(on) {
      app.setLoginItemSettings({ openAtLogin: on, args: ['--background'] })
    },
  }),
  linux: (home) =>
    autostartOnLinux({
      systemFolder: '/etc/xdg/autostart',
      userFolder: join(app.getPath('appData') || join(home, '.config'), 'autostart'),
      program: programToStart(process.execPath, process.env),
    }),
}

/** An AppImage runs out of a folder that is there while it runs; what can be started is the image (`APPIMAGE`). */
export function programToStart(
  program: string,
  { APPIMAGE: image = '', APPDIR: folder = '' }: { readonly [name: string]: string | undefined },
): string {
  const isInImage = folder !== '' && program.startsWith(`${folder}/`) // else they are of a program that started this one
  return isInImage && isAbsolute(image) ? image : program
}

/**
 * Desktop entries: the package's one for everybody, and one of the person above it. `Hidden=true`, or GNOME's own key,
 * takes an entry away (Desktop Application Autostart Specification).
 */
export function autostartOnLinux(of: {
  readonly systemFolder: string
  readonly userFolder: string
  readonly program: string
}): AutostartPort {
  const own = join(of.userFolder, entryName)
  const readSystem = () => readText(join(of.systemFolder, entryName))
  return {
    async state() {
      const entry = (await readText(own)) ?? (await readSystem())
      return { state: entry !== undefined && isInForce(entry) ? 'on' : 'off', changeable: true }
    },
    async change(on) {
      const system = await readSystem()
      const isInstalled = system !== undefined && isInForce(system)
      try {
        if (on === isInstalled) await rm(own, { force: true })
        else await replaceFile(own, on ? startEntry(of.program) : hiddenEntry)
      } catch (cause) {
        if (cause instanceof Failure) throw cause // it knows its own reason
        throw new Failure('state_unwritable', { file: own, reason: fileReason(cause) }, { cause })
      }
    },
  }
}

/** Whether a desktop that reads this entry starts the program. */
export function isInForce(entry: string): boolean {
  const group = entry.split(/^\[/m).find((part) => part.startsWith('Desktop Entry]')) ?? ''
  const value = (key: string) => new RegExp(`^${key}[ \\t]*=[ \\t]*(.*?)[ \\t]*$`, 'm').exec(group)?.[1]
  return group !== '' && value('Hidden') !== 'true' && value('X-GNOME-Autostart-enabled') !== 'false'
}

/** Quoted as the Desktop Entry Specification says for `Exec`: once for the argument, once for the string. */
export function startEntry(program: string): string {
  const argument = program.replaceAll('%', '%%').replaceAll(/["`$\\]/g, '\\$&')
  const quoted = `"${argument}"`.replaceAll('\\', '\\\\')
  return `[Desktop Entry]\nType=Application\nName=Postern\nExec=${quoted} --background\n`
}

const hiddenEntry = '[Desktop Entry]\nType=Application\nName=Postern\nHidden=true\n'

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined // none, or none that a desktop could read either
  }
}
