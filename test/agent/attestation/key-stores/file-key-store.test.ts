import { chmod, link, mkdir, readFile, rename, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keyRecordFile } from '#agent/attestation/key-record.ts'
import { type FileKeyOptions, fileKeyStore } from '#agent/attestation/key-stores/file-key-store.ts'
import { keyedHash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { keyStoreFacts } from '#test/support/key-store-facts.ts'
import { whyNot } from '#test/support/what-is-here.ts'

const ext4 = 0xef53

async function aFileStore() {
  const stateFolder = join(await aFolder(), 'postern')
  const path = join(stateFolder, 'device-key')
  const open = (machine = 'here', given: Partial<FileKeyOptions> = {}) =>
    fileKeyStore({
      records: keyRecordFile(stateFolder),
      machineHash: async (salt) => keyedHash(salt, machine),
      clock: aClock(),
      log: silentLog,
      path,
      isAllowed: () => true,
      os: 'linux',
      uid: userInfo().uid,
      fileSystemType: async () => ext4,
      ...given,
    })
  return { stateFolder, path, open }
}

describe('a key file', () => {
  it.each(Object.entries(keyStoreFacts))('%s', async (_, holds) => {
    const { stateFolder, path, open } = await aFileStore()
    await holds({
      signingState: 'file',
      stateFolder,
      open,
      loseSecret: () => rm(path),
      replaceSecret: (secret) => writeFile(path, secret),
    })
  })

  it('is 0600 in a folder that is 0700', async () => {
    const { stateFolder, path, open } = await aFileStore()
    await open().create()
    expect([(await stat(stateFolder)).mode & 0o777, (await stat(path)).mode & 0o777]).toEqual([0o700, 0o600])
  })

  it('knows the file system of this machine as a local one', async (context) => {
    const { open, stateFolder } = await aFileStore()
    const store = open('here', { fileSystemType: async (path) => (await statfs(path)).type })
    await mkdir(stateFolder, { mode: 0o700 })
    const state = await store.state()
    if (state.kind === 'unavailable' && state.reason === 'file-system')
      context.skip(whyNot('no local disk', 'for temporary files'))
    await store.create()
    expect((await store.state()).kind).toBe('file')
  })
})

describe('a key file that is not safe', () => {
  type Parts = { readonly path: string; readonly stateFolder: string }
  type Harm = readonly [string, string, (parts: Parts) => Promise<unknown>, Partial<FileKeyOptions>]
  const nothing = async () => undefined
  const harms: readonly Harm[] = [
    ['readable by the group', 'file-mode', ({ path }) => chmod(path, 0o640), {}],
    ['writable by everybody', 'file-mode', ({ path }) => chmod(path, 0o602), {}],
    ['in a folder that others can enter', 'file-mode', ({ stateFolder }) => chmod(stateFolder, 0o711), {}],
    ['of another owner', 'file-owner', nothing, { uid: userInfo().uid + 1 }],
    [
      'a symbolic link',
      'file-link',
      async ({ path }) => {
        await rename(path, `${path}-elsewhere`)
        await symlink(`${path}-elsewhere`, path)
      },
      {},
    ],
    ['with a second name', 'file-link', ({ path }) => link(path, `${path}-too`), {}],
    [
      'a folder',
      'file-kind',
      async ({ path }) => {
        await rm(path)
        await mkdir(path, { mode: 0o700 })
      },
      {},
    ],
    [
      'in a folder behind a link',
      'file-link',
      async ({ stateFolder }) => {
        await rename(stateFolder, `${stateFolder}-elsewhere`)
        await symlink(`${stateFolder}-elsewhere`, stateFolder)
      },
      {},
    ],
    ['on NFS', 'file-system', nothing, { fileSystemType: async () => 0x6969 }],
    ['on FUSE', 'file-system', nothing, { fileSystemType: async () => 0x65735546 }],
    ['not allowed any more', 'file-not-allowed', nothing, { isAllowed: () => false }],
  ]

  it.each(harms)('because it is %s, is refused and not replaced', async (_, reason, harm, given) => {
    const { path, stateFolder, open } = await aFileStore()
    await open().create()
    const before = await readFile(path)
    await harm({ path, stateFolder })

    const store = open('here', given)
    expect(await store.state()).toEqual({ kind: 'unavailable', reason })
    for (const act of [store.sign(Buffer.from('x')), store.create()])
      await expect(act).rejects.toMatchObject({ code: 'file_key_refused', details: { reason } })
    const after = await readFile(path).catch(() => undefined)
    expect(after === undefined || after.equals(before)).toBe(true)
  })

  it.each(harms.filter(([, , harm]) => harm === nothing))('because it would be %s, is not made', async (...row) => {
    const { path, open } = await aFileStore()
    await expect(open('here', row[3]).create()).rejects.toMatchObject({ code: 'file_key_refused' })
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is still removed when it is no longer allowed', async () => {
    const { path, open } = await aFileStore()
    await open().create()
    await open('here', { isAllowed: () => false }).remove()
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a record that names another place', () => {
  it('stops the key file: a tier is not lowered silently', async () => {
    const { stateFolder, open } = await aFileStore()
    await open().create()
    const records = keyRecordFile(stateFolder)
    const record = await records.read()
    if (record === undefined) throw new Error('there is a record')
    await records.write({ ...record, backEnd: 'keytar', tier: 'T1' })
    expect(await open().state()).toEqual({ kind: 'unavailable', reason: 'recorded-elsewhere' })
    await expect(open().create()).rejects.toMatchObject({ code: 'key_unavailable' })
  })
})
