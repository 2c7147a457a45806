import type { Machine } from '#agent/machine/machine.ts'

type Place = string | { readonly folder: string; readonly isRead: (name: string) => boolean }

const settings: readonly Place[] = [
  '/etc/apt/apt.conf',
  { folder: '/etc/apt/apt.conf.d', isRead: (name) => /^[\w-]+(\.conf)?$/.test(name) },
]
const packages: readonly Place[] = [
  ...settings,
  '/etc/apt/sources.list',
  { folder: '/etc/apt/sources.list.d', isRead: (name) => /\.(list|sources)$/.test(name) },
  '/etc/apt/preferences',
  { folder: '/etc/apt/preferences.d', isRead: (name) => /^[\w-]+(\.pref)?$/.test(name) },
  { folder: '/var/lib/apt/lists', isRead: (name) => name.includes('_dists_') },
  '/var/lib/dpkg/status',
]
const places = { settings, packages } as const

/**
 * Whether apt's answer leaves out something that this user may not read. apt passes over such files with exit code 0
 * (apt.conf(5) and sources.list(5) name those it reads), so its answer would depend on who asks.
 */
export async function isHiddenFromApt(machine: Machine, what: keyof typeof places): Promise<boolean> {
  const found = await Promise.all(places[what].map((place) => isHidden(machine, place)))
  return found.includes(true)
}

async function isHidden(machine: Machine, place: Place): Promise<boolean> {
  if (typeof place === 'string') return (await machine.readBytes(place, 1)).kind === 'denied'
  const listed = await machine.list(place.folder)
  if (listed.kind !== 'found') return listed.kind === 'denied'
  const files = listed.content.filter(place.isRead).map((name) => isHidden(machine, `${place.folder}/${name}`))
  return (await Promise.all(files)).includes(true)
}
