import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLsblk } from '#agent/probes/disk-encryption/block-devices.ts'
import { type DiskFacts, judgeDisks } from '#agent/probes/disk-encryption/judge-disks.ts'
import { parseSwaps } from '#agent/probes/disk-encryption/swaps.ts'
import { parseZfsEncryption } from '#agent/probes/disk-encryption/zfs-encryption.ts'
import { parseMounts } from '#agent/probes/linux/mounts.ts'

type Node = {
  readonly name: string
  readonly type: string
  readonly fstype?: string
  readonly label?: string
  readonly kname?: string
  readonly mountpoints?: readonly (string | null)[]
  readonly children?: readonly Node[]
}
const at = (
  name: string,
  type: string,
  places: readonly string[] = [],
  children: readonly Node[] = [],
  more: Partial<Node> = {},
) => ({
  name,
  type,
  mountpoints: places.length === 0 ? [null] : places,
  children,
  ...more,
})
const disk = (name: string, ...children: readonly Node[]) => at(name, 'disk', [], children)
const part = (name: string, ...children: readonly Node[]) => at(name, 'part', [], children)
const luks = (name: string, ...children: readonly Node[]) => at(name, 'part', [], children, { fstype: 'crypto_LUKS' })
const crypt = (name: string, places: readonly string[], ...children: readonly Node[]) =>
  at(name, 'crypt', places, children)

function judge(nodes: readonly Node[], more: Partial<DiskFacts> & { readonly table?: string } = {}) {
  const devices = parseLsblk(JSON.stringify({ blockdevices: nodes }))
  if (devices === undefined) throw new Error('not a tree')
  const { table, ...facts } = more
  return judgeDisks({ devices, mounts: parseMounts(table ?? '').mounts, swaps: [], ...facts })
}
const is = (state: string, parts: object) => ({ kind: 'observed', value: { state, parts } })

describe('a root behind one encrypting layer', () => {
  it('is on, in whichever order the layers come', () => {
    const volume = at('vg-root', 'lvm', ['/'])
    expect(judge([disk('sda', luks('sda2', crypt('c', [], volume)))])).toMatchObject(is('on', { root: 'on' }))
    expect(judge([disk('sda', at('vg-x', 'lvm', [], [crypt('c', ['/'])]))])).toMatchObject(is('on', { root: 'on' }))
    expect(judge([at('sda', 'disk', [], [crypt('c', ['/', '/home'])])])).toMatchObject({
      value: { state: 'on' },
    })
  })
  it('is off when another disk is the encrypted one', () => {
    expect(
      judge([disk('sda', at('sda1', 'part', ['/'])), disk('sdb', luks('sdb1', crypt('usb', ['/media/usb'])))]),
    ).toMatchObject(is('off', { root: 'off' }))
  })
  it('does not mind a boot partition in clear', () => {
    expect(judge([disk('sda', at('sda1', 'part', ['/boot']), luks('sda2', crypt('c', ['/'])))])).toMatchObject(
      is('on', { root: 'on' }),
    )
  })
  it('takes more than a check of what is read', () => {
    const tree = [disk('sda', part('sda2', { ...crypt('vroot', ['/']), kname: 'dm-0' }))]
    expect(judge(tree, { unsealed: ['dm-0'] })).toMatchObject(is('off', { root: 'off' }))
    expect(judge(tree)).toMatchObject(is('on', { root: 'on' }))
  })
})

describe('a root on several disks', () => {
  const raid = at('md0', 'raid1', ['/'])
  it('is on only when every one is encrypted', () => {
    const both = [disk('sda', luks('sda1', crypt('a', [], raid))), disk('sdb', luks('sdb1', crypt('b', [], raid)))]
    expect(judge(both)).toMatchObject(is('on', { root: 'on' }))
    const one = [disk('sda', luks('sda1', crypt('a', [], raid))), disk('sdb', part('sdb1', raid))]
    expect(judge(one)).toMatchObject(is('off', { root: 'off' }))
    const above = [
      disk('sda', at('md0', 'raid1', [], [crypt('c', ['/'])])),
      disk('sdb', at('md0', 'raid1', [], [crypt('c', ['/'])])),
    ]
    expect(judge(above)).toMatchObject(is('on', { root: 'on' }))
  })
  it('is seen through a group whose second disk came later in clear', () => {
    const root = at('vg-root', 'lvm', ['/'])
    expect(judge([disk('sda', luks('sda3', crypt('c', [], root))), disk('sdb', root)])).toMatchObject(
      is('off', { root: 'off' }),
    )
  })
  it('goes by every member of btrfs', () => {
    const table = '/dev/mapper/a / btrfs rw,subvol=/root 0 0\n/dev/mapper/a /home btrfs rw,subvol=/home 0 0\n'
    const first = disk('sda', luks('sda1', { ...crypt('a', ['/', '/home']), kname: 'dm-0', fstype: 'btrfs' }))
    const second = disk('sdb', at('sdb1', 'part', [], [], { kname: 'sdb1', fstype: 'btrfs' }))
    expect(judge([first], { table, btrfs: [['dm-0']] })).toMatchObject(is('on', { root: 'on', home: 'on' }))
    expect(judge([first, second], { table, btrfs: [['dm-0', 'sdb1']] })).toMatchObject(
      is('off', { root: 'off', home: 'off' }),
    )
    expect(judge([first, second], { table, btrfs: [['dm-0'], ['sdb1']] })).toMatchObject({ value: { state: 'on' } })
    expect(judge([first, second], { table }).kind).toBe('unknown')
    expect(judge([first], { table, btrfs: [['dm-0', 'sdc1']] }).kind).toBe('unknown')
  })
})

describe('ZFS', () => {
  const table = 'rpool/ROOT/a / zfs rw 0 0\nrpool/home /home zfs rw 0 0\n'
  const zfs = (root: string, home = root) => {
    const sets = parseZfsEncryption(`rpool/ROOT/a\t${root}\nrpool/home\t${home}\n`)
    return { table, ...(sets === undefined ? {} : { zfs: sets }) }
  }
  const member = (name: string, label?: string) =>
    at(name, 'part', [], [], { fstype: 'zfs_member', ...(label === undefined ? {} : { label }) })
  it('goes by the data set that is mounted', () => {
    expect(judge([], zfs('aes-256-gcm'))).toMatchObject(is('on', { root: 'on', home: 'on' }))
    expect(judge([], zfs('aes-256-gcm', 'off'))).toMatchObject(is('partial', { root: 'on', home: 'off' }))
    expect(judge([], zfs('off'))).toMatchObject(is('off', { root: 'off', home: 'off' }))
    expect(judge([], { table }).kind).toBe('unknown')
    expect(judge([], zfs('-')).kind).toBe('unknown')
  })
  it('is on in a pool of which every member is encrypted', () => {
    const sealed = { ...crypt('z', []), fstype: 'zfs_member', label: 'rpool' }
    expect(judge([disk('sda', luks('sda3', sealed), member('sda2', 'bpool'))], zfs('off'))).toMatchObject({
      value: { state: 'on' },
    })
    expect(judge([disk('sda', luks('sda3', sealed), member('sda2', 'rpool'))], zfs('off'))).toMatchObject({
      value: { state: 'off' },
    })
    expect(judge([disk('sda', luks('sda3', sealed), member('sda2'))], zfs('off'))).toMatchObject({
      value: { state: 'on' },
    })
    const unnamed = { ...crypt('z', []), fstype: 'zfs_member' }
    expect(judge([disk('sda', luks('sda3', unnamed), member('sda2'))], zfs('off')).kind).toBe('unknown')
  })
})

describe('a home', () => {
  const plain = disk('sda', at('sda1', 'part', ['/']))
  const sealed = disk('sda', luks('sda2', crypt('c', ['/'])))
  it('encrypted by itself over a plain root is partial', () => {
    const table = '/dev/sda1 / ext4 rw 0 0\n/home/.ecryptfs/ada/.Private /home/ada ecryptfs rw 0 0\n'
    expect(judge([plain], { table })).toMatchObject(is('partial', { root: 'off', home: 'on' }))
    expect(judge([plain, at('loop0', 'loop', [], [crypt('home-ada', ['/home/ada'])])])).toMatchObject(
      is('partial', { root: 'off', home: 'on' }),
    )
    expect(judge([plain], { isHomeSealed: true })).toMatchObject(is('partial', { root: 'off', home: 'on' }))
  })
  it('in clear makes it partial, even with one encrypted folder in it', () => {
    const home = disk('sdb', at('sdb1', 'part', ['/home']))
    expect(judge([sealed, home])).toMatchObject(is('partial', { root: 'on', home: 'off' }))
    const table = '/dev/dm-0 / ext4 rw 0 0\n/dev/sdb1 /home ext4 rw 0 0\nx /home/ada ecryptfs rw 0 0\n'
    expect(judge([sealed, home], { table })).toMatchObject(is('partial', { root: 'on', home: 'off' }))
    expect(judge([sealed, disk('sdb', at('sdb1', 'part', ['/home/ada']))])).toMatchObject(
      is('partial', { root: 'on', home: 'off' }),
    )
  })
  it('on another machine is no part of this one', () => {
    const table = '/dev/mapper/c / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n'
    expect(judge([sealed], { table })).toEqual({ ...is('on', { root: 'on' }), source: 'lsblk' })
  })
  it('that cannot be found on a disk leaves all unknown', () => {
    const table = '/dev/mapper/c / ext4 rw 0 0\n/dev/sdz1 /home ext4 rw 0 0\n'
    expect(judge([sealed], { table })).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })
  it('is found where image-based systems keep it', () => {
    const table =
      'composefs / overlay ro 0 0\n/dev/dm-0 /sysroot ext4 ro 0 0\n/dev/dm-0 /var ext4 rw 0 0\n/dev/sdb1 /var/home ext4 rw 0 0\n'
    const tree = [
      disk('sda', luks('sda2', crypt('c', ['/sysroot', '/var']))),
      disk('sdb', at('sdb1', 'part', ['/var/home'])),
    ]
    expect(judge(tree, { table })).toMatchObject(is('partial', { root: 'on', var: 'on', home: 'off' }))
  })
})

describe('/var', () => {
  it('in clear makes it partial', () => {
    expect(judge([disk('sda', luks('sda2', crypt('c', ['/'])), at('sda3', 'part', ['/var']))])).toMatchObject(
      is('partial', { root: 'on', var: 'off' }),
    )
  })
})

describe('swap', () => {
  const heading = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'
  const root = disk('sda', luks('sda2', crypt('c', ['/'])))
  const swaps = (line: string) => ({ swaps: parseSwaps(heading + line), table: '/dev/mapper/c / ext4 rw 0 0\n' })
  it('in clear beside an encrypted root is partial', () => {
    expect(judge([root, disk('sdb', at('sdb1', 'part', ['[SWAP]']))])).toMatchObject(
      is('partial', { root: 'on', swap: 'off' }),
    )
    const unmarked = [root, disk('sdb', at('sdb1', 'part', [], [], { kname: 'sdb1' }))]
    expect(judge(unmarked, swaps('/dev/sdb1 partition 1048572 0 -2\n'))).toMatchObject({
      value: { parts: { swap: 'off' } },
    })
  })
  it('in compressed memory, or none, is left out', () => {
    const zram = at('zram0', 'disk', ['[SWAP]'])
    expect(judge([root, zram], swaps('/dev/zram0 partition 8388604 0 100\n'))).toEqual({
      ...is('on', { root: 'on' }),
      source: 'lsblk',
    })
  })
  it('in a file counts as its file system', () => {
    expect(judge([root], swaps('/swapfile file 2097148 0 -2\n'))).toMatchObject(is('on', { root: 'on', swap: 'on' }))
    const plain = disk('sda', at('sda1', 'part', ['/']))
    expect(judge([plain], swaps('/swap\\040file file 2097148 0 -2\n'))).toMatchObject(
      is('off', { root: 'off', swap: 'off' }),
    )
  })
  it('that cannot be told leaves all unknown', () => {
    expect(judge([root], swaps('/dev/sdz9 partition 1 0 -2\n')).kind).toBe('unknown')
    expect(judge([root], swaps('/dev/sdb1 partition 1 0')).kind).toBe('unknown')
    expect(judge([root, at('zd0', 'disk', ['[SWAP]'])]).kind).toBe('unknown')
  })
})

describe('a tree that does not lead to a disk', () => {
  it.each([
    ['no device', []],
    ['a loop device', [at('loop0', 'loop', ['/'])]],
    ['a volume by itself', [at('vg-root', 'lvm', ['/'])]],
    ['a drive for discs', [at('sr0', 'rom', ['/'])]],
  ])('is unknown: %s', (_, nodes) => {
    expect(judge(nodes).kind).toBe('unknown')
  })
  it('is unknown in memory', () => {
    expect(judge([], { table: 'tmpfs / tmpfs rw 0 0\n' }).kind).toBe('unknown')
  })
})

describe('lsblk', () => {
  it.each([
    '',
    '{}',
    '{"blockdevices":{}}',
    '{"blockdevices":[{"name":1,"type":"disk"}]}',
    '{"blockdevices":[null]}',
    '[]',
    'null',
  ])('of another shape is no tree: %s', (text) => {
    expect(parseLsblk(text)).toBeUndefined()
  })
  it('without columns of mounts says that nothing is mounted', () => {
    expect(judge([{ name: 'sda', type: 'disk' }]).kind).toBe('unknown')
  })
  it('never makes on of a tree without an encrypting layer', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const type = fc.constantFrom('disk', 'part', 'lvm', 'raid1', 'loop', 'mpath')
    const node: (depth?: number) => fc.Arbitrary<Node> = fc.memo((depth) =>
      fc.record({
        name,
        type,
        mountpoints: fc.subarray(['/', '/home', '[SWAP]', null]),
        children: depth > 1 ? fc.array(node(), { maxLength: 2 }) : fc.constant([]),
      }),
    )
    return fc.assert(
      fc.property(fc.array(node(4), { maxLength: 3 }), (nodes) => {
        expect(judge(nodes)).not.toMatchObject({ value: { state: 'on' } })
      }),
    )
  })
})
