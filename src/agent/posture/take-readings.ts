import type { Machine } from '#agent/machine/machine.ts'
import { askOnce } from '#agent/probes/linux/ask-once.ts'
import type { ProbeCatalogue, ProbeCell } from '#agent/probes/probe-catalogue.ts'
import type { PostureReport, ReportedSignal } from '#domain/posture-report.ts'
import { error, observed, type Reading, unknown } from '#domain/reading.ts'
import type { Cost, SignalId, SignalValue } from '#domain/signals.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { fitForReport } from './fit-for-report.ts'
import { describeInputs, type KeptReadings } from './kept-readings.ts'
import { type UpdateMemory, type UpdateMemoryFile, withWaitingSince } from './waiting-since.ts'

export type ReadingSources = {
  readonly machine: Machine
  readonly clock: Clock
  readonly log: Log
  readonly catalogue: ProbeCatalogue
  readonly kept: KeptReadings
  readonly updateMemory: UpdateMemoryFile
}

type OneProbe = Exclude<ProbeCell, 'not-supported-here'>
type Look = { readonly id: SignalId; readonly cell: ProbeCell; readonly inputs?: string }
type Taken = { readonly reading: Reading<SignalValue>; readonly ms: number }

const limitMs: { readonly [Of in Cost]: number } = { light: 8000, medium: 10_000, once: 8000, heavy: 30_000 }
const order: { readonly [Of in Cost]: number } = { heavy: 0, medium: 1, light: 2, once: 3 }
const atOnce = 8

/**
 * Takes the wanted readings side by side, the longest first, and answers in the order asked for. Never throws: a
 * time-out is `unknown`, a throw `error`, a system without the probe `unknown`. A value whose inputs are unchanged is
 * kept, and its `at` is then this look at them; `ms` is what it cost this time.
 */
export async function takeReadings(
  from: ReadingSources,
  wanted: readonly SignalId[],
): Promise<PostureReport['signals']> {
  const ids = [...new Set(wanted)]
  const at = secondsNow(from.clock)

  // 1. Look at every input before anything is read: an answer that several probes share must not be older than the
  //    look that will vouch for it.
  const looks = await Promise.all(ids.map((id) => lookAt(from, id)))

  // 2. Take what cannot be kept.
  const machine = askOnce(from.machine)
  const byLength = looks.toSorted((one, other) => rank(one.cell) - rank(other.cell))
  const taken = new Map<SignalId, Taken>()
  await inParallel(byLength, atOnce, async (look) => {
    taken.set(look.id, await takeOne(from, machine, look))
  })

  // 3. Add what needs memory, cut to what a report may carry.
  const updates = taken.get('os-updates')
  if (updates !== undefined) taken.set('os-updates', { ...updates, reading: await remember(from, updates.reading) })
  return ids.flatMap((id) => {
    const one = taken.get(id)
    return one === undefined ? [] : [reported(id, fitForReport(one.reading), at, one.ms)]
  })
}

async function lookAt(from: ReadingSources, id: SignalId): Promise<Look> {
  const cell: ProbeCell = from.catalogue[id][from.machine.host().os]
  if (cell === 'not-supported-here' || cell.inputs === undefined) return { id, cell }
  try {
    const paths = await cell.inputs(from.machine)
    const inputs = await describeInputs(from.machine, paths, from.clock.nowMs())
    return inputs === undefined ? { id, cell } : { id, cell, inputs }
  } catch (thrown) {
    from.log.error('probe-inputs-broke', { signal: id, err: thrown })
    return { id, cell } // then the value is taken anew
  }
}

async function takeOne(from: ReadingSources, machine: Machine, look: Look): Promise<Taken> {
  const { id, cell, inputs } = look
  if (cell === 'not-supported-here') return { reading: unknown('not-supported-here', 'postern'), ms: 0 }
  const kept = from.kept.values.get(id)
  if (inputs !== undefined && kept?.inputs === inputs) return { reading: kept.reading, ms: 0 }
  from.kept.values.delete(id)
  if (from.kept.running.has(id)) return { reading: unknown('timed-out', 'postern'), ms: 0 } // it never came back

  const started = from.clock.nowMs()
  const reading = await withinLimit(from, machine, id, cell)
  if (inputs !== undefined && (reading.kind === 'observed' || reading.kind === 'na'))
    from.kept.values.set(id, { inputs, reading })
  return { reading, ms: Math.max(0, Math.round(from.clock.nowMs() - started)) }
}

/** A probe that outlives its limit goes on by itself, and is not started again before it has ended. */
function withinLimit(
  from: ReadingSources,
  machine: Machine,
  id: SignalId,
  probe: OneProbe,
): Promise<Reading<SignalValue>> {
  return new Promise((resolve) => {
    from.kept.running.add(id)
    const cancel = from.clock.setTimer(limitMs[probe.cost], () => resolve(unknown('timed-out', 'postern')))
    const end = (reading: Reading<SignalValue>) => {
      from.kept.running.delete(id)
      cancel()
      resolve(reading)
    }
    void Promise.resolve()
      .then((): Promise<Reading<SignalValue>> => probe.take(machine))
      .then(end, (thrown: unknown) => {
        from.log.error('probe-broke', { signal: id, err: thrown })
        end(error('failed', 'postern'))
      })
  })
}

async function remember(from: ReadingSources, reading: Reading<SignalValue>): Promise<Reading<SignalValue>> {
  if (reading.kind !== 'observed' || !('pendingSecurity' in reading.value)) return reading
  const before = from.kept.updates.read() ?? (await readMemory(from))
  const { value, memory } = withWaitingSince(reading.value, before, secondsNow(from.clock))
  from.kept.updates.replace(memory)
  if (memory.waitingSince !== before.waitingSince)
    await from.updateMemory.write(memory).catch((thrown: unknown) => {
      from.log.warn('update-memory-unwritable', { err: thrown }) // the value stands; a restart will count anew
    })
  return observed(value, reading.source, reading.at)
}

async function readMemory(from: ReadingSources): Promise<UpdateMemory> {
  try {
    return (await from.updateMemory.read()) ?? {}
  } catch (thrown) {
    from.log.warn('update-memory-unreadable', { err: thrown })
    return {} // then it waits since now, as far as we know
  }
}

function reported(id: SignalId, reading: Reading<SignalValue>, at: number, ms: number): ReportedSignal {
  if (reading.kind !== 'observed') return { id, st: reading.kind, why: reading.why, at, ms, src: reading.source }
  return { id, st: 'observed', v: reading.value, at: Math.min(at, reading.at ?? at), ms, src: reading.source }
}

function rank(cell: ProbeCell): number {
  return cell === 'not-supported-here' ? order.once : order[cell.cost]
}

async function inParallel<Item>(
  items: readonly Item[],
  most: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane))
}
