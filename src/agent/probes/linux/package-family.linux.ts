import type { Machine } from '#agent/machine/machine.ts'
import { parseAssignments } from './assignments.ts'

export type PackageFamily = 'apt' | 'dnf' | 'pacman' | 'zypper' | 'ostree'

/** Files that `packageFamily` follows from. */
export const packageFamilyFiles = ['/run/ostree-booted', '/etc/os-release', '/usr/lib/os-release'] as const

/** Who updates this system: by the distribution, since the tools of one are often installed on another. */
export async function packageFamily(machine: Machine): Promise<PackageFamily | undefined> {
  const [ostree, ...releases] = packageFamilyFiles
  if ((await machine.stat(ostree)).kind === 'found') return 'ostree'
  for (const path of releases) {
    const file = await machine.readText(path)
    if (file.kind !== 'found') continue
    const { values } = parseAssignments(file.content)
    const ids = [values.get('ID') ?? '', ...(values.get('ID_LIKE') ?? '').split(/\s+/)]
    return ids.map((id) => families.get(id)).find((family) => family !== undefined)
  }
  return undefined
}

const families: ReadonlyMap<string, PackageFamily> = new Map([
  ['debian', 'apt'],
  ['ubuntu', 'apt'],
  ['fedora', 'dnf'],
  ['rhel', 'dnf'],
  ['centos', 'dnf'],
  ['arch', 'pacman'],
  ['suse', 'zypper'],
  ['opensuse', 'zypper'],
  ['opensuse-leap', 'zypper'],
  ['opensuse-tumbleweed', 'zypper'],
  ['sles', 'zypper'],
  ['sled', 'zypper'],
])
