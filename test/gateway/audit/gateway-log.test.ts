import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { openCheckpoint } from '#gateway/audit/checkpoint.ts'
import { createGatewayLog, logIdOf } from '#gateway/audit/gateway-log.ts'
import { openNewLog } from '#gateway/audit/open-new-log.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { openLogKey } from '#gateway/keys/log-key.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { anUrgentEvent } from '#test/support/a-log.ts'

async function aGatewayLog(folder: string, store: Store, issuer = 'https://gate.example.com') {
  const clock = aClock()
  const key = await openLogKey(join(folder, 'keys'), clock)
  return createGatewayLog({ store, issuer, settingsFile: 'gateway.yaml', folder, key, clock, log: silentLog })
}

describe('The log of a gateway', () => {
  it.each([
    ['https://gate.example.com', 1, 'gate.example.com/audit'],
    ['http://localhost:8180', 1, 'localhost:8180/audit'],
    ['https://gate.example.com', 2, 'gate.example.com/audit-2'],
  ])('of %s, the %ith, is %s', (issuer, number, logId) => {
    expect(logIdOf(issuer, number)).toBe(logId)
  })

  it('keeps its key, its state and its tiles in the data folder and goes on after a restart', async () => {
    const folder = await aFolder()
    const store = await openStore(join(folder, 'postern.sqlite'))
    const first = await aGatewayLog(folder, store)
    await first.start()
    await store.transact((rows) => recordEvent(rows, anUrgentEvent()))
    await first.sequencer.flush()
    await first.sequencer.stop()
    const again = await aGatewayLog(folder, store)
    await again.start()
    expect(again.vkey()).toBe(first.vkey())
    expect(again.sequencer.isLocked()).toBe(false)
    const note = Buffer.from((await again.files.read(1, 'checkpoint'))?.content ?? []).toString()
    expect(openCheckpoint(note, 'gate.example.com/audit', again.trusted())?.size).toBe(2)
    await again.sequencer.stop()
    await store.close()
  })

  it('refuses an issuer of another host', async () => {
    const folder = await aFolder()
    const store = await openStore(join(folder, 'postern.sqlite'))
    const first = await aGatewayLog(folder, store)
    await first.start()
    await first.sequencer.stop()
    const other = await aGatewayLog(folder, store, 'https://other.example.com')
    const thrown = await other.start().catch((cause: unknown) => cause)
    expect(isFailure(thrown, 'settings_invalid')).toBe(true)
    await store.close()
  })
})

describe('A new log after a rollback', () => {
  it('has another origin, names the old one’s last checkpoint, and takes the rows that waited', async () => {
    const folder = await aFolder()
    const store = await openStore(join(folder, 'postern.sqlite'))
    const old = await aGatewayLog(folder, store)
    await old.start()
    await store.transact((rows) => recordEvent(rows, anUrgentEvent()))
    await old.sequencer.flush()
    await old.sequencer.stop()
    await store.transact((rows) => recordEvent(rows, anUrgentEvent()))
    const wish = { reason: 'the disk was restored', at: 1_795_510_900 }
    expect(await store.transact((rows) => openNewLog(rows, 'https://gate.example.com', wish))).toMatchObject({
      number: 2,
      logId: 'gate.example.com/audit-2',
    })
    const next = await aGatewayLog(folder, store)
    await next.start()
    expect(next.sequencer.isLocked()).toBe(false)
    expect(next.sequencer.log()).toEqual({ number: 2, logId: 'gate.example.com/audit-2', size: 2 })
    const [start] = await store.read((rows) => rows.log.leaves(2, 0, 5))
    const body = JSON.parse(start?.event.body ?? '{}')
    expect(openCheckpoint(body.previous, 'gate.example.com/audit', old.trusted())).toMatchObject({ size: 2 })
    expect(Buffer.from((await next.files.read(1, 'checkpoint'))?.content ?? []).toString()).toBe(body.previous)
    await next.sequencer.stop()
    await store.close()
  })
})
