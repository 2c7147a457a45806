import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStore } from '#gateway/storage/open-store.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { accessFrom, aFreshDeviceKey, reportAs } from '#test/support/a-second-device.ts'
import { deviceKid } from '#test/support/a-wire.ts'
import { anExceptionDesk, type Desk, laptop, staff } from '#test/support/an-exception-desk.ts'

/** Invariants of exceptions.md section 12 about grants, held at the gateway's own rows, leaves and keys. */

const tablet = { ...laptop, id: '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e7', enrollmentId: 'b', sueid: 'another' }

async function closed({ log, store }: Desk): Promise<void> {
  await log.sequencer.stop()
  await store.close()
}

describe('21 A grant for device A does nothing for device B, nor for A after re-enrolment or a key change without rotation', () => {
  it('whatever else the other device, its owner and its key are', async () => {
    const other = fc.record({
      owner: fc.constantFrom('ada', 'grace'),
      sameHints: fc.boolean(),
      resource: fc.constantFrom('wiki', 'payments'),
    })
    await fc.assert(
      fc.asyncProperty(other, async ({ owner, sameHints, resource }) => {
        const desk = await anExceptionDesk()
        await desk.granted({ resources: [resource] })
        const key = aFreshDeviceKey(tablet.id, desk.now())
        const hints = sameHints ? { serialHash: laptop.serialHash, hostname: laptop.hostname } : { hostname: 'other' }
        await desk.store.transact(async (rows) => {
          await rows.people.update({ ...staff[owner], groups: [...staff[owner].groups, 'staff'] })
          await rows.devices.insert({ ...tablet, ...hints, ownerId: staff[owner].id })
          await rows.deviceKeys.insert(key)
        })
        await reportAs(desk, tablet.id, key.kid)
        expect(await accessFrom(desk, tablet.id, resource)).toBe('refuse')
        expect(await desk.store.read((rows) => desk.ports.grants.of(rows, tablet.id, desk.now()))).toEqual([])
        expect(await desk.access(resource)).toBe('allow')
        await closed(desk)
      }),
      { numRuns: 60 },
    )
  })

  it('nor where a row says that the grant is one of the other device: its leaf says which it is of', async () => {
    const file = join(await aFolder(), 'desk.sqlite')
    const desk = await anExceptionDesk({ store: await openStore(file) })
    const { grantId } = await desk.granted()
    const key = aFreshDeviceKey(tablet.id, desk.now())
    await desk.store.transact(async (rows) => {
      await rows.devices.insert(tablet)
      await rows.deviceKeys.insert(key)
    })
    await reportAs(desk, tablet.id, key.kid)
    const database = new DatabaseSync(file)
    database.exec(`update exception_grants set device_id = '${tablet.id}' where id = '${grantId}'`)
    database.close()
    expect(await desk.store.read((rows) => desk.ports.grants.of(rows, tablet.id, desk.now()))).toEqual([])
    expect([await accessFrom(desk, tablet.id), await desk.access()]).toEqual(['refuse', 'refuse'])
    await closed(desk)
  })

  it('nor for the machine under the id that a new enrolment gives it, with the old key or another', async () => {
    for (const keepsKey of [true, false]) {
      const desk = await anExceptionDesk()
      await desk.granted()
      expect(await desk.access()).toBe('allow')
      const key = aFreshDeviceKey(tablet.id, desk.now())
      await desk.store.transact(async (rows) => {
        await rows.devices.setState(laptop.id, 'superseded')
        await rows.devices.insert(tablet)
        if (!keepsKey) {
          await rows.deviceKeys.retireAllOf(laptop.id, desk.now())
          await rows.deviceKeys.insert(key)
        }
      })
      await reportAs(desk, tablet.id, keepsKey ? deviceKid : key.kid)
      expect([await accessFrom(desk, tablet.id), await desk.access()]).toEqual(['refuse', 'refuse'])
      await closed(desk)
    }
  })

  it('nor for the same device with a key that no rotation led to, until the old key is the current one again', async () => {
    const desk = await anExceptionDesk()
    await desk.granted()
    const key = aFreshDeviceKey(laptop.id, desk.now())
    await desk.store.transact(async (rows) => {
      await rows.deviceKeys.retireAllOf(laptop.id, desk.now())
      await rows.deviceKeys.insert(key)
    })
    await reportAs(desk, laptop.id, key.kid)
    const [grant] = await desk.store.read((rows) => desk.ports.grants.of(rows, laptop.id, desk.now()))
    expect(grant).toMatchObject({ keyReached: false })
    expect(await desk.access()).toBe('refuse')
    await closed(desk)
  })
})

describe('24 A row in storage that policy and log do not yield is inert', () => {
  const newId = '01a20cd0-3a10-7000-8000-0000000000ee'

  async function aDeskOnDisk() {
    const file = join(await aFolder(), 'desk.sqlite')
    const desk = await anExceptionDesk({ store: await openStore(file) })
    const plant = (...statements: readonly string[]) => {
      const database = new DatabaseSync(file)
      for (const each of statements) database.exec(each)
      database.close()
    }
    return { desk, plant }
  }
  /** A copy of a row, with some of its columns said otherwise. */
  const copyOf = (table: string, columns: readonly string[], where: string, other: { [column: string]: string }) =>
    `insert into ${table} (${columns}) select ${columns.map((name) => other[name] ?? name)} from ${table} where ${where}`
  const requestColumns = (
    'id device_id draft_id subject requester mode checks resources risk_tier facts state revision terms_digest ' +
    'submitted_at pending_at closed_at decide_by grant_id due_at'
  ).split(' ')
  const grantColumns = 'id request_id subject device_id checks not_before not_after event_id'.split(' ')

  it('a request, approved, with its revision and a grant: nothing is excused', async () => {
    const { desk, plant } = await aDeskOnDisk()
    const { requestId, grantId } = await desk.granted({ resources: ['payments'] })
    const other = `'${newId}'`
    plant(
      copyOf('exception_requests', requestColumns, `id = '${requestId}'`, {
        id: other,
        draft_id: other,
        resources: `'["wiki"]'`,
        grant_id: other,
      }),
      copyOf('exception_grants', grantColumns, `id = '${grantId}'`, { id: other, request_id: other }),
    )
    expect([await desk.access('wiki'), await desk.access('payments')]).toEqual(['refuse', 'allow'])
    await desk.act(requestId, 'surrender')
    expect(await desk.access('payments')).toBe('refuse')
    await closed(desk)
  })

  it('a request that says it is approved: no vote, no grant', async () => {
    const { desk, plant } = await aDeskOnDisk()
    const { request_id: id } = await desk.pending()
    plant(`update exception_requests set state = 'approved', grant_id = '${newId}' where id = '${id}'`)
    expect(await desk.access('wiki')).toBe('refuse')
    expect(await desk.store.read((rows) => rows.grants.newest(9))).toEqual([])
    await closed(desk)
  })

  it('a grant row that is longer, or for more, than the log says: the log is what counts', async () => {
    const { desk, plant } = await aDeskOnDisk()
    const { grantId } = await desk.granted({ seconds: 600 })
    plant(
      `update exception_grants set not_after = not_after + 86400, checks = '["firewall","disk"]' where id = '${grantId}'`,
    )
    expect(await desk.access('wiki')).toBe('allow')
    await desk.advance(600)
    expect(await desk.access('wiki')).toBe('refuse')
    await closed(desk)
  })

  it('terms put in the place of those that were signed: their digest is another, and nothing is excused', async () => {
    const { desk, plant } = await aDeskOnDisk()
    const { requestId } = await desk.granted({ resources: ['payments'] })
    plant(
      `update exception_revisions set terms = replace(terms, '"payments"', '"wiki"') where request_id = '${requestId}'`,
    )
    expect([await desk.access('wiki'), await desk.access('payments')]).toEqual(['refuse', 'refuse'])
    await closed(desk)
  })

  it('a row of who has voted: it is no vote', async () => {
    const { desk, plant } = await aDeskOnDisk()
    const { request_id: id } = await desk.pending()
    plant(
      `insert into exception_votes (request_id, revision, person, position) values ('${id}', 1, '${staff.barbara.id}', 3)`,
    )
    expect(await desk.vote('edsger', id)).toMatchObject({ state: 'pending', tally: [{ have: 1 }, { have: 0 }] })
    expect(await desk.access('wiki')).toBe('refuse')
    await closed(desk)
  })

  it('a vote that nobody cast, in the place of one that is needed: nothing is approved over it', async () => {
    const { desk, plant } = await aDeskOnDisk()
    const { requestId: earlier } = await desk.granted({ resources: ['payments'] })
    const { request_id: id } = await desk.pending()
    const [old, own] = await desk.store.read(async (rows) => [
      (await rows.exceptions.find(earlier))?.termsDigest,
      (await rows.exceptions.find(id))?.termsDigest,
    ])
    // Barbara's vote for the other request, as if it had been for this one; its event is one of no request.
    plant(
      `insert into exception_moves select '${id}', 3, act, type, at, actor, state, replace(members, '${old}', '${own}'),
        (select min(id) from audit_events where id not in (select event_id from exception_moves))
        from exception_moves where request_id = '${earlier}' and actor = '${staff.barbara.id}' and type = 'vote-approved'`,
    )
    await expect(desk.vote('edsger', id)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await desk.access('wiki')).toBe('refuse')
    expect(await desk.store.read((rows) => rows.grants.newest(9))).toHaveLength(1)
    await closed(desk)
  })
})
