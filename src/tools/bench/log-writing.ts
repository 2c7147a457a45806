import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createGatewayLog } from '#gateway/audit/gateway-log.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { createActingClock } from '#gateway/exceptions/acting-clock.ts'
import { createLiveGrants } from '#gateway/exceptions/live-grants.ts'
import type { ExceptionPorts } from '#gateway/exceptions/ports.ts'
import { takeDeviceAction } from '#gateway/exceptions/take-device-action.ts'
import { openLogKey } from '#gateway/keys/log-key.ts'
import { readDirectory } from '#gateway/people/read-directory.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { madeUpDevice } from '#tools/fill/made-up-device.ts'
import { atLeastShare, type Bench, type Figure, type Measured, reported } from './figure.ts'
import { benchIssuer } from './gateway-process.ts'
import { median } from './median.ts'
import { addPendingRequest, type PendingRequest } from './pending-requests.ts'

const requests = 3000
const rounds = 5
const atOnce = 64
const inserts = 400
const quietLeaves = 20_000

/** Acts of exceptions written durably and logged, and leaves made of rows: in this process, one gateway on SQLite. */
export const logWriting: Figure = {
  names: ['withdrawals', 'sequencer'],
  async measure(bench) {
    const folder = join(bench.folder, 'log-writing')
    const store = await openStore(join(folder, 'postern.sqlite'))
    const clock = systemClock()
    const log = createGatewayLog({
      store,
      issuer: benchIssuer,
      settingsFile: 'bench',
      folder,
      key: await openLogKey(join(folder, 'keys'), clock),
      clock,
      log: silentLog,
    })
    try {
      await log.start()
      const withdrawn = await withdrawals(bench, store, log, folder)
      return [withdrawn, await sequencing(bench, store, log)]
    } finally {
      await log.sequencer.stop()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

type Log = ReturnType<typeof createGatewayLog>

/** Withdrawals per second, sixty-four asked at once, against single rows written and synchronised one after another. */
async function withdrawals(bench: Bench, store: Store, log: Log, folder: string): Promise<Measured> {
  const ports = exceptionPorts(store, log)
  bench.say(`filing ${requests} requests`)
  const pending = await fileRequests(store)
  await log.sequencer.flush()
  const rates: number[] = []
  const bare: number[] = []
  const share = requests / rounds
  for (let round = 0; round < rounds; round += 1) {
    bare.push(insertRate(join(folder, `yardstick-${round}.sqlite`)))
    const waiting = pending.slice(round * share, (round + 1) * share).values()
    const began = performance.now()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const request of waiting) await withdraw(ports, request)
      }),
    )
    rates.push((share * 1000) / (performance.now() - began))
    await log.sequencer.flush()
  }
  return atLeastShare('withdrawals', median(rates), '/s', median(bare), 0.5)
}

function exceptionPorts(store: Store, log: Log): ExceptionPorts {
  const clock = createActingClock({
    wallMs: Date.now,
    uptimeMs: () => uptime() * 1000,
    lastLeafSeconds: null,
    onJump: () => undefined,
  })
  return {
    issuer: benchIssuer,
    store,
    book: () => undefined,
    resources: [],
    clock,
    log: log.sequencer,
    trusted: log.trusted,
    grants: createLiveGrants({ store, trusted: log.trusted, log: silentLog }),
    usage: { usesOf: () => [], settle: async () => undefined },
    directory: readDirectory,
    onGrantsChanged: () => undefined,
  }
}

async function fileRequests(store: Store): Promise<readonly PendingRequest[]> {
  const filed: PendingRequest[] = []
  for (let start = 0; start < requests; start += 500)
    await store.transact(async (rows) => {
      for (let index = start; index < start + 500; index += 1) {
        const nowMs = Date.now()
        const { person, device, key } = madeUpDevice('bench', index, nowMs)
        const owner = (await rows.people.findByEmail(person.email)) ?? person
        if (owner === person) await rows.people.insert(person)
        const owned = { ...device, ownerId: owner.id }
        await rows.devices.insert(owned)
        await rows.deviceKeys.insert(key)
        filed.push(await addPendingRequest(rows, owned, key.kid, nowMs))
      }
    })
  return filed
}

async function withdraw(ports: ExceptionPorts, { id, device, termsDigest }: PendingRequest): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: `urn:uuid:${device.id}`,
    aud: benchIssuer,
    iat: now,
    exp: now + 120,
    jti: randomId(),
    eat_nonce: 'x'.repeat(43),
    request_id: id,
    action: 'withdraw',
    terms_digest: termsDigest,
  } as const
  const answer = await takeDeviceAction(ports, id, { device, claims, jws: 'e30.e30.e30' }, {})
  if (answer.state !== 'withdrawn') throw new Error(`the request is ${answer.state}`)
}

/** Rows per second, each in a transaction of its own, WAL and synchronous FULL as the gateway has them. */
function insertRate(file: string): number {
  const database = new DatabaseSync(file)
  try {
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; create table rows (id integer primary key, text text)',
    )
    const insert = database.prepare('insert into rows (text) values (?)')
    const began = performance.now()
    for (let count = 0; count < inserts; count += 1) insert.run('x'.repeat(200))
    return (inserts * 1000) / (performance.now() - began)
  } finally {
    database.close()
  }
}

/** Leaves per second from rows that wait to a signed checkpoint, and SHA-256 over the bytes of the same leaves and bodies. */
async function sequencing(bench: Bench, store: Store, log: Log): Promise<Measured> {
  const rates: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`${quietLeaves / rounds} rows become leaves`)
    const from = log.sequencer.log().size
    await store.transact(async (rows) => {
      for (let count = 0; count < quietLeaves / rounds; count += 1) {
        const at = Math.floor(Date.now() / 1000)
        await recordEvent(rows, {
          type: 'chains-recovered',
          at,
          actor: null,
          object: null,
          members: { until: at, devices: count },
        })
      }
    })
    const began = performance.now()
    await log.sequencer.flush()
    rates.push(((log.sequencer.log().size - from) * 1000) / (performance.now() - began))
    const texts = await store.read((rows) => rows.log.leaves(1, from, quietLeaves))
    const bytes = texts.map(({ leaf, event }) => Buffer.from(`${leaf}${event.body}`))
    const hashing = performance.now()
    for (const each of bytes) createHash('sha256').update(each).digest()
    bare.push((bytes.length * 1000) / (performance.now() - hashing))
  }
  return reported('sequencer', median(rates), 'leaves/s', median(bare))
}
