import type { OperatingSystem } from '#domain/operating-system.ts'
import { assembleBook } from '#domain/policy/book.ts'
import type { Policy } from '#domain/policy/documents.ts'
import type { BookCheck } from '#domain/policy/hashed.ts'
import { summarisePosture } from '#domain/policy/summarise-posture.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'

export type Outcome = 'met' | 'violated' | 'unknown'

/** How each check would come out for these readings by itself, without grace or exception; by the gateway's own evaluator. */
export function judgeAlone(
  checks: ReadonlyMap<string, BookCheck>,
  os: OperatingSystem,
  signals: readonly ReportedSignal[],
  now: number,
): ReadonlyMap<string, Outcome> {
  const covering = [...checks.values()].filter(({ document }) => document.platforms.includes(os))
  const policy: Policy = {
    kind: 'Policy',
    schema: 1,
    id: 'all',
    assign: { groups: ['staff'], exceptUsers: [] },
    resources: { tags: [], ids: ['all'] },
    minKeyTier: 'T0',
    maxSilenceSeconds: 3600,
    require: covering.map(({ document }) => ({
      check: document.id,
      enforce: 'block',
      graceSeconds: 0,
      graceUnknownSeconds: 0,
      exemptable: false,
      platforms: [os],
    })),
    validUntil: null,
  }
  const { claims } = summarisePosture({
    book: assembleBook({
      hash: '',
      documents: [],
      checks,
      policies: [{ document: policy, hash: '', ref: 'all@' }],
      exceptionPolicies: [],
      approvalPolicies: [],
    }),
    person: { id: 'nobody', email: 'nobody@example.com', status: 'active', groups: ['staff'] },
    device: { id: 'this', status: 'active', keyCurrent: true, platform: os, tier: 'T1', enrolledAt: now },
    report: { platform: os, signals, iat: now, receivedAt: now },
    episodes: [],
    grants: [],
    resources: [{ id: 'all', name: 'All', tags: [], tier: 'medium', origins: [], owners: [] }],
    now,
    maxBytes: 1_000_000,
  })
  return new Map(
    claims.checks.map(({ check, outcome }) => [
      check,
      outcome === 'met' || outcome === 'unknown' ? outcome : 'violated',
    ]),
  )
}
