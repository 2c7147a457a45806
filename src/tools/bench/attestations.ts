import * as z from 'zod'
import { bindSelf } from './cores.ts'
import { atLeastShare, type Figure } from './figure.ts'
import { fillGateway, makeGateway, startGateway } from './gateway-process.ts'
import { openConnection } from './http-connection.ts'
import { load } from './load.ts'
import { cpuMs } from './process-cost.ts'
import { mustBeAccepted, type ReportingDevice, reportingDevice } from './reporting-device.ts'
import { bareRate, type Exchange } from './yardsticks.ts'

const devices = 3000
const rounds = 10 // with the two that warm up not more than the 12 a minute that a device may send
const connections = 128
const longestMs = 10_000
const bareMs = 3000
const signatureLength = 87 // of a compact JWS, with its dot

/** Attestations accepted durably per second on one processor, against what nobody can do without. */
export const attestations: Figure = {
  names: ['attestations'],
  async measure(bench) {
    const place = await makeGateway(bench, 'attestations')
    bench.say(`filling ${devices} devices`)
    const lines = await fillGateway(place, devices)
    const gateway = await startGateway(bench, place)
    const unbind = bindSelf(bench.cores?.load)
    try {
      const reporting = lines.map((line) => reportingDevice(line, place.nonces))
      bench.say('one report of each device, to warm up')
      const exchange = await reportOnce(gateway.api, reporting)
      bench.say(`signing ${devices * rounds} reports ahead`)
      const waiting = await signAhead(reporting)
      const under = { connections, forMs: bareMs }
      const signatures = signedSizes(exchange)
      bench.say('bare HTTP with one verification and two signatures')
      const before = await bareRate(bench, exchange, under, signatures)
      bench.say(`reports over ${connections} connections`)
      const cpuBefore = await cpuMs(gateway.child.pid)
      let answers = 0
      const rate = await load({
        port: gateway.api,
        connections,
        forMs: longestMs,
        next: (connection) => waiting[connection]?.next().value,
        onAnswer(answer) {
          mustBeAccepted(answer)
          answers += 1
        },
      })
      const usedUs = (((await cpuMs(gateway.child.pid)) - cpuBefore) * 1000) / answers
      bench.say(`${answers} accepted, ${usedUs.toFixed(0)} µs of CPU each`)
      await gateway.child.stop()
      const after = await bareRate(bench, exchange, under, signatures)
      return [atLeastShare('attestations', rate, '/s', (before + after) / 2, 0.5)]
    } finally {
      unbind()
      await gateway.child.stop()
    }
  },
}

/** Some rounds of reports per connection. A device always speaks over the same one, so that its chain stays in order. */
async function signAhead(reporting: readonly ReportingDevice[]): Promise<readonly Iterator<Buffer, undefined>[]> {
  const requests: Buffer[][] = Array.from({ length: connections }, () => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [place, device] of reporting.entries()) requests[place % connections]?.push(await device.nextReport())
  return requests.map((each) => each.values())
}

/** One report of each device, and a second one of the last: an exchange like those that follow. */
async function reportOnce(port: number, reporting: readonly ReportingDevice[]): Promise<Exchange> {
  const waiting = reporting.values()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await openConnection(port)
      for (const device of waiting) {
        const answer = await connection.ask(await device.nextReport())
        mustBeAccepted(answer)
        device.took(answer)
      }
      connection.close()
    }),
  )
  const last = reporting.at(-1)
  if (last === undefined) throw new Error('no devices')
  const connection = await openConnection(port)
  const request = await last.nextReport()
  const answer = await connection.ask(request)
  connection.close()
  mustBeAccepted(answer)
  return { request, answer }
}

const accepted = z.object({ result: z.string(), access_token: z.string() })

/** Bytes that are verified in a report, and signed in its answer. */
function signedSizes({ request, answer }: Exchange) {
  const { result, access_token: token } = accepted.parse(JSON.parse(answer.body.toString()))
  const body = request.length - request.indexOf('\r\n\r\n') - 4
  return {
    verified: body - signatureLength,
    signed: [result.length - signatureLength, token.length - signatureLength],
  }
}
