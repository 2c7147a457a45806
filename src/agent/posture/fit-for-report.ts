import { type Reading, unknown } from '#domain/reading.ts'
import type { SignalValue } from '#domain/signals.ts'

const longestString = 64
const longestList = 20
const valueBytes = 4096

/** A reading as a report may carry it: what does not fit the limits of signals.md section 0 is `unknown` (`incomplete`). */
export function fitForReport(reading: Reading<SignalValue>): Reading<SignalValue> {
  const source = reading.source.slice(0, longestString)
  if (reading.kind !== 'observed') return { ...reading, source }
  if (!fits(reading.value) || byteLength(JSON.stringify(reading.value)) > valueBytes)
    return unknown('incomplete', source)
  return { ...reading, source }
}

function fits(part: unknown): boolean {
  if (typeof part === 'string') return part.length <= longestString && part.isWellFormed()
  if (typeof part === 'number') return Number.isSafeInteger(part)
  if (typeof part === 'boolean') return true
  if (Array.isArray(part)) return part.length <= longestList && !part.some((entry) => !fits(entry))
  if (typeof part === 'object' && part !== null) return !Object.values(part).some((member) => !fits(member))
  return false
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
