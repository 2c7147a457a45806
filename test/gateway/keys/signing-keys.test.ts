import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openKeys } from '#gateway/keys/signing-keys.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'

const files = ['agent.json', 'assertion.json', 'event.json', 'token.json', 'nonce.json']

describe('A keys folder', () => {
  it('is filled at the first start, for its owner alone', async () => {
    const folder = join(await aFolder(), 'keys')
    const keys = await openKeys(folder, aClock())
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600)
    expect(new Set([keys.agent.kid, keys.assertion.kid, keys.event.kid, keys.token.kid]).size).toBe(4)
    expect(keys.nonceMaster).toHaveLength(32)
  })

  it('gives the same keys at the next start', async () => {
    const folder = join(await aFolder(), 'keys')
    const clock = aClock()
    const first = await openKeys(folder, clock)
    await clock.advance(86_400_000)
    const second = await openKeys(folder, clock)
    expect(second.agent.kid).toBe(first.agent.kid)
    expect(second.agent.notBefore).toBe(first.agent.notBefore)
    expect(Buffer.from(second.nonceMaster)).toEqual(Buffer.from(first.nonceMaster))
  })

  it('gives two processes that start together the same keys', async () => {
    const folder = join(await aFolder(), 'keys')
    const opened = await Promise.all([1, 2, 3, 4].map(() => openKeys(folder, aClock())))
    expect(new Set(opened.map((keys) => keys.token.kid)).size).toBe(1)
    expect(new Set(opened.map((keys) => Buffer.from(keys.nonceMaster).toString('hex'))).size).toBe(1)
  })
})

describe('A key file', () => {
  const spoiled: readonly [string, (file: string) => Promise<void>, string][] = [
    ['that others may read', (file) => chmod(file, 0o644), 'state_unreadable'],
    [
      'that was cut short',
      async (file) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 40)),
      'state_unreadable',
    ],
    ['that holds another use', async (file) => replaceIn(file, '"use":"agent"', '"use":"token"'), 'state_unreadable'],
    ['that a newer Postern wrote', async (file) => replaceIn(file, '"version":1', '"version":2'), 'state_too_new'],
  ]

  it.each(spoiled)('%s is refused, and stays as it is', async (_, spoil, code) => {
    const folder = join(await aFolder(), 'keys')
    await openKeys(folder, aClock())
    const file = join(folder, 'agent.json')
    await spoil(file)
    const before = await readFile(file, 'utf8')
    await expect(openKeys(folder, aClock())).rejects.toMatchObject({ code, details: { file } })
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  it('that is a link is refused', async () => {
    const folder = join(await aFolder(), 'keys')
    const elsewhere = join(await aFolder(), 'keys')
    await openKeys(elsewhere, aClock())
    await mkdir(folder, { mode: 0o700 })
    await symlink(join(elsewhere, 'agent.json'), join(folder, 'agent.json'))
    await expect(openKeys(folder, aClock())).rejects.toMatchObject({ code: 'state_unreadable' })
  })
})

async function replaceIn(file: string, text: string, by: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(text, by))
}
