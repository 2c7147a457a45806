import type { Machine, Ran } from '#agent/machine/machine.ts'
import { lastMountAt, type Mount, mountOf, parseMounts } from '#agent/probes/linux/mounts.ts'
import { timer } from '#agent/probes/linux/paces.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { na, unknown } from '#domain/reading.ts'
import { type BlockDevices, parseLsblk } from './block-devices.ts'
import { type DiskFacts, judgeDisks } from './judge-disks.ts'
import { parseSwaps } from './swaps.ts'
import { parseZfsEncryption, type ZfsEncryption } from './zfs-encryption.ts'

const columns = 'NAME,KNAME,LABEL,TYPE,FSTYPE'
const fscryptFileSystems: ReadonlySet<string> = new Set(['ext4', 'f2fs', 'ubifs', 'ceph', 'btrfs'])

/** Asks which disks `/`, `/home`, `/var` and swap lie on, and whether every way to them holds an encrypting layer. */
export const diskEncryptionOnLinux: Probe<'disk-encryption'> = {
  signal: 'disk-encryption',
  os: 'linux',
  cost: 'light',
  watches: [
    { on: 'file', path: '/etc/crypttab' },
    { on: 'd-bus', bus: 'system', name: 'org.freedesktop.UDisks2' },
    timer('light'),
  ],

  async take(machine) {
    const virtual = await machine.virtual()
    if (virtual === 'container' || virtual === 'wsl') return na('not-present', 'virtual')
    const [lsblk, mountTable, swapTable] = await Promise.all([
      askLsblk(machine),
      machine.readText('/proc/mounts'),
      machine.readText('/proc/swaps'),
    ])
    if (lsblk.kind !== 'ran') return unknown(whyUnread(lsblk), 'lsblk')
    if (lsblk.code !== 0) return unknown('failed', 'lsblk')
    const devices = parseLsblk(lsblk.stdout)
    if (devices === undefined) return unknown('unrecognised-output', 'lsblk')
    if (mountTable.kind !== 'found' && mountTable.kind !== 'absent')
      return unknown(whyUnread(mountTable), 'proc-mounts')
    // Without the table `lsblk` alone says what is mounted where.
    const { mounts, isWhole } =
      mountTable.kind === 'found' ? parseMounts(mountTable.content) : { mounts: [], isWhole: true }
    if (!isWhole) return unknown('unrecognised-output', 'proc-mounts')
    const facts: DiskFacts = {
      devices,
      mounts,
      // A kernel without swap has no table.
      swaps: swapTable.kind === 'found' ? parseSwaps(swapTable.content) : swapTable.kind === 'absent' ? [] : undefined,
      ...(await askFileSystems(machine, mounts)),
      unsealed: await findUnsealed(machine, devices),
    }
    const reading = judgeDisks(facts)
    const isPlain = reading.kind === 'observed' && reading.value.parts?.root === 'off'
    return isPlain && (await isHomeSealed(machine, mounts)) ? judgeDisks({ ...facts, isHomeSealed: true }) : reading
  },
}

/** Reads `fscrypt status <folder>`: whether this folder is encrypted. That a file system could be is no answer. */
export function isFscryptFolder(text: string, folder: string): boolean {
  return text.split('\n')[0] === `"${folder}" is encrypted with fscrypt.`
}

async function askLsblk(machine: Machine): Promise<Ran> {
  const ran = await machine.run('lsblk', ['-J', '-o', `${columns},MOUNTPOINTS`])
  if (ran.kind !== 'ran' || ran.code === 0) return ran
  return machine.run('lsblk', ['-J', '-o', `${columns},MOUNTPOINT`]) // util-linux before 2.37
}

async function askFileSystems(machine: Machine, mounts: readonly Mount[]): Promise<Pick<DiskFacts, 'zfs' | 'btrfs'>> {
  const places = mounts.filter(({ target }) => target === '/' || /^\/(var|(var\/)?home(\/[^/]+)?)$/.test(target))
  const dataSets = [...new Set(places.filter(({ type }) => type === 'zfs').map(({ source }) => source))]
  const zfs = dataSets.length === 0 ? undefined : await askZfs(machine, dataSets)
  const btrfs = mounts.some(({ type }) => type === 'btrfs') ? await findBtrfsMembers(machine) : undefined
  return { ...(zfs === undefined ? {} : { zfs }), ...(btrfs === undefined ? {} : { btrfs }) }
}

async function askZfs(machine: Machine, dataSets: readonly string[]): Promise<ZfsEncryption> {
  const ran = await machine.run('zfs', ['get', '-H', '-o', 'name,value', 'encryption', ...dataSets])
  const isAnswer = ran.kind === 'ran' && ran.code === 0
  return (isAnswer ? parseZfsEncryption(ran.stdout) : undefined) ?? new Map()
}

async function findBtrfsMembers(machine: Machine): Promise<DiskFacts['btrfs']> {
  const listed = await machine.list('/sys/fs/btrfs')
  if (listed.kind !== 'found') return undefined
  const ids = listed.content.filter((name) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name))
  const members = await Promise.all(ids.map((id) => machine.list(`/sys/fs/btrfs/${id}/devices`)))
  return members.flatMap((found) => (found.kind === 'found' ? [found.content] : []))
}

/** `lsblk` calls every layer that cryptsetup makes `crypt`; the kernel keeps which kind it is. */
async function findUnsealed(machine: Machine, devices: BlockDevices): Promise<readonly string[]> {
  const names = [...devices.values()].flatMap(({ type, kernelName }) =>
    type === 'crypt' && kernelName ? [kernelName] : [],
  )
  const ids = await Promise.all(names.map((name) => machine.readText(`/sys/class/block/${name}/dm/uuid`, 4096)))
  return names.filter((_, index) => {
    const id = ids[index]
    return id?.kind === 'found' && /^CRYPT-(VERITY|INTEGRITY|SUBDEV)\b/.test(id.content)
  })
}

/** Asked only where it can matter: the home lies on a file system that fscrypt was set up on. */
async function isHomeSealed(machine: Machine, mounts: readonly Mount[]): Promise<boolean> {
  const { home } = machine.host()
  const mount = mountOf(mounts, home)
  if (mount === undefined || !fscryptFileSystems.has(lastMountAt(mounts, mount.target)?.type ?? '')) return false
  const setUp = await machine.stat(`${mount.target === '/' ? '' : mount.target}/.fscrypt`)
  if (setUp.kind !== 'found') return false
  const ran = await machine.run('fscrypt', ['status', home])
  return ran.kind === 'ran' && ran.code === 0 && isFscryptFolder(ran.stdout, home)
}
