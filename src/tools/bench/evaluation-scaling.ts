import { bindSelf } from './cores.ts'
import { evaluationRequest, mustBeDecided } from './evaluation-request.ts'
import { type Bench, type Figure, withinPercent } from './figure.ts'
import { fillGateway, makeGateway, startGateway } from './gateway-process.ts'
import { type HttpConnection, openConnection } from './http-connection.ts'
import { median } from './median.ts'
import { mustBeAccepted, reportingDevice } from './reporting-device.ts'

const few = 100
const many = 100_000
const asked = 1000

/**
 * What one evaluation takes with 100 and with 100,000 devices in the database: each just after a report of that device, so
 * that nothing is remembered of it and its rows are read. Both gateways run side by side and are asked in turn.
 */
export const evaluationScaling: Figure = {
  names: ['evaluation-scaling'],
  async measure(bench) {
    const small = await prepare(bench, few, few)
    const large = await prepare(bench, many, asked)
    const unbind = bindSelf(bench.cores?.load)
    try {
      await small.connect()
      await large.connect()
      bench.say(`${asked} evaluations of each`)
      for (let turn = 0; turn < asked; turn += 1) {
        // Each comes first as often as the other.
        if (turn % 2 === 0) await small.evaluate(turn % few)
        await large.evaluate(turn)
        if (turn % 2 === 1) await small.evaluate(turn % few)
      }
      return [withinPercent('evaluation-scaling', median(large.tookUs), 'µs', median(small.tookUs), 20)]
    } finally {
      unbind()
      await Promise.all([small.stop(), large.stop()])
    }
  },
}

/** A running gateway with so many devices, of which some, spread evenly, will report and be asked about. */
async function prepare(bench: Bench, devices: number, wanted: number) {
  const place = await makeGateway(bench, `with-${devices}`)
  bench.say(`filling ${devices} devices`)
  const step = devices / wanted
  const lines = await fillGateway(place, devices, (index) => index % step === 0)
  const gateway = await startGateway(bench, place)
  const reporting = lines.map((line) => reportingDevice(line, place.nonces))
  let api: HttpConnection | undefined
  let check: HttpConnection | undefined
  const tookUs: number[] = []
  return {
    tookUs,
    async connect() {
      api = await openConnection(gateway.api)
      check = await openConnection(gateway.check)
    },
    async evaluate(index: number) {
      const device = reporting[index]
      if (device === undefined || api === undefined || check === undefined) throw new Error(`no device ${index}`)
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
