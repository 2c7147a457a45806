import * as z from 'zod'
import type { AuditEventType, AuditMembers } from '../domain/audit-event.ts'
import { grantStates, requestStates } from './exceptions.ts'
import { count, id43, time, uuid7 } from './wire-types.ts'

/**
 * Bodies of the log, a strict object per type (audit.md section 14.1). Persons and devices are pseudonyms. The members of a
 * type are those of `AuditMembers`; leave one out and it does not compile.
 */

const pseudonym = id43
const word = z.string().min(1).max(200)
const text = z.string().max(4096)
const persons = z.array(pseudonym).max(2000)
const ids = z.array(word).max(2000)
const indexes = z.array(count).max(2000)
const json = z.json()
const nonce = id43.nullable()
const requestState = z.enum(requestStates)
const grantState = z.enum(grantStates)
const obligationState = z.enum(['due', 'ratified', 'contested', 'overdue'])
const report = z.strictObject({ seq: z.int().min(1), hash: id43 })
const signed = z.strictObject({ act: word, question: json, nonce: id43 }).nullable()
const second = z.strictObject({ actor: pseudonym, nonce: id43 }).nullable()
const tier = z.enum(['T0', 'T1', 'T2', 'T3'])
const personSource = z.enum(['settings', 'console', 'scim', 'oidc', 'chat'])

const moved = { revision: z.int().min(1), state: requestState } as const
const submission = {
  revision: z.literal(1),
  state: requestState,
  device: pseudonym,
  decide_by: time.nullable(),
  escalate_at: time.nullable(),
  requester: z.strictObject({ step_up: word }),
  stages: z
    .array(
      z.strictObject({ id: word, need: z.int().min(1).max(1000), step_up: word, pool: persons, escalation: persons }),
    )
    .max(50),
  auto: z.strictObject({ policy: word, rule: count }).nullable(),
  risk: z.strictObject({
    score: z.int(),
    factors: z.array(z.strictObject({ id: word, weight: z.int() })).max(100),
  }),
  limits: z
    .array(
      z.strictObject({
        check: word,
        total_s: count,
        total_cap_s: count.nullable(),
        quota: count.nullable(),
        quota_used: count,
        cooldown_until: time.nullable(),
      }),
    )
    .max(100),
} as const
const vote = {
  ...moved,
  stage: word,
  decision: z.enum(['approve', 'deny']),
  step_up: word,
  nonce,
  delegation: pseudonym.nullable(),
  dwell_ms: count.nullable(),
  opened: z.array(word).max(200),
  voter_device: z.enum(['compliant', 'any']),
} as const
const proved = { ...moved, step_up: word, nonce } as const
const grantMoved = { state: grantState } as const
const suspended = { state: grantState, cause: text.nullable() } as const
const cured = { state: grantState, cured: ids, checks: ids, time_to_cure_s: count.nullable() } as const
const obligation = { obligation_id: uuid7, kind: word, state: obligationState } as const
const reviewed = { ...obligation, decision: z.enum(['ratify', 'contest']), nonce } as const
const sourced = { source: personSource } as const
const role = { role: word, signed } as const
const passkey = { credential_id: text, public_key: text, signed } as const
const invitation = { invitation_id: word, kind: word, expires_at: time, signed } as const
const recovery = { recovery_id: word, signed } as const
const sourceChange = { from: word, to: word, book: id43.nullable(), signed } as const
const serviceToken = { token_id: word, scopes: z.array(word).max(50), expires_at: time.nullable(), signed } as const
const enrollmentToken = {
  token_id: word,
  ownership: word,
  until: time.nullable(),
  expires_at: time,
  batch: word.nullable(),
} as const
const batch = { records: count, root: id43 } as const
const session = { session: word, device: pseudonym.nullable(), cause: word.nullable() } as const
const signIn = { method: word, session: word.nullable(), cause: word.nullable() } as const
const keyAlarm = { kid: word, seq: count.nullable() } as const
const metric = { window_s: count, n: count, value: text, leaves: indexes } as const
const hold = { signed, second } as const

const members = {
  'request-submitted': submission,
  'request-refused': {
    ...submission,
    refusal: z
      .array(z.strictObject({ code: word, limit: z.int().nullable(), left: z.int().nullable() }))
      .min(1)
      .max(100),
  },
  'request-proved': proved,
  'request-queried': { ...moved, message_id: word },
  'request-answered': { ...moved, message_id: word },
  'request-escalated': { ...moved, stages: ids },
  'vote-approved': vote,
  'vote-denied': vote,
  'offer-made': { ...vote, previous_digest: id43 },
  'offer-accepted': { ...proved, previous_digest: id43 },
  'request-approved': {
    ...moved,
    tally: z.array(z.strictObject({ stage: word, have: count, need: z.int().min(1) })).max(50),
    votes: z
      .array(
        z.strictObject({
          person: pseudonym,
          stage: word,
          counted: z.boolean(),
          why: z.enum(['digest', 'not-in-pool', 'inactive', 'merged', 'surplus']).nullable(),
        }),
      )
      .max(5000),
    book: id43,
  },
  'request-denied': { ...moved, rule: word.nullable() },
  'request-withdrawn': moved,
  'request-lapsed': { ...moved, asked: persons, reminders: count },
  'request-outdated': {
    ...moved,
    changed: z.strictObject({ what: z.enum(['book', 'device', 'key', 'person', 'pool']), from: json, to: json }),
  },
  'grant-minted': {
    revision: z.int().min(1),
    state: grantState,
    grant: z.strictObject({
      checks: z
        .array(
          z.strictObject({
            id: word,
            covers: z
              .array(z.enum(['violated', 'unknown']))
              .min(1)
              .max(2),
          }),
        )
        .min(1)
        .max(100),
      resources: ids.min(1),
      controls: json,
      not_before: time,
      not_after: time,
    }),
  },
  'grant-opened': grantMoved,
  'grant-unclaimed': grantMoved,
  'grant-activated': { ...grantMoved, step_up: word.nullable(), nonce, report: report.nullable() },
  'grant-suspended': suspended,
  'grant-resumed': { ...suspended, step_up: word.nullable(), nonce },
  'grant-narrowed': cured,
  'grant-cured': cured,
  'grant-expired': { ...grantMoved, last_use: time.nullable(), decisions: count },
  'grant-revoked': { ...grantMoved, sessions_ended: count, nonce },
  'grant-voided': {
    ...grantMoved,
    cause: word,
    used: z.array(z.strictObject({ resource: word, first_at: time, last_at: time, count })).max(2000),
  },
  'obligation-opened': { ...obligation, due_at: time },
  'obligation-ratified': reviewed,
  'obligation-contested': reviewed,
  'obligation-overdue': obligation,
  'policy-published': {
    book: id43,
    previous: id43.nullable(),
    source: z.enum(['folder', 'console', 'git']),
    nonce,
    second,
  },
  'policy-simulated': { book: id43, against: id43, days: count, persons: count, devices: count },
  'policy-load-failed': { source: word, remarks: count },
  'person-added': sourced,
  'person-deactivated': sourced,
  'person-reactivated': sourced,
  'alias-added': sourced,
  'person-changed': { changed: ids, signed },
  'person-merged': { merged: pseudonym, into: pseudonym, signed },
  'role-assigned': role,
  'role-removed': role,
  'group-changed': { group: word, added: ids, removed: ids },
  'passkey-added': passkey,
  'passkey-removed': passkey,
  'totp-set': { signed },
  'totp-removed': { signed },
  'invitation-made': invitation,
  'invitation-revoked': invitation,
  'recovery-asked': recovery,
  'recovery-approved': recovery,
  'recovery-refused': recovery,
  'settings-changed': { keys: ids },
  'people-source-changed': sourceChange,
  'policy-source-changed': sourceChange,
  'service-token-made': serviceToken,
  'service-token-revoked': serviceToken,
  'webhook-changed': { webhook_id: word, change: z.enum(['made', 'removed']) },
  'enrollment-token-made': enrollmentToken,
  'enrollment-token-revoked': enrollmentToken,
  'enrollment-token-used': { token_id: word },
  'enrollment-refused': { token_id: word.nullable(), cause: word },
  'device-enrolled': {
    owner: pseudonym,
    tier,
    key_store: word,
    kid: id43,
    token_id: word.nullable(),
    ownership: word,
    until: time.nullable(),
  },
  'device-changed': { changed: ids },
  'device-tier-changed': { from: tier, to: tier },
  'device-key-rotated': { from: id43, to: id43, tier },
  'device-superseded': { by: pseudonym },
  'device-quarantined': { cause: word },
  'device-released': { cause: word.nullable(), signed },
  'device-removed': { cause: word.nullable(), signed },
  'chains-recovered': { until: time, devices: count },
  'posture-changed': {
    from: word.nullable(),
    to: word,
    report,
    book: id43,
    checks: z.array(z.strictObject({ check: word, from: word.nullable(), to: word.nullable() })).max(500),
  },
  'posture-batch': batch,
  'decision-batch': batch,
  'session-started': session,
  'session-ended': session,
  'signin-passed': signIn,
  'signin-failed': signIn,
  'stepup-passed': signIn,
  'stepup-failed': signIn,
  'alarm-retired-key': keyAlarm,
  'alarm-chain-fork': keyAlarm,
  'alarm-not-me': keyAlarm,
  'alarm-clock-jump': { jump_s: z.int() },
  'alarm-log-inconsistent': { size: count, root: id43, witness: text },
  'alarm-decay': metric,
  'alarm-rubber-stamp': metric,
  'audit-read': {
    token_id: word.nullable(),
    hour: count,
    reads: z.array(z.strictObject({ call: text, query: text, count })).max(1000),
  },
  'report-read': { token_id: word.nullable(), hour: count, count },
  'audit-exported': {
    token_id: word.nullable(),
    from: count,
    to: count,
    format: word,
    pseudonymous: z.boolean(),
    withheld: z.boolean(),
  },
  'privacy-erased': { ...hold, cause: z.enum(['person', 'age']), commitments: z.array(id43).max(1_000_000) },
  'legal-hold-set': hold,
  'legal-hold-lifted': hold,
  'log-started': { previous: text.nullable() },
  'log-locked': { cause: word, size: count },
  'key-rotated': { use: word, key: text, not_before: time, signed },
  'witness-added': { vkey: text },
  'witness-removed': { vkey: text },
} as const satisfies {
  readonly [Type in AuditEventType]: { readonly [Member in keyof AuditMembers[Type]]: z.ZodType }
}

/** Members that every body has, and those that it has where its leaf or its event does. */
const frame = {
  v: z.literal(1),
  at: time,
  late: z.boolean(),
  actor: pseudonym.nullable(),
  object: pseudonym.nullable(),
  request_id: uuid7.exactOptional(),
  grant_id: uuid7.exactOptional(),
  attachments: z.record(z.string().regex(/^[a-z_]{1,40}$/), id43).exactOptional(),
} as const

type Shapes = typeof members
type Frame = { readonly [Member in keyof typeof frame]: z.infer<(typeof frame)[Member]> }

/** A body as it was parsed: `type` says which members it has. */
export type AuditBody<Type extends AuditEventType = AuditEventType> = {
  readonly [One in Type]: Partial<Pick<Frame, 'request_id' | 'grant_id' | 'attachments'>> &
    Omit<Frame, 'request_id' | 'grant_id' | 'attachments'> & { readonly type: One } & {
      readonly [Member in keyof Shapes[One]]: Shapes[One][Member] extends z.ZodType
        ? z.infer<Shapes[One][Member]>
        : never
    }
}[Type]

export const auditEventTypes: readonly AuditEventType[] = Object.keys(members).filter(isAuditEventType)

const schemas = new Map<string, z.ZodType>(
  auditEventTypes.map((type) => [type, z.strictObject({ ...frame, type: z.literal(type), ...members[type] })]),
)

/** The schema of one type; undefined for a type of another version. */
export function auditBodySchema(type: string): z.ZodType | undefined {
  return schemas.get(type)
}

export function isAuditEventType(type: string): type is AuditEventType {
  return Object.hasOwn(members, type)
}

/** Whether a value is the body of its type, whole and nothing more. */
export function isAuditBody(body: unknown): body is AuditBody {
  if (typeof body !== 'object' || body === null || !('type' in body) || typeof body.type !== 'string') return false
  return schemas.get(body.type)?.safeParse(body).success === true
}
