import { attestationClaims } from '#contract/attestation-claims.ts'
import type { Shown } from './run-demo.ts'

/** What `--once --json` prints: the readings as they were signed and sent, the verdict, the decisions, the exception, and the times. */
export function demoDocument({ snapshot, result, decisions, ms, exception }: Shown, installMs: number | undefined) {
  const report = snapshot.sent.findLast(({ typ }) => typ === 'eat+jwt')
  const { submods } = attestationClaims.parse(JSON.parse(report?.payload ?? 'null'))
  return {
    key_store: snapshot.key_store.kind,
    tier: snapshot.tier,
    signals: submods.posture.signals.map(({ at: _, ...signal }) => signal),
    result,
    decisions,
    ...(exception === undefined ? {} : { exception }),
    ms: { ...(installMs === undefined ? {} : { install: installMs }), ...ms },
  }
}
