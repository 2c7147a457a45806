import type { Machine } from '#agent/machine/machine.ts'
import { noKeptReadings } from '#agent/posture/kept-readings.ts'
import { takeReadings } from '#agent/posture/take-readings.ts'
import { probeCatalogue } from '#agent/probes/probe-catalogue.ts'
import { readVirtualOnLinux } from '#agent/probes/virtual/read-virtual.linux.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { thisMachine } from '#agent/system/this-machine.ts'
import type { OperatingSystem, VirtualKind } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { signalIds } from '#domain/signals.ts'
import type { Clock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'

type ReadVirtual = (machine: Machine) => Promise<VirtualKind>
const unread: ReadVirtual = async () => 'unknown'

/** What tells in what this machine runs, by system. */
export const readVirtual: { readonly [System in OperatingSystem]: ReadVirtual } = {
  macos: unread,
  windows: unread,
  linux: readVirtualOnLinux,
}

/** The machine that this process runs on. */
export function machineHere(clock: Clock): Machine {
  return thisMachine({ clock, readVirtual: readVirtual[operatingSystem()] })
}

/** Every signal, once, by this process: nothing is sent, and nothing is written. */
export function takeReadingsHere(clock: Clock): Promise<readonly ReportedSignal[]> {
  const updateMemory = { read: async () => undefined, write: async () => undefined }
  return takeReadings(
    {
      machine: machineHere(clock),
      clock,
      log: silentLog,
      catalogue: probeCatalogue,
      kept: noKeptReadings(),
      updateMemory,
    },
    signalIds,
  )
}
