import type { KeyLine } from '#tools/fill/key-lines.ts'
import { bindSelf } from './cores.ts'
import { evaluationRequest, mustBeDecided } from './evaluation-request.ts'
import type { Bench } from './figure.ts'
import { fillGateway, type GatewayPlace, makeGateway, startGateway } from './gateway-process.ts'
import { type HttpConnection, openConnection } from './http-connection.ts'
import { median } from './median.ts'
import { mustBeAccepted, reportingDevice } from './reporting-device.ts'

/** A running gateway whose devices report, and about which it is asked. */
export type AskedGateway = {
  readonly tookUs: number[]
  /** How many devices are asked about. */
  readonly asked: number
  connect(): Promise<void>
  /** One report of a device, then one evaluation about it: nothing is remembered of it, and its rows are read. */
  evaluate(turn: number): Promise<void>
  stop(): Promise<void>
}

export type AskedWish = {
  readonly name: string
  readonly devices: number
  /** How many of them, spread evenly, will report and be asked about. */
  readonly asked: number
  /** Adds to the database before the gateway runs. */
  readonly also?: (place: GatewayPlace, lines: readonly KeyLine[]) => Promise<void>
}

export async function askedGateway(bench: Bench, { name, devices, asked, also }: AskedWish): Promise<AskedGateway> {
  const place = await makeGateway(bench, name)
  bench.say(`filling ${devices} devices`)
  const step = devices / asked
  const lines = await fillGateway(place, devices, (index) => index % step === 0)
  await also?.(place, lines)
  const gateway = await startGateway(bench, place)
  const reporting = lines.map((line) => reportingDevice(line, place.nonces))
  let api: HttpConnection | undefined
  let check: HttpConnection | undefined
  const tookUs: number[] = []
  return {
    tookUs,
    asked,
    async connect() {
      api = await openConnection(gateway.api)
      check = await openConnection(gateway.check)
    },
    async evaluate(turn) {
      const device = reporting[turn % asked]
      if (device === undefined || api === undefined || check === undefined) throw new Error(`no device for ${turn}`)
      const report = await api.ask(await device.nextReport())
      mustBeAccepted(report)
      device.took(report)
      const request = evaluationRequest(place.caller, device.line, 'wiki')
      const began = performance.now()
      const answer = await check.ask(request)
      tookUs.push((performance.now() - began) * 1000)
      mustBeDecided(answer)
    },
    async stop() {
      api?.close()
      check?.close()
      await gateway.child.stop()
    },
  }
}

/** Asks both in turn, each first as often as the other, then stops them; medians in microseconds. */
export async function compareEvaluations(
  bench: Bench,
  yardstick: AskedGateway,
  other: AskedGateway,
  turns: number,
): Promise<{ readonly yardstick: number; readonly other: number }> {
  const unbind = bindSelf(bench.cores?.load)
  try {
    await yardstick.connect()
    await other.connect()
    bench.say(`${turns} evaluations of each`)
    for (let turn = 0; turn < turns; turn += 1) {
      if (turn % 2 === 0) await yardstick.evaluate(turn)
      await other.evaluate(turn)
      if (turn % 2 === 1) await yardstick.evaluate(turn)
    }
    return { yardstick: median(yardstick.tookUs), other: median(other.tookUs) }
  } finally {
    unbind()
    await Promise.all([yardstick.stop(), other.stop()])
  }
}
