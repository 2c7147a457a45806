import { noKeptReadings } from '#agent/posture/kept-readings.ts'
import { takeReadings } from '#agent/posture/take-readings.ts'
import { probeCatalogue } from '#agent/probes/probe-catalogue.ts'
import { readVirtualOnLinux } from '#agent/probes/virtual/read-virtual.linux.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { thisMachine } from '#agent/system/this-machine.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { signalIds } from '#domain/signals.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'

export type Scan = {
  readonly os: OperatingSystem
  readonly readings: readonly ReportedSignal[]
  readonly ms: number
}

/** Every signal of this machine, once, as the agent's own probes read it. Nothing is sent, and nothing is written. */
export async function scanMachine(): Promise<Scan> {
  const clock = systemClock()
  const os = operatingSystem()
  const machine = thisMachine({ clock, readVirtual: os === 'linux' ? readVirtualOnLinux : async () => 'unknown' })
  const updateMemory = { read: async () => undefined, write: async () => undefined }
  const kept = noKeptReadings()
  const began = performance.now()
  const readings = await takeReadings(
    { machine, clock, log: silentLog, catalogue: probeCatalogue, kept, updateMemory },
    signalIds,
  )
  return { os, readings, ms: Math.round(performance.now() - began) }
}
