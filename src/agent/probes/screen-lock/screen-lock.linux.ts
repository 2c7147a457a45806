import type { Machine } from '#agent/machine/machine.ts'
import { timer } from '#agent/probes/linux/paces.ts'
import { isRunning, runningPrograms } from '#agent/probes/linux/running-programs.linux.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import {
  cinnamonLock,
  type GSettings,
  gnomeLock,
  judgeGsettings,
  type LockSchemas,
  mateLock,
  parseGsettings,
} from './gsettings-lock.ts'
import { judgeKscreenlocker } from './kscreenlocker.ts'
import { judgeXfce } from './xfce4-screensaver.ts'

type Answer = Promise<Reading<SignalValues['screen-lock']>>
type Desktop = {
  readonly ask: (machine: Machine) => Answer
  readonly inputs: (machine: Machine) => Promise<readonly string[]>
}

const gsettings = (schemas: LockSchemas): Desktop => ({
  ask: (machine) => askGsettings(machine, schemas),
  inputs: dconfFiles,
})

/** Desktops by their name in `XDG_CURRENT_DESKTOP` (freedesktop.org, "registered OnlyShowIn environments"). */
const desktops: { readonly [name: string]: Desktop } = {
  GNOME: gsettings(gnomeLock),
  'X-Cinnamon': gsettings(cinnamonLock),
  Cinnamon: gsettings(cinnamonLock),
  MATE: gsettings(mateLock),
  KDE: { ask: askKde, inputs: async (machine) => Object.values(kdeFiles(machine)) },
  XFCE: { ask: askXfce, inputs: async () => ['/proc'] }, // whether its saver still runs is told by no file
}

/**
 * Asks who locks the screen, then its settings: without a desktop `gsettings` prints defaults that mean nothing. Window
 * managers that leave locking to programs of the user's choice stay unknown.
 */
export const screenLockOnLinux: Probe<'screen-lock'> = {
  signal: 'screen-lock',
  os: 'linux',
  cost: 'light',
  watches: [
    { on: 'file', path: '~/.config/dconf/user' },
    { on: 'file', path: '~/.config/kscreenlockerrc' },
    { on: 'd-bus', bus: 'session', name: 'org.xfce.Xfconf' },
    timer('light'),
  ],

  async inputs(machine) {
    const desktop = desktopOf(machine)
    return typeof desktop === 'string' ? [] : desktop.inputs(machine)
  },

  async take(machine) {
    const desktop = desktopOf(machine)
    return typeof desktop === 'string' ? unknown(desktop, 'session') : desktop.ask(machine)
  },
}

function desktopOf(machine: Machine): Desktop | 'not-present' | 'not-supported-here' {
  const names =
    machine
      .environment('XDG_CURRENT_DESKTOP')
      ?.split(':')
      .filter((name) => name !== '') ?? []
  if (names.length === 0) return 'not-present'
  // Some shells call themselves GNOME too and lock in their own way.
  if (names.some((name) => ['Unity', 'Budgie', 'Pantheon', 'COSMIC', 'Deepin'].includes(name)))
    return 'not-supported-here'
  const name = names.find((each) => Object.hasOwn(desktops, each))
  return (name === undefined ? undefined : desktops[name]) ?? 'not-supported-here'
}

async function askGsettings(machine: Machine, schemas: LockSchemas): Answer {
  const [screensaver, session, lockdown] = await Promise.all(
    [schemas.screensaver, schemas.session, schemas.lockdown].map((schema) => listSettings(machine, schema)),
  )
  if (screensaver?.kind !== 'found') return unknown(screensaver?.why ?? 'failed', 'gsettings')
  if (session?.kind !== 'found') return unknown(session?.why ?? 'failed', 'gsettings')
  if (lockdown?.kind !== 'found') return unknown(lockdown?.why ?? 'failed', 'gsettings')
  return judgeGsettings(schemas, {
    screensaver: screensaver.settings,
    session: session.settings,
    lockdown: lockdown.settings,
  })
}

type Listed =
  | { readonly kind: 'found'; readonly settings: GSettings }
  | { readonly kind: 'unread'; readonly why: Parameters<typeof unknown>[0] }

async function listSettings(machine: Machine, schema: string): Promise<Listed> {
  const ran = await machine.run('gsettings', ['list-recursively', schema])
  if (ran.kind !== 'ran') return { kind: 'unread', why: whyUnread(ran) }
  if (ran.code !== 0) return { kind: 'unread', why: 'failed' }
  // Without its store GLib answers with defaults and says so; other text on stderr is normal.
  if (/\bUsing the 'memory' GSettings backend\b/.test(ran.stderr)) return { kind: 'unread', why: 'incomplete' }
  const settings = parseGsettings(ran.stdout, schema)
  return settings === undefined ? { kind: 'unread', why: 'unrecognised-output' } : { kind: 'found', settings }
}

async function askKde(machine: Machine): Answer {
  const paths = kdeFiles(machine)
  const [system, user] = await Promise.all([machine.readText(paths.system), machine.readText(paths.user)])
  for (const file of [system, user]) {
    if (file.kind !== 'found' && file.kind !== 'absent') return unknown(whyUnread(file), 'kscreenlockerrc')
  }
  return judgeKscreenlocker({
    system: system.kind === 'found' ? system.content : undefined,
    user: user.kind === 'found' ? user.content : undefined,
  })
}

async function askXfce(machine: Machine): Answer {
  const programs = await runningPrograms(machine)
  if (!isRunning(programs, 'xfce4-screensaver')) return unknown('not-supported-here', 'session') // another one locks, or none
  const ran = await machine.run('xfconf-query', ['-c', 'xfce4-screensaver', '-l', '-v'])
  if (ran.kind !== 'ran') return unknown(whyUnread(ran), 'xfconf')
  return ran.code === 0 ? judgeXfce(ran.stdout) : unknown('failed', 'xfconf')
}

function kdeFiles(machine: Machine): { readonly system: string; readonly user: string } {
  return { system: '/etc/xdg/kscreenlockerrc', user: `${configFolder(machine)}/kscreenlockerrc` }
}

function configFolder(machine: Machine): string {
  return machine.environment('XDG_CONFIG_HOME') ?? `${machine.host().home}/.config`
}

/** What GSettings answers from: the user's store, the administrator's, and the defaults of the schemas. */
async function dconfFiles(machine: Machine): Promise<readonly string[]> {
  const listed = await machine.list('/etc/dconf/db')
  const stores = listed.kind === 'found' ? listed.content.map((name) => `/etc/dconf/db/${name}`) : []
  return [
    `${configFolder(machine)}/dconf/user`,
    '/etc/dconf/profile/user',
    '/etc/dconf/db',
    ...stores,
    '/usr/share/glib-2.0/schemas/gschemas.compiled',
  ]
}
