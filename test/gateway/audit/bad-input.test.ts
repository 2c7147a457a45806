import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { createGatewayLog, type GatewayLog } from '#gateway/audit/gateway-log.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { openLogKey } from '#gateway/keys/log-key.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import { type Clock, systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { anUrgentEvent, aQuietEvent } from '#test/support/a-log.ts'
import { anExceptionDesk, hour, laptop, staff } from '#test/support/an-exception-desk.ts'
import { whyNot } from '#test/support/what-is-here.ts'

const run = promisify(execFile)
const sources = { terms: async () => undefined, decisions: async () => [] }

type Opened = { readonly store: Store; readonly log: GatewayLog; readonly file: string }

/** The log of a gateway in a folder, as it is at a start. */
async function opened(folder: string, clock: Clock = systemClock()): Promise<Opened> {
  const file = join(folder, 'postern.sqlite')
  const store = await openStore(file)
  const key = await openLogKey(join(folder, 'keys'), aClock())
  const ports = { store, issuer: 'https://gate.example.com', settingsFile: 'gateway.yaml', folder, key }
  const log = createGatewayLog({ ...ports, clock, log: silentLog })
  await log.start()
  return { store, log, file }
}

async function closed({ store, log }: Opened): Promise<void> {
  await log.sequencer.stop()
  await store.close()
}

async function record({ store }: Opened, event = anUrgentEvent()): Promise<number> {
  return await store.transact((rows) => recordEvent(rows, event))
}

async function exported({ store, log }: Opened) {
  const folder = await aFolder()
  const wish = { log: 1, from: 0, to: Number.MAX_SAFE_INTEGER, version: '0.1.0', vkeys: [log.vkey()] }
  await writeBundle(store, log.signer(), sources, folder, wish)
  return await verifyBundle(folder, { keys: log.vkey() })
}

/** A log of twelve leaves and several checkpoints, closed. */
async function aLogOnDisk(): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await aFolder()
  const first = await opened(folder)
  for (let n = 0; n < 11; n += 1) {
    await record(first, aQuietEvent(1_795_510_800 + n))
    if (n % 3 === 0) await first.log.sequencer.flush()
  }
  await first.log.sequencer.flush()
  await closed(first)
  return { folder, file: first.file }
}

function tampered(file: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(file)
  for (const each of statements) database.exec(each)
  database.close()
}

describe('24 and 26: somebody with the rights of the database', () => {
  it.each<readonly [string, readonly string[]]>([
    ['truncates the log', ['delete from audit_leaves where position >= 10', 'update audit_logs set size = 10']],
    [
      'truncates it with its checkpoints',
      [
        'delete from audit_leaves where position >= 4',
        'delete from audit_checkpoints where size > 4',
        'update audit_logs set size = 4, cursor = 4',
      ],
    ],
    [
      'reorders two leaves',
      [
        'update audit_leaves set position = 100 where position = 5',
        'update audit_leaves set position = 5 where position = 6',
        'update audit_leaves set position = 6 where position = 100',
      ],
    ],
    [
      'doubles a leaf in the place of another',
      [
        'update audit_leaves set (hash, leaf) = (select hash, leaf from audit_leaves where position = 3) where position = 4',
      ],
    ],
    [
      'plants a leaf behind the end',
      [
        `insert into audit_events (type, at, body, body_salt, body_commit) select type, at, body, body_salt, body_commit from audit_events where id = 5`,
        'insert into audit_leaves (log, position, event_id, hash, leaf) select log, 12, (select max(id) from audit_events), hash, leaf from audit_leaves where position = 11',
      ],
    ],
    [
      'edits a leaf and its hash',
      [
        `update audit_leaves set leaf = replace(leaf, '"chains-recovered"', '"policy-published"'), hash = 'jEqRLKPWRseOW9srzP8x4kpc0O1UdNphiFBKf_ZFczU' where position = 7`,
      ],
    ],
  ])('%s: nothing is signed any more', async (_, statements) => {
    const { folder, file } = await aLogOnDisk()
    tampered(file, ...statements)
    const again = await opened(folder)
    expect(again.log.sequencer.isLocked()).toBe(true)
    const id = await record(again)
    expect(await again.log.sequencer.covered(id)).toBeNull()
    const waiting = await again.store.read((rows) => rows.audit.after(0, 100))
    const told = waiting.find(({ type }) => type === 'log-locked')
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ cause: 'rollback', actor: null })
    // What is under the last checkpoint may be whole: that it is older, or has something behind it, the gateway alone sees.
    const isOlder = statements.some((each) => /^(delete from audit_checkpoints|insert into)/.test(each))
    const exit = await exported(again).then(
      (verified) => verified.exit,
      () => 'not exported',
    )
    if (isOlder) expect(exit).toBe(0)
    else expect([1, 'not exported']).toContain(exit)
    await closed(again)
  })

  it.each<readonly [string, string, number]>([
    ['edits a body', `update audit_events set body = replace(body, '"devices":1', '"devices":2') where id = 5`, 5],
    [
      'edits a leaf and leaves its hash',
      `update audit_leaves set leaf = replace(leaf, '"v":1', '"v":2') where position = 5`,
      3,
    ],
    [
      'forges a checkpoint',
      `update audit_checkpoints set note = replace(note, char(10) || '12' || char(10), char(10) || '13' || char(10)) where size = 12`,
      2,
    ],
    ['gives a body another salt', `update audit_events set body_salt = '${'A'.repeat(43)}' where id = 5`, 5],
  ])('%s: a bundle names it', async (_, statement, check) => {
    const { folder, file } = await aLogOnDisk()
    tampered(file, statement)
    const again = await opened(folder)
    const verified = await exported(again)
    expect(verified.exit).toBe(1)
    expect(verified.breaks.map((each) => each.check)).toContain(check)
    expect(verified.breaks.find((each) => each.check === check)).toMatchObject({ says: expect.any(String) })
    await closed(again)
  })

  it('plants a vote: it completes nothing', async () => {
    const file = join(await aFolder(), 'desk.sqlite')
    const desk = await anExceptionDesk({ store: await openStore(file) })
    const { requestId: earlier } = await desk.granted({ resources: ['payments'] })
    const { request_id: id } = await desk.pending()
    await desk.log.sequencer.flush()
    const digests = await desk.store.read(async (rows) => [
      (await rows.exceptions.find(earlier))?.termsDigest,
      (await rows.exceptions.find(id))?.termsDigest,
    ])
    // The vote of another request, as if it had been for this one.
    tampered(
      file,
      `insert into exception_moves select '${id}', position, act, type, at, actor, state,
        replace(members, '${digests[0]}', '${digests[1]}'),
        (select min(id) from audit_events where id not in (select event_id from exception_moves))
        from exception_moves where request_id = '${earlier}' and actor = '${staff.barbara.id}' and type = 'vote-approved'`,
      `update exception_moves set position = 3 where request_id = '${id}' and type = 'vote-approved'`,
    )
    await expect(desk.vote('edsger', id)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await desk.state(id)).toBe('pending')
    expect(await desk.access()).toBe('refuse')
  })

  it('takes the end of a grant out: the grant stays ended, as the log has it', async () => {
    const file = join(await aFolder(), 'desk.sqlite')
    const desk = await anExceptionDesk({ store: await openStore(file) })
    const { requestId, grantId } = await desk.granted({ seconds: hour })
    await desk.act(requestId, 'surrender')
    await desk.log.sequencer.flush()
    await desk.frames()
    tampered(file, `delete from exception_grant_ends where grant_id = '${grantId}'`)
    expect(await desk.access()).toBe('refuse')
    expect(await desk.store.read((rows) => desk.ports.grants.of(rows, laptop.id, desk.now()))).toEqual([])
  })
})

/** A disk of its own, small enough to be filled; undefined where this machine does not let us mount one. */
async function aSmallDisk(megabytes: number): Promise<string | undefined> {
  const folder = await aFolder()
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  if (!mounted) return undefined
  onTestFinished(async () => void (await run('umount', ['-l', folder])))
  return folder
}

/** Until nothing fits on it any more. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'ballast')
  for (const size of [1 << 20, 1 << 16, 1 << 12, 1]) {
    let isFull = false
    while (!isFull)
      await writeFile(file, Buffer.alloc(size), { flag: 'a' }).catch(() => {
        isFull = true
      })
  }
  return () => rm(file)
}

describe('A disk that is full between an act and its checkpoint', () => {
  it('delays the proof and loses nothing; an act that does not fit is not acknowledged', async (context) => {
    const disk = await aSmallDisk(12)
    if (disk === undefined) return context.skip(whyNot('no small disk'))
    const clock = aClock() // by which alone a quiet act is sequenced
    const gateway = await opened(disk, clock)
    const acknowledged = [await record(gateway, aQuietEvent())]
    await gateway.log.sequencer.flush()
    const act = await record(gateway, aQuietEvent())
    acknowledged.push(act)
    const free = await fill(disk)
    const asked = gateway.log.sequencer.covered(act)
    let isAnswered = false
    void asked.finally(() => {
      isAnswered = true
    })
    while (!isAnswered) await clock.advance(1000)
    expect(await asked).toBeNull()
    expect(await untilRefused(gateway, acknowledged)).toBe('unavailable')
    expect(gateway.log.sequencer.isLocked()).toBe(false)
    await free()
    await gateway.log.sequencer.flush()
    for (const id of acknowledged)
      expect(await gateway.log.sequencer.covered(id)).toMatchObject({ index: expect.any(Number) })
    const rows = await gateway.store.read((all) => all.audit.after(0, 100_000))
    expect(rows.filter(({ type }) => type === 'chains-recovered')).toHaveLength(acknowledged.length)
    expect((await exported(gateway)).breaks.filter(({ check }) => check < 7)).toEqual([])
    await closed(gateway)
  }, 60_000)

  it('keeps a grant recorded and unusable until it is proven', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.vote('edsger', id)
    await desk.log.sequencer.flush()
    const { write } = desk.log.state
    desk.log.state.write = async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    const voting = desk.vote('barbara', id, { stage: 'b' })
    let isAnswered = false
    void voting.finally(() => {
      isAnswered = true
    })
    while (!isAnswered) await desk.advance(1)
    expect(await voting).toMatchObject({ state: 'approved', log: null })
    expect(await desk.access()).toBe('refuse')
    desk.log.state.write = write
    await desk.log.sequencer.flush()
    expect(await desk.access()).toBe('allow')
  })
})

async function untilRefused(gateway: Opened, acknowledged: number[]): Promise<string> {
  for (let n = 0; n < 100_000; n += 1) {
    try {
      acknowledged.push(await record(gateway, aQuietEvent()))
    } catch (thrown) {
      return isFailure(thrown) ? thrown.code : String(thrown)
    }
  }
  return 'nothing was refused'
}

describe('5 A clock that is set forward a year, and back', () => {
  it('writes nothing that the clock alone would make true, raises the alarm, and leaves a log that verifies', async () => {
    const desk = await anExceptionDesk()
    await desk.granted({ seconds: hour })
    desk.jumpWall(365 * 86_400)
    await expect(desk.ask({ resources: ['payments'] })).rejects.toMatchObject({ code: 'unavailable' })
    desk.jumpWall(-365 * 86_400)
    await desk.log.sequencer.flush()
    const times = (await desk.log.leaves()).map((leaf): number => JSON.parse(leaf).time)
    expect(times).toEqual(times.toSorted((left, right) => left - right))
    expect(Math.max(...times)).toBeLessThan(desk.now() + 60)
    expect(await desk.access()).toBe('allow')
  })

  it('never makes a time of the log fall', async () => {
    const gateway = await opened(await aFolder())
    for (const at of [1_795_510_800, 1_827_046_800, 1_795_510_700]) await record(gateway, aQuietEvent(at))
    await gateway.log.sequencer.flush()
    const leaves = await gateway.store.read((rows) => rows.log.leaves(1, 1, 10))
    expect(leaves.map(({ leaf }): number => JSON.parse(leaf).time)).toEqual([
      1_795_510_800, 1_827_046_800, 1_827_046_800,
    ])
    expect(leaves.map(({ event }) => event.at)).toEqual([1_795_510_800, 1_827_046_800, 1_795_510_700])
    expect((await exported(gateway)).exit).toBe(0)
    await closed(gateway)
  })
})
