import { lastMountAt, type Mount, mountOf } from '#agent/probes/linux/mounts.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { DiskPart, OnOff, SignalValues } from '#domain/signals.ts'
import { type BlockDevice, type BlockDevices, type Encrypted, encryptionOf, weakest } from './block-devices.ts'
import { isZram, type Swap } from './swaps.ts'
import type { ZfsEncryption } from './zfs-encryption.ts'

/** Everything the judgement follows from. Where `mounts` is empty, `lsblk` alone says what is mounted where. */
export type DiskFacts = {
  readonly devices: BlockDevices
  readonly mounts: readonly Mount[]
  /** Undefined where the table could not be read. */
  readonly swaps: readonly Swap[] | undefined
  readonly zfs?: ZfsEncryption
  /** Kernel names of the devices of each btrfs file system. */
  readonly btrfs?: readonly (readonly string[])[]
  /** Kernel names of devices of type `crypt` that only check what they hold. */
  readonly unsealed?: readonly string[]
  /** The user's home is encrypted by fscrypt. */
  readonly isHomeSealed?: boolean
}

const network = ['nfs', 'nfs4', 'cifs', 'smb3', 'ceph', 'glusterfs', 'fuse.sshfs', 'autofs', 'afs']
const memory = ['tmpfs', 'ramfs']
const elsewhere: ReadonlySet<string> = new Set([...network, ...memory, '9p', 'virtiofs'])
const sealedHomes: ReadonlySet<string> = new Set(['ecryptfs', 'fuse.gocryptfs', 'fuse.encfs', 'fuse.cryfs'])
const homeFolder = /^(\/var)?\/home$/
const homeOfSomebody = /^(\/var)?\/home\/[^/]+$/

/** All parts on is `on`, none `off`, else `partial`; a part that could not be judged makes the whole unknown. */
export function judgeDisks(facts: DiskFacts): Reading<SignalValues['disk-encryption']> {
  const source = facts.zfs === undefined ? 'lsblk' : 'zfs'
  const root = encryptionAt(facts, rootPlace(facts))
  const found: { readonly [Part in DiskPart]: Encrypted | undefined } = {
    root: root ?? 'unknown',
    home: homeEncryption(facts, root),
    var: encryptionAt(facts, '/var'),
    swap: swapEncryption(facts),
  }
  const parts: { [Part in DiskPart]?: OnOff } = {}
  for (const part of ['root', 'home', 'var', 'swap'] as const) {
    const state = found[part]
    if (state === 'unknown') return unknown('incomplete', source)
    if (state !== undefined) parts[part] = state
  }
  const states = new Set(Object.values(parts))
  const state = states.size > 1 ? 'partial' : states.has('on') ? 'on' : 'off'
  return observed({ state, parts }, source)
}

/** Image-based systems mount an image of files at `/`; what it is made of lies in `/sysroot`. */
function rootPlace({ mounts }: DiskFacts): string {
  return lastMountAt(mounts, '/')?.source === 'composefs' ? '/sysroot' : '/'
}

/** Of the file system mounted at a place; undefined where there is no mount of its own, or none on a disk of this machine. */
function encryptionAt(facts: DiskFacts, place: string): Encrypted | undefined {
  const mount = lastMountAt(facts.mounts, place)
  if (mount !== undefined && elsewhere.has(mount.type)) return undefined
  if (mount !== undefined && sealedHomes.has(mount.type)) return 'on'
  if (mount?.type === 'zfs') return zfsEncryption(facts, mount.source)
  const devices = [...facts.devices.values()].filter((device) => device.mountedAt.includes(place))
  if (devices.length === 0) return mount === undefined ? undefined : 'unknown'
  const isBtrfs = devices.some((device) => (mount?.type ?? device.fileSystem) === 'btrfs')
  const state = weakest(devices.map((device) => (isBtrfs ? btrfsEncryption(facts, device) : encryption(facts, device))))
  // It can encrypt by itself, and does not say so here.
  return mount?.type === 'bcachefs' && state === 'off' ? 'unknown' : state
}

/** A part in clear beats everything; a home encrypted by itself over a plain root counts as on, and never makes all on. */
function homeEncryption(facts: DiskFacts, root: Encrypted | undefined): Encrypted | undefined {
  const places = new Set([
    ...facts.mounts.map(({ target }) => target),
    ...[...facts.devices.values()].flatMap((d) => d.mountedAt),
  ])
  const statesOf = (pattern: RegExp) =>
    [...places].filter((place) => pattern.test(place)).flatMap((place) => encryptionAt(facts, place) ?? [])
  const own = statesOf(homeFolder)
  const homes = [...statesOf(homeOfSomebody), ...(facts.isHomeSealed === true ? (['on'] as const) : [])]
  const isPlainBelow = own.includes('off')
  if (isPlainBelow && root === 'off' && homes.length > 0) return weakest(homes)
  const all = [...own, ...homes]
  return all.length === 0 ? undefined : weakest(all)
}

function swapEncryption(facts: DiskFacts): Encrypted | undefined {
  if (facts.swaps === undefined) return 'unknown'
  const devices = [...facts.devices.values()]
  const shown = devices.filter((device) => device.mountedAt.includes('[SWAP]') && !isZram(device.name))
  const listed = facts.swaps.map((swap) => {
    if (swap.kind === 'file') {
      const mount = mountOf(facts.mounts, swap.path)
      return mount === undefined
        ? 'unknown'
        : (encryptionAt(facts, mount.target === '/' ? rootPlace(facts) : mount.target) ?? 'unknown')
    }
    const name = swap.path.replace(/^\/dev\/(mapper\/)?/, '')
    const device = devices.find((candidate) => candidate.kernelName === name) ?? facts.devices.get(name)
    return device === undefined ? 'unknown' : encryption(facts, device)
  })
  const states = [...shown.map((device) => encryption(facts, device)), ...listed]
  return states.length === 0 ? undefined : weakest(states)
}

function encryption(facts: DiskFacts, { name }: BlockDevice): Encrypted {
  return encryptionOf(facts.devices, name, ({ kernelName }) => !facts.unsealed?.includes(kernelName ?? ''))
}

/** By every device of the file system, of which `lsblk` shows one as mounted. */
function btrfsEncryption(facts: DiskFacts, device: BlockDevice): Encrypted {
  const all = [...facts.devices.values()]
  const members = facts.btrfs?.find((names) => names.includes(device.kernelName ?? device.name))
  if (members !== undefined) {
    return weakest(
      members.map((name) => {
        const member = all.find((other) => (other.kernelName ?? other.name) === name)
        return member === undefined ? 'unknown' : encryption(facts, member)
      }),
    )
  }
  // Members could not be read: every btrfs device that is mounted nowhere may be one.
  const others = all.filter((other) => other.fileSystem === 'btrfs' && other.mountedAt.length === 0)
  const own = encryption(facts, device)
  return own === 'on' && others.some((other) => encryption(facts, other) !== 'on') ? 'unknown' : own
}

/** Encrypted by itself, or in a pool of which every member is. */
function zfsEncryption(facts: DiskFacts, dataSet: string): Encrypted {
  const own = facts.zfs?.get(dataSet)
  if (own !== 'off') return own ?? 'unknown'
  const members = [...facts.devices.values()].filter(({ fileSystem }) => fileSystem === 'zfs_member')
  const named = members.filter(({ label }) => label === dataSet.split('/')[0])
  if (named.length > 0) return weakest(named.map((device) => encryption(facts, device)))
  const states = new Set(members.map((device) => encryption(facts, device)))
  if (states.size === 1) return states.has('on') ? 'on' : states.has('off') ? 'off' : 'unknown'
  const hasCrypt = [...facts.devices.values()].some(({ type }) => type === 'crypt')
  return states.size === 0 && !hasCrypt ? 'off' : 'unknown'
}
