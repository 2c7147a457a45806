/** One device as `lsblk` shows it. `parents` are the names of what it lies on; a RAID lies on several. */
export type BlockDevice = {
  readonly name: string
  /** The kernel's own name (`dm-1`), where it was asked for. */
  readonly kernelName?: string | undefined
  readonly type: string
  readonly fileSystem?: string | undefined
  readonly label?: string | undefined
  readonly mountedAt: readonly string[]
  readonly parents: readonly string[]
}

/** All devices by name. */
export type BlockDevices = ReadonlyMap<string, BlockDevice>

/** Whether what lies on a device is encrypted on every disk below it; `unknown` where a path ends in no disk. */
export type Encrypted = 'on' | 'off' | 'unknown'

/** Reads `lsblk -J` with NAME, TYPE, FSTYPE and MOUNTPOINTS (before util-linux 2.37 MOUNTPOINT). Undefined for half a tree. */
export function parseLsblk(text: string): BlockDevices | undefined {
  const devices = new Map<string, BlockDevice>()
  const add = (node: unknown, parent?: string): boolean => {
    if (!isRecord(node) || typeof node['name'] !== 'string' || typeof node['type'] !== 'string') return false
    const name = node['name']
    const mountedAt = mountpointsOf(node)
    const children = node['children'] ?? []
    if (mountedAt === undefined || !Array.isArray(children)) return false
    const before = devices.get(name)
    devices.set(name, {
      name,
      type: node['type'],
      kernelName: textOf(node['kname']),
      fileSystem: textOf(node['fstype']),
      label: textOf(node['label']),
      mountedAt: union(before?.mountedAt, mountedAt),
      parents: union(before?.parents, parent === undefined ? [] : [parent]),
    })
    return !children.some((child: unknown) => !add(child, name))
  }
  const tree = parseJson(text)
  if (!isRecord(tree) || !Array.isArray(tree['blockdevices'])) return undefined
  return tree['blockdevices'].some((node: unknown) => !add(node)) ? undefined : devices
}

/**
 * Walks from a device down to the disks: every way must hold an encrypting layer. `seals` says of a device of type
 * `crypt` whether it encrypts; some only check (dm-verity) and share the type.
 */
export function encryptionOf(
  devices: BlockDevices,
  name: string,
  seals: (device: BlockDevice) => boolean = () => true,
  above: readonly string[] = [],
): Encrypted {
  const device = devices.get(name)
  if (device === undefined || above.includes(name)) return 'unknown'
  if (device.type === 'crypt' && seals(device)) return 'on'
  if (device.parents.length === 0) return isDisk(device) ? 'off' : 'unknown'
  return weakest(
    device.parents.map((parent) =>
      // What lies inside a LUKS container is encrypted, whatever the layer between calls itself.
      devices.get(parent)?.fileSystem === 'crypto_LUKS' && device.type !== 'crypt'
        ? 'on'
        : encryptionOf(devices, parent, seals, [...above, name]),
    ),
  )
}

/** One in clear makes all `off`; nothing to judge is `unknown`. */
export function weakest(parts: readonly Encrypted[]): Encrypted {
  if (parts.includes('off')) return 'off'
  return parts.length === 0 || parts.includes('unknown') ? 'unknown' : 'on'
}

/** A volume of ZFS is listed like a disk and lies on a pool; a loop device lies in a file. */
function isDisk({ name, type }: BlockDevice): boolean {
  return (type === 'disk' || type === 'part') && !/^(zd|zram|ram)\d/.test(name)
}

function mountpointsOf(node: { readonly [key: string]: unknown }): readonly string[] | undefined {
  const listed = node['mountpoints'] ?? [node['mountpoint'] ?? null]
  if (!Array.isArray(listed)) return undefined
  const places = listed.filter((place: unknown) => place !== null)
  return places.every((place: unknown) => typeof place === 'string') ? places : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function union(before: readonly string[] | undefined, now: readonly string[]): readonly string[] {
  return [...new Set([...(before ?? []), ...now])]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // cut short, or not the output we asked for
  }
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
