import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrate, migrations } from '#gateway/storage/migrate.ts'
import { rowsOf } from '#gateway/storage/rows.ts'
import { statementsOf } from '#gateway/storage/statements.ts'
import { aPersonRecord, aStore } from '#test/support/a-store.ts'

describe('A database from before people had aliases', () => {
  it('finds everybody by their address afterwards', async () => {
    const connection = new DatabaseSync(':memory:')
    await migrate(connection, 'file', migrations.slice(0, 2))
    connection
      .prepare(
        `insert into persons (id, email, name, team, status, admin, roles, "groups", source) values (?, ?, ?, null, 'active', 1, '[]', '[]', 'settings')`,
      )
      .run('019aa0c2-7f10-7000-8000-000000000001', 'ada@example.com', 'Ada')
    await migrate(connection, 'file')
    const rows = rowsOf(statementsOf(connection), () => {})
    expect(await rows.people.findByAddress('ADA@example.com')).toMatchObject({ name: 'Ada', aliases: [], version: 1 })
    connection.close()
  })
})

describe('The store of people', () => {
  it('gives no address to two persons, and frees it when its holder gives it up', async () => {
    const store = await aStore()
    const ada = aPersonRecord({ aliases: ['A.Lovelace@example.com'] })
    const bob = aPersonRecord({ id: '019aa0c2-7f10-7000-8000-000000000002', email: 'a.lovelace@example.com' })
    await store.transact((rows) => rows.people.insert(ada))
    await expect(store.transact((rows) => rows.people.insert(bob))).rejects.toThrow()
    expect(await store.read((rows) => rows.people.list())).toHaveLength(1)
    await store.transact((rows) => rows.people.update({ ...ada, aliases: [] }))
    await store.transact((rows) => rows.people.insert(bob))
    expect((await store.read((rows) => rows.people.findByAddress('a.lovelace@example.com')))?.id).toBe(bob.id)
    await store.close()
  })
})

describe('The store of passkeys', () => {
  it('keeps a credential for one person alone', async () => {
    const store = await aStore()
    const ada = aPersonRecord()
    const passkey = {
      id: 'Zk3vQ0mXr8LwT1yHc9bNeg',
      credentialId: 'AAAA',
      personId: ada.id,
      publicKey: 'BBBB',
      counter: 0,
      label: 'Key',
      synced: false,
      createdAt: 1,
      usedAt: null,
    }
    await store.transact(async (rows) => {
      await rows.people.insert(ada)
      await rows.passkeys.insert(passkey)
    })
    await expect(
      store.transact((rows) => rows.passkeys.insert({ ...passkey, id: 'Zk3vQ0mXr8LwT1yHc9bNew' })),
    ).rejects.toThrow()
    await store.transact((rows) => rows.passkeys.used(passkey.id, 7, 9))
    expect(await store.read((rows) => rows.passkeys.findByCredential('AAAA'))).toEqual({
      ...passkey,
      counter: 7,
      usedAt: 9,
    })
    await store.close()
  })
})

describe('The store of ceremonies', () => {
  it('lets each be used once, and forgets those that ran out', async () => {
    const store = await aStore()
    const one = { nonce: 'a', label: 'sign-in', personId: null, binding: 'x', statement: null, expiresAt: 10 }
    await store.transact(async (rows) => {
      await rows.ceremonies.insert(one)
      await rows.ceremonies.insert({ ...one, nonce: 'b', statement: { act: 'x' } })
    })
    expect(await store.read((rows) => rows.ceremonies.find('b'))).toMatchObject({ statement: { act: 'x' } })
    const uses = await Promise.all([1, 2].map(() => store.transact((rows) => rows.ceremonies.use('a'))))
    expect(uses.sort()).toEqual([false, true])
    expect(await store.transact((rows) => rows.ceremonies.prune(9))).toBe(0)
    expect(await store.transact((rows) => rows.ceremonies.prune(10))).toBe(1)
    await store.close()
  })
})

describe('What nobody needs any more', () => {
  it('is forgotten: links of step-ups that ran out, notices that are old', async () => {
    const store = await aStore()
    const person = aPersonRecord()
    const link = {
      kind: 'request',
      personId: person.id,
      requestId: 'r',
      madeAt: 1,
      expiresAt: 10,
      usedAt: null,
    } as const
    const notice = { id: 'n', personId: person.id, type: 'passkey-added', at: 10, eventId: 1, seenAt: null }
    await store.transact(async (rows) => {
      await rows.people.insert(person)
      await rows.stepUps.insert({ ...link, idHash: 'a' })
      await rows.notices.insert(notice)
    })
    const prune = (before: number) =>
      store.transact(async (rows) => [await rows.stepUps.prune(before), await rows.notices.prune(before)])
    expect(await prune(10)).toEqual([0, 0])
    expect(await prune(11)).toEqual([1, 1])
    expect(await store.read((rows) => rows.notices.unseen(person.id))).toEqual([])
    await store.close()
  })
})
