import { isCanonicalBase64url } from '#contract/base64url.ts'

/** Decisions of one session, device, resource and outcome under the same grants (audit.md section 14.5). Times are Unix seconds. */
export type DecisionRecord = {
  readonly first_at: number
  readonly last_at: number
  readonly session: string | null
  readonly device: string | null
  readonly resource: string
  readonly outcome: 'allow' | 'challenge' | 'refuse'
  readonly count: number
  readonly grants: readonly string[]
  /** The size of the log that was known then. */
  readonly checkpoint: number
  /** 16 random bytes. */
  readonly salt: string
}

const members = [
  'checkpoint',
  'count',
  'device',
  'first_at',
  'grants',
  'last_at',
  'outcome',
  'resource',
  'salt',
  'session',
]

/** Whether a value is a decision record, whole and nothing more. */
export function isDecisionRecord(value: unknown): value is DecisionRecord {
  if (typeof value !== 'object' || value === null) return false
  const record: Readonly<Record<string, unknown>> = { ...value }
  const { grants, salt, outcome } = record
  return (
    Object.keys(record).sort().join() === members.join() &&
    [record['first_at'], record['last_at'], record['count'], record['checkpoint']].every(isCount) &&
    [record['session'], record['device']].every((word) => word === null || typeof word === 'string') &&
    typeof record['resource'] === 'string' &&
    (outcome === 'allow' || outcome === 'challenge' || outcome === 'refuse') &&
    Array.isArray(grants) &&
    grants.every((grant) => typeof grant === 'string') &&
    typeof salt === 'string' &&
    salt.length === 22 &&
    isCanonicalBase64url(salt)
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
