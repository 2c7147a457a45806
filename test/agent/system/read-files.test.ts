import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFolder, readFirstBytes, readOwnedFile, readTextFile, statusOf } from '#agent/system/read-files.ts'
import { aFolder } from '#test/support/a-folder.ts'

const { uid } = userInfo()

async function aFile(content: string, mode = 0o644): Promise<string> {
  const path = join(await aFolder(), 'file')
  await writeFile(path, content)
  await chmod(path, mode)
  return path
}

describe('reading a file', () => {
  it('gives its text, kernel files included', async () => {
    expect(await readTextFile(await aFile('grüezi'))).toEqual({ kind: 'found', content: 'grüezi' })
    expect(await readTextFile('/proc/self/comm')).toMatchObject({ kind: 'found' })
  })

  it('tells absent, too large and not a file apart', async () => {
    const path = await aFile('12345')
    expect(await readTextFile(`${path}.not`)).toEqual({ kind: 'absent' })
    expect(await readTextFile(`${path}/below`)).toEqual({ kind: 'absent' })
    expect(await readTextFile(path, 4)).toEqual({ kind: 'too-large' })
    expect(await readTextFile(path, 5)).toMatchObject({ kind: 'found' })
    expect(await readTextFile('/tmp')).toEqual({ kind: 'failed' })
  })

  it('does not wait for a pipe that stands where a file should be', async () => {
    const path = join(await aFolder(), 'pipe')
    execFileSync('mkfifo', [path])
    expect(await readTextFile(path)).toEqual({ kind: 'failed' })
    expect(await readFirstBytes(path, 10)).toEqual({ kind: 'failed' })
    expect(await readOwnedFile(path, uid)).toEqual({ kind: 'not-owned' })
  })

  it('gives the first bytes of a longer one', async () => {
    expect(await readFirstBytes(await aFile('0123456789'), 4)).toEqual({ kind: 'found', content: Buffer.from('0123') })
    expect(await readFirstBytes(await aFile('0123'), 100)).toEqual({ kind: 'found', content: Buffer.from('0123') })
  })
})

describe('a file that only its owner may have written', () => {
  it('is read', async () => {
    expect(await readOwnedFile(await aFile('{}'), uid)).toEqual({ kind: 'found', content: '{}' })
  })

  it.each([0o664, 0o646, 0o666, 0o777])('is not read when its mode is %o', async (mode) => {
    expect(await readOwnedFile(await aFile('{}', mode), uid)).toEqual({ kind: 'not-owned' })
  })

  it('is not read when it is somebody else’s', async () => {
    expect(await readOwnedFile(await aFile('{}'), uid + 1)).toEqual({ kind: 'not-owned' })
  })

  it('is not read through a link, though what it leads to would do', async () => {
    const path = await aFile('{}')
    await symlink(path, `${path}.link`)
    expect(await readOwnedFile(`${path}.link`, uid)).toEqual({ kind: 'not-owned' })
  })

  it('is absent where there is none, and never a folder', async () => {
    expect(await readOwnedFile(join(await aFolder(), 'none'), uid)).toEqual({ kind: 'absent' })
    expect(await readOwnedFile(await aFolder(), uid)).toEqual({ kind: 'not-owned' })
  })
})

describe('looking at a path', () => {
  it('says of a link where it leads, and does not follow it', async () => {
    const path = await aFile('1234')
    await symlink(path, `${path}.link`)
    await symlink(`${path}.none`, `${path}.broken`)
    expect(await statusOf(path)).toMatchObject({ content: { kind: 'file', sizeBytes: 4, owner: uid, mode: 0o644 } })
    expect(await statusOf(`${path}.link`)).toMatchObject({ content: { kind: 'link', target: path } })
    const broken = await statusOf(`${path}.broken`)
    expect(broken).toMatchObject({ content: { kind: 'link' } })
    expect(broken.kind === 'found' && 'target' in broken.content).toBe(false)
  })

  it('lists a folder in order', async () => {
    const folder = await aFolder()
    await mkdir(join(folder, 'b'))
    await writeFile(join(folder, 'a'), '')
    expect(await listFolder(folder)).toEqual({ kind: 'found', content: ['a', 'b'] })
    expect(await listFolder(join(folder, 'a'))).toEqual({ kind: 'absent' })
  })
})
