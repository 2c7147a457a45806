import { type ReportedSignalClaim, reportedSignal } from '#contract/attestation-claims.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { isSignalId, type SignalId } from '#domain/signals.ts'

/** Readings in the form that goes over the wire. One that does not fit its schema is a broken probe and says so. */
export function reportedClaims(readings: readonly ReportedSignal[]): readonly ReportedSignalClaim[] {
  return readings.map((reading) => {
    const parsed = reportedSignal.safeParse(reading)
    return parsed.success ? parsed.data : unread(reading, 'error', 'failed')
  })
}

/**
 * What a report carries: the signals that the gateway's configuration asks for, and of those only the agreed ones with
 * their values. `aheadSeconds` moves times to the gateway's clock, as all other times of the message are.
 */
export function postureOf(
  readings: readonly ReportedSignal[],
  asked: readonly string[],
  agreed: readonly string[],
  aheadSeconds: number,
): readonly ReportedSignalClaim[] {
  const wanted = askedSignals(asked)
  const held = readings.filter((reading) => wanted.includes(reading.id))
  return reportedClaims(held).map((claim) => {
    const at = Math.max(0, claim.at + aheadSeconds)
    return agreed.includes(claim.id) ? { ...claim, at } : { ...unread(claim, 'unknown', 'not-consented'), at }
  })
}

/** The signals asked for that this agent knows; ids of a newer gateway are ignored. */
export function askedSignals(asked: readonly string[]): readonly SignalId[] {
  return asked.filter(isSignalId)
}

function unread(
  of: Pick<ReportedSignal, 'id' | 'at'>,
  st: 'unknown' | 'error',
  why: 'failed' | 'not-consented',
): ReportedSignalClaim {
  return reportedSignal.parse({ id: of.id, st, why, at: of.at, ms: 0, src: 'postern' })
}
