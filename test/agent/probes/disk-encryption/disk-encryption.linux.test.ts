import { describe, expect, it } from 'vitest'
import { diskEncryptionOnLinux, isFscryptFolder } from '#agent/probes/disk-encryption/disk-encryption.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample } from '#test/support/a-sample.ts'

const take = (parts: LinuxMachineParts) => diskEncryptionOnLinux.take(aLinuxMachine(parts))
const columns = 'NAME,KNAME,LABEL,TYPE,FSTYPE'
const mounts = '/dev/mapper/root / ext4 rw 0 0\n'
const tree = (device: object) => JSON.stringify({ blockdevices: [{ name: 'sda', type: 'disk', children: [device] }] })
const root = { name: 'root', kname: 'dm-0', type: 'crypt', mountpoints: ['/'] }

describe('lsblk', () => {
  it('of an older system is asked again for the old column', async () => {
    const programs = {
      [`lsblk -J -o ${columns},MOUNTPOINTS`]: { code: 1, stderr: 'lsblk: unknown column: MOUNTPOINTS\n' },
      [`lsblk -J -o ${columns},MOUNTPOINT`]: { stdout: aSample('lsblk.luks-lvm.old-mountpoint-column.json') },
    }
    expect(await take({ programs })).toMatchObject({ value: { state: 'on', parts: { root: 'on', swap: 'on' } } })
  })

  it.each([
    [{ kind: 'timed-out' }, 'timed-out'],
    [{ kind: 'too-much-output' }, 'incomplete'],
    [{ code: 1 }, 'failed'],
    [{ stdout: '' }, 'unrecognised-output'],
  ] as const)('that came to %j leaves it unknown', async (lsblk, why) => {
    expect(await take({ programs: { lsblk } })).toMatchObject({ kind: 'unknown', why })
  })

  it('that is not installed leaves it unknown', async () => {
    expect(await take({})).toMatchObject({ kind: 'unknown', why: 'not-present' })
  })
})

describe('the tables of mounts and swaps', () => {
  const programs = { lsblk: { stdout: tree(root) } }
  const files = { '/proc/mounts': mounts, '/proc/swaps': aSample('proc-swaps.none') }
  it('go into the answer', async () => {
    expect(await take({ programs, files })).toEqual({
      kind: 'observed',
      value: { state: 'on', parts: { root: 'on' } },
      source: 'lsblk',
    })
  })
  it('leave it unknown when they were not read, or by half', async () => {
    for (const path of Object.keys(files)) {
      expect((await take({ programs, files, denied: [path] })).kind).toBe('unknown')
      expect((await take({ programs, files: { ...files, [path]: files['/proc/swaps'].slice(0, 20) } })).kind).toBe(
        'unknown',
      )
    }
  })
})

describe('a layer that only checks', () => {
  it.each([
    ['CRYPT-VERITY-0-root', 'off'],
    ['CRYPT-LUKS2-0-root', 'on'],
    ['CRYPT-PLAIN-root', 'on'],
  ])('%s makes the root %s', async (id, state) => {
    const files = { '/proc/mounts': mounts, '/sys/class/block/dm-0/dm/uuid': `${id}\n` }
    expect(await take({ programs: { lsblk: { stdout: tree(root) } }, files })).toMatchObject({ value: { state } })
  })
})

describe('btrfs', () => {
  it('is asked for its members', async () => {
    const id = '01234567-89ab-cdef-0123-456789abcdef'
    const files = { '/proc/mounts': '/dev/mapper/root / btrfs rw,subvol=/root 0 0\n' }
    const programs = { lsblk: { stdout: tree({ ...root, fstype: 'btrfs' }) } }
    const members = (...names: readonly string[]) => ({ [`/sys/fs/btrfs/${id}/devices`]: names })
    expect(await take({ files, programs, folders: members('dm-0') })).toMatchObject({ value: { state: 'on' } })
    expect(await take({ files, programs, folders: members('dm-0', 'sda') })).toMatchObject({ value: { state: 'off' } })
  })
})

describe('fscrypt', () => {
  const plain = { '/proc/mounts': '/dev/vda / ext4 rw 0 0\n' }
  const programs = {
    lsblk: { stdout: aSample('lsblk.debian-12-vm.json') },
    fscrypt: { stdout: aSample('fscrypt-status-home.encrypted.txt') },
  }
  it('is asked only where it was set up', async () => {
    const machine = aLinuxMachine({ home: '/home/alex', files: plain, programs })
    expect(await diskEncryptionOnLinux.take(machine)).toMatchObject({ value: { state: 'off' } })
    expect(machine.asked).not.toContain('run fscrypt status /home/alex')
  })
  it('speaks of this home and no other', async () => {
    const folders = { '/.fscrypt': [] }
    expect(await take({ home: '/home/alex', files: plain, programs, folders })).toMatchObject({
      value: { state: 'partial' },
    })
    expect(await take({ home: '/home/al', files: plain, programs, folders })).toMatchObject({ value: { state: 'off' } })
    expect(isFscryptFolder('"/home/ada" is not encrypted with fscrypt.\n', '/home/ada')).toBe(false)
  })
})
