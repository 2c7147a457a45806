import { bindSelf } from './cores.ts'
import { evaluationRequest, mustBeDecided } from './evaluation-request.ts'
import { atLeastShare, type Figure } from './figure.ts'
import { fillGateway, makeGateway, startGateway } from './gateway-process.ts'
import { type HttpAnswer, openConnection } from './http-connection.ts'
import { load } from './load.ts'
import { median } from './median.ts'
import { bareRate } from './yardsticks.ts'

const devices = 1000
const connections = 64
const turns = 3
const turnMs = 3000

/** AuthZEN evaluations per second, against bare node:http that answers a constant. */
export const evaluations: Figure = {
  names: ['evaluations'],
  async measure(bench) {
    const place = await makeGateway(bench, 'evaluations')
    bench.say(`filling ${devices} devices`)
    const lines = await fillGateway(place, devices)
    const gateway = await startGateway(bench, place)
    const unbind = bindSelf(bench.cores?.load)
    try {
      const requests = lines.map((line) => evaluationRequest(place.caller, line, 'wiki'))
      const exchange = { request: requests[0] ?? Buffer.alloc(0), answer: await askEach(gateway.check, requests) }
      const rates: number[] = []
      const bare: number[] = []
      let sent = 0
      for (let turn = 0; turn < turns; turn += 1) {
        bench.say(`turn ${turn + 1} of ${turns}`)
        bare.push(await bareRate(bench, exchange, { connections, forMs: turnMs }))
        const rate = await load({
          port: gateway.check,
          connections,
          forMs: turnMs,
          next() {
            sent += 1
            return requests[sent % requests.length]
          },
          onAnswer: mustBeDecided,
        })
        rates.push(rate)
      }
      return [atLeastShare('evaluations', median(rates), '/s', median(bare), 0.4)]
    } finally {
      unbind()
      await gateway.child.stop()
    }
  },
}

/** Each once, to warm up; the answer of the last. */
async function askEach(port: number, requests: readonly Buffer[]): Promise<HttpAnswer> {
  const connection = await openConnection(port)
  let answer: HttpAnswer | undefined
  for (const request of requests) {
    answer = await connection.ask(request)
    mustBeDecided(answer)
  }
  connection.close()
  if (answer === undefined) throw new Error('nothing was asked')
  return answer
}
