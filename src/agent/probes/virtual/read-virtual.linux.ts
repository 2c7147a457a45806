import type { Machine } from '#agent/machine/machine.ts'
import { lastMountAt, parseMounts } from '#agent/probes/linux/mounts.ts'
import type { VirtualKind } from '#domain/operating-system.ts'

/** What firmware of virtual machines calls itself, vendor and product in one text. A metal instance of a cloud is none. */
const virtualHardware = [
  /^QEMU\b/,
  /^VMware\b/,
  /^innotek GmbH\b/,
  /\bVirtualBox\b/,
  /^Xen\b/,
  /^Parallels\b/,
  /^Microsoft Corporation\nVirtual Machine$/,
  /^Bochs\b/,
  /^BHYVE\b/,
  /^OpenStack\b/,
  /\nKVM$/,
  /^Google\nGoogle Compute Engine$/,
  /^Apple Inc\.\nApple Virtualization Generic Platform$/,
] as const

/**
 * What this machine runs in. `container` takes proof of its own: a stray `/.dockerenv` in a virtual machine is none.
 * The same for root and others, but for a container that tells root alone.
 */
export async function readVirtualOnLinux(
  machine: Pick<Machine, 'run' | 'readText' | 'stat' | 'list'>,
): Promise<VirtualKind> {
  const contained = await readContainer(machine)
  if (contained !== 'no') return contained
  const hypervisor = await readHypervisor(machine)
  if (hypervisor !== 'no') return hypervisor
  const docker = await machine.stat('/.dockerenv')
  return docker.kind === 'absent' ? 'no' : 'unknown' // on hardware it may be true, and proves nothing
}

async function readContainer(machine: Pick<Machine, 'readText' | 'stat'>): Promise<'no' | 'container' | 'wsl'> {
  const [version, systemd, podman, first, mounts] = await Promise.all([
    machine.readText('/proc/version'),
    machine.readText('/run/systemd/container'),
    machine.stat('/run/.containerenv'),
    machine.readText('/proc/1/environ'),
    machine.readText('/proc/mounts'),
  ])
  if (systemd.kind === 'found') return systemd.content.trim() === 'wsl' ? 'wsl' : 'container'
  if (podman.kind === 'found') return 'container'
  if (mounts.kind === 'found' && isContainerRoot(mounts.content)) return 'container'
  if (first.kind === 'found' && first.content.split('\0').some((entry) => /^container=./.test(entry)))
    return 'container'
  return version.kind === 'found' && isWslKernel(version.content) ? 'wsl' : 'no'
}

/** Whether `/proc/version` names a kernel of WSL 1 or 2. */
export function isWslKernel(version: string): boolean {
  const release = /^Linux version (\S+) /.exec(version)?.[1] ?? ''
  return /-microsoft-standard-WSL2\b|-Microsoft$/.test(release)
}

/** Whether the root of this file system table is an overlay. Image-based systems mount theirs by composefs: no container. */
export function isContainerRoot(mounts: string): boolean {
  const root = lastMountAt(parseMounts(mounts).mounts, '/')
  return (root?.type === 'overlay' || root?.type === 'fuse.fuse-overlayfs') && root.source !== 'composefs'
}

async function readHypervisor(machine: Pick<Machine, 'run' | 'readText' | 'list'>): Promise<'no' | 'vm' | 'unknown'> {
  const [cpu, xen, vendor, product, tree] = await Promise.all([
    machine.readText('/proc/cpuinfo', 4 * 1024 * 1024),
    machine.readText('/proc/xen/capabilities'),
    machine.readText('/sys/class/dmi/id/sys_vendor'),
    machine.readText('/sys/class/dmi/id/product_name'),
    machine.list('/proc/device-tree/hypervisor'),
  ])
  // The first domain of Xen is the machine itself, though it runs above the hypervisor.
  if (xen.kind === 'found' && /\bcontrol_d\b/.test(xen.content)) return 'no'
  const flag = cpu.kind === 'found' ? hasHypervisorFlag(cpu.content) : undefined
  if (flag === true || tree.kind === 'found') return 'vm'
  const firmware =
    vendor.kind === 'found' && product.kind === 'found'
      ? `${vendor.content.trim()}\n${product.content.trim()}`
      : undefined
  if (firmware !== undefined && virtualHardware.some((name) => name.test(firmware))) return 'vm'
  if (flag === false) return 'no'
  const ran = await machine.run('systemd-detect-virt', ['--vm'])
  const detected = ran.kind === 'ran' ? parseDetectVirt(ran.stdout, ran.code) : 'unknown'
  return detected === 'vm' || detected === 'no' ? detected : 'unknown'
}

/** Whether the processor says that it is given by a hypervisor; undefined where it has no such flags (ARM). */
export function hasHypervisorFlag(cpuinfo: string): boolean | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]
  return flags?.trim().split(/\s+/).includes('hypervisor')
}

const containers = [
  'openvz',
  'lxc',
  'lxc-libvirt',
  'systemd-nspawn',
  'docker',
  'podman',
  'rkt',
  'proot',
  'pouch',
  'container-other',
]
const machines = [
  'qemu',
  'kvm',
  'amazon',
  'zvm',
  'vmware',
  'microsoft',
  'oracle',
  'powervm',
  'xen',
  'bochs',
  'uml',
  'parallels',
]
const newerMachines = ['bhyve', 'qnx', 'acrn', 'apple', 'sre', 'google', 'vm-other']

/** Reads `systemd-detect-virt`: one word of systemd-detect-virt(1), `none` with exit code 1. */
export function parseDetectVirt(text: string, code: number): VirtualKind {
  const word = text.trim()
  if (word === 'none') return code === 1 ? 'no' : 'unknown'
  if (code !== 0) return 'unknown'
  if (word === 'wsl') return 'wsl'
  if (containers.includes(word)) return 'container'
  return machines.includes(word) || newerMachines.includes(word) ? 'vm' : 'unknown'
}
