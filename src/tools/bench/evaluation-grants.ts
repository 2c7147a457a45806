import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { KeyLine } from '#tools/fill/key-lines.ts'
import { askedGateway, compareEvaluations } from './asked-gateway.ts'
import { type Figure, withinPercent } from './figure.ts'
import type { GatewayPlace } from './gateway-process.ts'

const devices = 1000
const turns = 1000
const live = 100_000
const ended = 1_000_000
/** Grants that each device had before, all of them ended. */
const endedOfEach = 10

/**
 * What one evaluation takes without grants in the database, and with a hundred thousand that live and a million that ended.
 * Those of the devices asked about have ended; the others are of devices elsewhere in the same tables.
 */
export const evaluationGrants: Figure = {
  names: ['evaluation-grants'],
  async measure(bench) {
    const none = await askedGateway(bench, { name: 'without-grants', devices, asked: devices })
    const many = await askedGateway(bench, {
      name: 'with-grants',
      devices,
      asked: devices,
      also: async (place, lines) => {
        bench.say(`adding ${live + ended} grants`)
        addGrants(place, lines)
      },
    })
    const took = await compareEvaluations(bench, none, many, turns)
    return [withinPercent('evaluation-grants', took.other, 'µs', took.yardstick, 20)]
  },
}

/** Rows alone, without the requests and leaves behind them: what a decision has to find its way past. */
function addGrants({ folder }: GatewayPlace, lines: readonly KeyLine[]): void {
  const database = new DatabaseSync(join(folder, 'postern.sqlite'), { enableForeignKeyConstraints: false })
  try {
    const now = Math.floor(Date.now() / 1000)
    database.exec('begin')
    database.exec('create temp table asked (number integer primary key, id text)')
    const ask = database.prepare('insert into asked values (?, ?)')
    for (const [number, { deviceId }] of lines.entries()) ask.run(number, deviceId)
    const own = lines.length * endedOfEach
    database
      .prepare(
        `with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < ?)
         insert into exception_grants (id, request_id, subject, device_id, checks, not_before, not_after, event_id)
         select printf('%08x-0000-7000-8000-%012x', n, n), printf('%08x-0000-7000-9000-%012x', n, n), 'subject',
           case when n < ? then (select id from asked where number = n % ?) else printf('device-%d', n % 100000) end,
           '["firewall"]', ? - 7200, case when n < ? then ? + 3600 - 7200 * (n % 2) else ? + 3600 end, 1 from numbers`,
      )
      .run(live + ended, own, lines.length, now, ended, now, now)
    database
      .prepare(`insert into exception_grant_ends select id, 'expired', ? - 60 from exception_grants where rowid <= ?`)
      .run(now, ended)
    database.exec('commit')
  } finally {
    database.close()
  }
}
