import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Failure } from '#domain/failure.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aStore } from '#test/support/a-store.ts'

describe('Acts that wait at the same moment', () => {
  it('are all kept', async () => {
    const store = await aStore()
    await Promise.all([1, 2, 3].map((n) => store.transact((rows) => rows.meta.put(`name-${n}`, String(n)))))
    expect(await store.read((rows) => rows.meta.get('name-3'))).toBe('3')
  })

  it('run one after another, even where one waits for its rows', async () => {
    const store = await aStore()
    const add = () =>
      store.transact(async (rows) => {
        const before = Number((await rows.meta.get('count')) ?? '0')
        await rows.meta.put('count', String(before + 1))
      })
    await Promise.all(Array.from({ length: 50 }, add))
    expect(await store.read((rows) => rows.meta.get('count'))).toBe('50')
  })

  it('are undone alone when one fails', async () => {
    const store = await aStore()
    const failing = store.transact(async (rows) => {
      await rows.meta.put('bad', 'kept')
      throw new Failure('not_found', {})
    })
    const good = store.transact((rows) => rows.meta.put('good', 'kept'))
    await expect(failing).rejects.toMatchObject({ code: 'not_found' })
    await good
    expect(await store.read(async (rows) => [await rows.meta.get('bad'), await rows.meta.get('good')])).toEqual([
      undefined,
      'kept',
    ])
  })

  it('are undone alone when the database refuses a row', async () => {
    const store = await aStore()
    const twice = store.transact(async (rows) => {
      await rows.people.insert(person('one', 'ada@example.com'))
      await rows.people.insert(person('two', 'Ada@Example.com'))
    })
    const after = store.transact((rows) => rows.people.insert(person('three', 'bob@example.com')))
    await expect(twice).rejects.toThrow(/UNIQUE/)
    await after
    expect((await store.read((rows) => rows.people.list())).map(({ id }) => id)).toEqual(['three'])
  })

  it('are refused when too many wait', async () => {
    const store = await openStore(':memory:', { waiting: 2, together: 1 })
    const answers = await Promise.allSettled(
      [1, 2, 3].map((n) => store.transact((rows) => rows.meta.put('name', String(n)))),
    )
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(answers[2]).toMatchObject({ reason: { code: 'unavailable' } })
  })
})

describe('A store on disk', () => {
  it('shows readers nothing of an act that is not committed yet', async () => {
    const store = await openStore(join(await aFolder(), 'data', 'postern.sqlite'))
    const seen = await store.transact(async (rows) => {
      await rows.meta.put('name', 'new')
      return store.read((outside) => outside.meta.get('name'))
    })
    expect(seen).toBeUndefined()
    expect(await store.read((rows) => rows.meta.get('name'))).toBe('new')
    await store.close()
  })

  it('refuses a write in a read', async () => {
    const store = await openStore(join(await aFolder(), 'data', 'postern.sqlite'))
    await expect(store.read((rows) => rows.meta.put('name', 'new'))).rejects.toThrow(/readonly/)
    await store.close()
  })

  it('answers what it accepted before it closes', async () => {
    const file = join(await aFolder(), 'data', 'postern.sqlite')
    const store = await openStore(file)
    const written = store.transact((rows) => rows.meta.put('name', 'kept'))
    await store.close()
    await written
    const again = await openStore(file)
    expect(await again.read((rows) => rows.meta.get('name'))).toBe('kept')
    await again.close()
  })

  it('takes turns with a second process on the same file', async () => {
    const file = join(await aFolder(), 'data', 'postern.sqlite')
    const [one, other] = await Promise.all([openStore(file), openStore(file)])
    await Promise.all([
      one.transact((rows) => rows.meta.put('one', '1')),
      other.transact((rows) => rows.meta.put('other', '2')),
    ])
    expect(await one.read((rows) => rows.meta.get('other'))).toBe('2')
    await one.close()
    await other.close()
  })
})

describe('Whoever follows the outbox', () => {
  it('is told after a commit that added to it, and only then', async () => {
    const store = await aStore()
    let told = 0
    store.onOutbox(() => {
      told += 1
    })
    await store.transact((rows) => rows.meta.put('name', 'value'))
    expect(told).toBe(0)
    await store.transact((rows) =>
      rows.feeds.append({ topic: 'device', subject: 'one', kind: 'result', data: null, at: 1 }),
    )
    expect(told).toBe(1)
  })
})

function person(id: string, email: string) {
  return {
    id,
    email,
    name: id,
    team: null,
    status: 'active',
    admin: false,
    roles: [],
    groups: [],
    source: 'settings',
    aliases: [],
    version: 1,
  } as const
}
