import type { Found, Machine } from '#agent/machine/machine.ts'
import { timer } from '#agent/probes/linux/paces.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { observed, type Reading, type UnknownReason, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import {
  type LoginSetting,
  type ReadLoginSettings,
  readGdm,
  readGetty,
  readGreetd,
  readLightdm,
  readSddm,
} from './login-settings.ts'

/** A login program: its files, weakest first. A folder stands for its files that `isOurs` picks, in the order of names. */
type LoginProgram = {
  readonly name: string
  readonly places: readonly (string | { readonly folder: string; readonly isOurs: (name: string) => boolean })[]
  readonly read: ReadLoginSettings
}

const isConf = (name: string): boolean => name.endsWith('.conf')
const gettyUnit = /^((serial-|console-|container-)?getty|autovt)(@[^/]*)?\.service$/
const gettyFolder = /^((serial-|console-|container-)?getty|autovt)(@[^/]*)?\.service\.d$/
const unitFolders = [
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/system',
  '/etc/systemd/system',
] as const

/** Whether a program is installed is not asked: its settings decide once it is, and the answer must not depend on rights. */
const loginPrograms: readonly LoginProgram[] = [
  ...['/etc/gdm3/daemon.conf', '/etc/gdm3/custom.conf', '/etc/gdm/custom.conf'].map((path) => ({
    name: 'gdm',
    places: [path],
    read: readGdm,
  })),
  ...['sddm', 'plasmalogin'].map((name) => ({
    name,
    places: [
      { folder: `/usr/lib/${name}/${name}.conf.d`, isOurs: isConf },
      { folder: `/etc/${name}.conf.d`, isOurs: isConf },
      `/etc/${name}.conf`,
    ],
    read: readSddm,
  })),
  {
    name: 'lightdm',
    places: [
      { folder: '/usr/share/lightdm/lightdm.conf.d', isOurs: isConf },
      { folder: '/etc/xdg/lightdm/lightdm.conf.d', isOurs: isConf },
      { folder: '/etc/lightdm/lightdm.conf.d', isOurs: isConf },
      '/etc/lightdm/lightdm.conf',
    ],
    read: readLightdm,
  },
  { name: 'greetd', places: ['/etc/greetd/config.toml'], read: readGreetd },
]

/** Asks every login program whether starting the machine signs somebody in without a password. */
export const automaticLoginOnLinux: Probe<'automatic-login'> = {
  signal: 'automatic-login',
  os: 'linux',
  cost: 'light',
  watches: [
    ...[
      '/etc/gdm3',
      '/etc/gdm',
      '/etc/sddm.conf',
      '/etc/sddm.conf.d',
      '/etc/lightdm',
      '/etc/greetd',
      '/etc/systemd/system',
    ].map((path) => ({ on: 'file', path }) as const),
    timer('light'),
  ],

  async inputs(machine) {
    const programs = [...loginPrograms, ...(await gettyPrograms(machine))]
    const found = await Promise.all(programs.flatMap(({ places }) => places.map((place) => pathsOf(machine, place))))
    const folders = programs.flatMap(({ places }) =>
      places.map((place) => (typeof place === 'string' ? place : place.folder)),
    )
    return [...new Set([...unitFolders, ...folders, ...found.flatMap(({ paths }) => paths)])]
  },

  async take(machine) {
    const getty = await gettyPrograms(machine)
    return judgeAutomaticLogin(await Promise.all([...loginPrograms, ...getty].map((program) => ask(machine, program))))
  },
}

/** What one login program came to; `why` where some of its files could not be read. */
export type Asked = { readonly name: string; readonly setting: LoginSetting; readonly why?: UnknownReason }

/** One proven way is `on`; `off` only if every file that is there was read and says no. */
export function judgeAutomaticLogin(programs: readonly Asked[]): Reading<SignalValues['automatic-login']> {
  const guests = programs.map(({ setting }) => setting.guest).filter((guest) => guest !== undefined)
  const guest = guests.length === 0 ? {} : { guest: guests.includes(true) }
  const proven = programs.find(({ setting }) => setting.signsIn === 'yes')
  if (proven !== undefined) return observed({ state: 'on', ...guest }, proven.name)
  const unread = programs.find(({ why }) => why !== undefined)
  if (unread?.why !== undefined) return unknown(unread.why, unread.name)
  const unclear = programs.find(({ setting }) => setting.signsIn === 'unclear')
  if (unclear !== undefined) return unknown('unrecognised-output', unclear.name)
  return observed({ state: 'off', ...guest }, 'login-settings')
}

async function ask(machine: Machine, { name, places, read }: LoginProgram): Promise<Asked> {
  const found = await Promise.all(places.map((place) => pathsOf(machine, place)))
  const files = await Promise.all(found.flatMap(({ paths }) => paths).map((path) => machine.readText(path)))
  const setting = read(files.flatMap((file) => (file.kind === 'found' ? [file.content] : [])))
  const why = [...found.map((part) => part.why), ...files.map(whyOf)].find((reason) => reason !== undefined)
  return { name, setting, ...(why === undefined ? {} : { why }) }
}

type Paths = { readonly paths: readonly string[]; readonly why?: UnknownReason }

async function pathsOf(machine: Machine, place: LoginProgram['places'][number]): Promise<Paths> {
  if (typeof place === 'string') return { paths: [place] }
  const listed = await machine.list(place.folder)
  const why = whyOf(listed)
  const names = listed.kind === 'found' ? listed.content.filter(place.isOurs) : []
  return { paths: names.map((name) => `${place.folder}/${name}`), ...(why === undefined ? {} : { why }) }
}

/** Units of getty, and the folders of their drop-ins, wherever systemd looks. */
async function gettyPrograms(machine: Machine): Promise<readonly LoginProgram[]> {
  const isOurs = (name: string) => gettyUnit.test(name)
  const listed = await Promise.all(unitFolders.map((folder) => machine.list(folder)))
  return unitFolders.map((folder, index) => {
    const names = listed[index]?.kind === 'found' ? listed[index].content : []
    const dropIns = names
      .filter((name) => gettyFolder.test(name))
      .map((name) => ({ folder: `${folder}/${name}`, isOurs: isConf }))
    return { name: 'getty', places: [{ folder, isOurs }, ...dropIns], read: readGetty }
  })
}

/** A file that is absent has said all it can. */
function whyOf(file: Found<unknown>): UnknownReason | undefined {
  return file.kind === 'found' || file.kind === 'absent' ? undefined : whyUnread(file)
}
