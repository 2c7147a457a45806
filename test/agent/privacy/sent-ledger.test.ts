import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSentLedger } from '#agent/privacy/sent-ledger.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

const jws = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`
const receiver = 'https://posture.example.com'
const sending = (typ: 'eat+jwt' | 'enroll+jwt', message: string, at: number) => ({ typ, jws: message, at, receiver })
const odd = '{"iss":"urn:uuid:1", "name":"Zürich \\u00e4 \\"x\\"",\n "n":1}'

describe('the ledger of what was sent', () => {
  it('keeps the last payload of each type byte for byte, on disk when it has answered', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder, silentLog)
    await ledger.record(sending('eat+jwt', jws('{"seq":1}'), 10))
    await ledger.record(sending('eat+jwt', jws(odd), 20))
    await ledger.record(sending('enroll+jwt', jws('{}'), 5))
    const entries = [
      { typ: 'eat+jwt', at: 20, payload: odd },
      { typ: 'enroll+jwt', at: 5, payload: '{}' },
    ]
    expect(ledger.latest()).toEqual(entries)
    expect(JSON.parse(await readFile(join(folder, 'eat+jwt.json'), 'utf8')).payload).toBe(odd)
    expect((await openSentLedger(folder, silentLog)).latest()).toEqual(entries)
    expect((await readdir(folder)).sort()).toEqual(['eat+jwt.json', 'enroll+jwt.json', 'log'])
  })

  it('says so when it cannot write, and what was there stays', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder, silentLog)
    await writeFile(folder, 'a file in the place of the folder')
    await expect(ledger.record(sending('eat+jwt', jws('{}'), 1))).rejects.toMatchObject({
      code: expect.stringMatching(/^state_un(read|writ)able$/),
    })
    expect(ledger.latest()).toEqual([])
  })

  it('writes one after another, so that the last one recorded is the one kept', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder, silentLog)
    await Promise.all([1, 2, 3, 4, 5].map((seq) => ledger.record(sending('eat+jwt', jws(`{"seq":${seq}}`), seq))))
    expect((await openSentLedger(folder, silentLog)).latest()).toEqual([
      { typ: 'eat+jwt', at: 5, payload: '{"seq":5}' },
    ])
  })

  it('tells of each change', async () => {
    const ledger = await openSentLedger(join(await aFolder(), 'sent-ledger'), silentLog)
    let told = 0
    const end = ledger.onChange(() => {
      told += 1
    })
    await ledger.record(sending('eat+jwt', jws('{}'), 1))
    end()
    await ledger.record(sending('eat+jwt', jws('{}'), 2))
    expect(told).toBe(1)
  })
})

describe('a message in the ledger', () => {
  it('can be read again byte for byte, with why it was made and what was answered', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    const ledger = await openSentLedger(folder, silentLog)
    const settle = await ledger.record({ ...sending('eat+jwt', jws(odd), 20), reason: 'changed' })
    settle({ outcome: 'accepted' })
    const refused = await ledger.record(sending('enroll+jwt', jws('{}'), 30))
    refused({ outcome: 'refused', code: 'enrollment_refused' })
    await ledger.settled()

    const again = await openSentLedger(folder, silentLog)
    const heads = await again.all()
    expect(heads).toMatchObject([
      { typ: 'enroll+jwt', at: 30, outcome: 'refused', code: 'enrollment_refused', reason: null },
      { typ: 'eat+jwt', at: 20, outcome: 'accepted', code: null, reason: 'changed', receiver, bytes: jws(odd).length },
    ])
    expect(await again.find(heads[1]?.id ?? '')).toMatchObject({ jws: jws(odd), header: '{}', payload: odd })
  })

  it('counts as not confirmed when the program ends between writing and sending', async () => {
    const folder = join(await aFolder(), 'sent-ledger')
    await (await openSentLedger(folder, silentLog)).record(sending('eat+jwt', jws('{}'), 1))
    expect(await (await openSentLedger(folder, silentLog)).all()).toMatchObject([
      { outcome: 'unconfirmed', code: null },
    ])
  })

  it('is not found under an id that nobody gave', async () => {
    const ledger = await openSentLedger(join(await aFolder(), 'sent-ledger'), silentLog)
    expect(await ledger.find('AAAAAAAAAAAAAAAAAAAAAA')).toBeUndefined()
  })
})
