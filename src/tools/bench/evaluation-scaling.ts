import { askedGateway, compareEvaluations } from './asked-gateway.ts'
import { type Figure, withinPercent } from './figure.ts'

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
    const small = await askedGateway(bench, { name: `with-${few}`, devices: few, asked: few })
    const large = await askedGateway(bench, { name: `with-${many}`, devices: many, asked })
    const took = await compareEvaluations(bench, small, large, asked)
    return [withinPercent('evaluation-scaling', took.other, 'µs', took.yardstick, 20)]
  },
}
