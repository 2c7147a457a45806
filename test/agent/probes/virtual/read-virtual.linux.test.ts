import { describe, expect, it } from 'vitest'
import {
  hasHypervisorFlag,
  isContainerRoot,
  isWslKernel,
  parseDetectVirt,
  readVirtualOnLinux,
} from '#agent/probes/virtual/read-virtual.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample } from '#test/support/a-sample.ts'

const hardware = 'processor : 0\nflags\t\t: fpu vme sse2\n'
const guest = 'processor : 0\nflags\t\t: fpu vme hypervisor sse2\n'
const read = (parts: LinuxMachineParts) => readVirtualOnLinux(aLinuxMachine(parts))
const withFiles = (files: NonNullable<LinuxMachineParts['files']>, more: LinuxMachineParts = {}) =>
  read({ files, ...more })
const overlay = 'overlay / overlay rw,relatime,lowerdir=/a,upperdir=/b,workdir=/c 0 0\n'

describe('a container', () => {
  it.each([
    ['says so to systemd', { '/run/systemd/container': 'docker\n' }],
    ['of podman leaves a file', { '/run/.containerenv': '' }],
    ['lies on an overlay', { '/proc/mounts': `rootfs / rootfs rw 0 0\n${overlay}` }],
    ['tells its first process', { '/proc/1/environ': 'PATH=/bin\0container=lxc\0' }],
  ])('%s', async (_, files) => {
    expect(await withFiles({ '/proc/cpuinfo': guest, ...files })).toBe('container')
  })

  it('is not proven by a file that Docker leaves, nor by half a word', async () => {
    expect(await withFiles({ '/proc/cpuinfo': guest, '/.dockerenv': '' })).toBe('vm')
    expect(await withFiles({ '/proc/cpuinfo': hardware, '/.dockerenv': '' })).toBe('unknown')
    expect(await withFiles({ '/proc/cpuinfo': hardware, '/proc/1/environ': 'mycontainer=1\0container=\0' })).toBe('no')
  })

  it('is not a system whose root is an image', () => {
    expect(isContainerRoot('composefs / overlay ro,relatime 0 0\n')).toBe(false)
    expect(isContainerRoot(`${overlay}/dev/sda1 / ext4 rw 0 0\n`)).toBe(false)
    expect(isContainerRoot('/dev/sda1 / ext4 rw 0 0\noverlay /etc overlay rw 0 0\n')).toBe(false)
  })

  it('that tells root alone is a machine to others, never an error', async () => {
    const files = { '/proc/cpuinfo': guest, '/proc/1/environ': 'container=lxc\0' }
    expect(await withFiles(files, { denied: ['/proc/1/environ'] })).toBe('vm')
  })
})

describe('WSL', () => {
  it('is known by its kernel, or by its name to systemd', async () => {
    expect(await withFiles({ '/proc/version': aSample('proc-version.wsl2.txt') })).toBe('wsl')
    expect(await withFiles({ '/run/systemd/container': 'wsl\n' })).toBe('wsl')
    expect(isWslKernel('Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) #1')).toBe(true)
  })
  it('is not any kernel that Microsoft built', () => {
    expect(isWslKernel('Linux version 6.5.0-1015-azure (buildd@microsoft-standard-WSL2) #1')).toBe(false)
  })
})

describe('a virtual machine', () => {
  it.each([
    ['its processor says so', { '/proc/cpuinfo': guest }],
    [
      'its firmware says so',
      {
        '/proc/cpuinfo': 'Features : fp\n',
        '/sys/class/dmi/id/sys_vendor': 'QEMU\n',
        '/sys/class/dmi/id/product_name': 'KVM\n',
      },
    ],
    [
      'its device tree says so',
      { '/proc/cpuinfo': 'Features : fp\n', '/proc/device-tree/hypervisor/compatible': 'linux,kvm' },
    ],
  ])('%s', async (_, files) => {
    expect(await withFiles(files)).toBe('vm')
  })

  it('is not Xen’s first domain, nor a Surface', async () => {
    expect(await withFiles({ '/proc/cpuinfo': guest, '/proc/xen/capabilities': 'control_d\n' })).toBe('no')
    const surface = {
      '/proc/cpuinfo': hardware,
      '/sys/class/dmi/id/sys_vendor': 'Microsoft Corporation\n',
      '/sys/class/dmi/id/product_name': 'Surface Laptop 5\n',
    }
    expect(await withFiles(surface)).toBe('no')
    const azure = { ...surface, '/sys/class/dmi/id/product_name': 'Virtual Machine\n' }
    expect(await withFiles(azure)).toBe('vm')
  })

  it('is asked of systemd only where no file tells', async () => {
    const arm = { '/proc/cpuinfo': 'Features : fp asimd\n' }
    expect(await withFiles(arm, { programs: { 'systemd-detect-virt --vm': { stdout: 'kvm\n' } } })).toBe('vm')
    expect(await withFiles(arm, { programs: { 'systemd-detect-virt --vm': { stdout: 'none\n', code: 1 } } })).toBe('no')
    expect(await withFiles(arm)).toBe('unknown')
    const machine = aLinuxMachine({ files: { '/proc/cpuinfo': hardware } })
    expect(await readVirtualOnLinux(machine)).toBe('no')
    expect(machine.asked.some((question) => question.startsWith('run '))).toBe(false)
  })

  it('is read by whole flags', () => {
    expect(hasHypervisorFlag('flags : hypervisor_x\n')).toBe(false)
    expect(hasHypervisorFlag('model name : hypervisor\n')).toBeUndefined()
  })
})

describe('systemd-detect-virt', () => {
  it.each([
    [aSample('systemd-detect-virt.docker.captured.txt'), 0, 'container'],
    [aSample('systemd-detect-virt.wsl.txt'), 0, 'wsl'],
    ['oracle\n', 0, 'vm'],
    ['none\n', 1, 'no'],
    ['none\n', 0, 'unknown'],
    ['docker\n', 1, 'unknown'],
    ['', 1, 'unknown'],
    ['dock', 0, 'unknown'],
  ])('%j with exit code %i is %s', (text, code, kind) => {
    expect(parseDetectVirt(text, code)).toBe(kind)
  })
})
