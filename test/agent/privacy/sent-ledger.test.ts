import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSentLedger } from '#agent/privacy/sent-ledger.ts'
import { aFolder } from '#test/support/a-folder.ts'

const jws = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`
const odd = '{"iss":"urn:uuid:1", "name":"Zürich \\u00e4 \\"x\\"",\n "n":1}'

describe('the ledger of what was sent', () => {
  it('keeps the last payload of each type byte for byte, on disk when it has answered', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder)
    await ledger.record('eat+jwt', jws('{"seq":1}'), 10)
    await ledger.record('eat+jwt', jws(odd), 20)
    await ledger.record('enroll+jwt', jws('{}'), 5)
    const entries = [
      { typ: 'eat+jwt', at: 20, payload: odd },
      { typ: 'enroll+jwt', at: 5, payload: '{}' },
    ]
    expect(ledger.latest()).toEqual(entries)
    expect(JSON.parse(await readFile(join(folder, 'eat+jwt.json'), 'utf8')).payload).toBe(odd)
    expect((await openSentLedger(folder)).latest()).toEqual(entries)
    expect((await readdir(folder)).sort()).toEqual(['eat+jwt.json', 'enroll+jwt.json'])
  })

  it('says so when it cannot write, and what was there stays', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder)
    await writeFile(folder, 'a file in the place of the folder')
    await expect(ledger.record('eat+jwt', jws('{}'), 1)).rejects.toMatchObject({
      code: expect.stringMatching(/^state_un(read|writ)able$/),
    })
    expect(ledger.latest()).toEqual([])
  })

  it('writes one after another, so that the last one recorded is the one kept', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder)
    await Promise.all([1, 2, 3, 4, 5].map((seq) => ledger.record('eat+jwt', jws(`{"seq":${seq}}`), seq)))
    expect((await openSentLedger(folder)).latest()).toEqual([{ typ: 'eat+jwt', at: 5, payload: '{"seq":5}' }])
  })

  it('tells of each change', async () => {
    const ledger = await openSentLedger(join(await aFolder(), 'sent-ledger'))
    let told = 0
    const end = ledger.onChange(() => {
      told += 1
    })
    await ledger.record('eat+jwt', jws('{}'), 1)
    end()
    await ledger.record('eat+jwt', jws('{}'), 2)
    expect(told).toBe(1)
  })
})
