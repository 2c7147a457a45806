import type { OperatingSystem } from './operating-system.ts'
import type { UnknownReason } from './reading.ts'
import type { SignalId, SignalValue } from './signals.ts'

/** One line of a report: a reading with its id, its time (Unix seconds, device clock), its cost (ms) and its source. */
export type ReportedSignal =
  | {
      readonly id: SignalId
      readonly st: 'observed'
      readonly v: SignalValue
      readonly at: number
      readonly ms: number
      readonly src: string
    }
  | {
      readonly id: SignalId
      readonly st: 'unknown' | 'error' | 'na'
      readonly why: UnknownReason
      readonly at: number
      readonly ms: number
      readonly src: string
    }

/** What an attestation states about a machine. `iat` is the device's clock, `receivedAt` the gateway's; both Unix seconds. */
export type PostureReport = {
  readonly platform: OperatingSystem
  readonly signals: readonly ReportedSignal[]
  readonly iat: number
  readonly receivedAt: number
}
