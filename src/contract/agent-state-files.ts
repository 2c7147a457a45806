import * as z from 'zod'
import { keyTiers } from '../domain/key-tier.ts'
import { askedVote, mostAskedVotes, mostKeptWords } from './agent-exceptions.ts'
import { outcomes } from './gateway-messages.ts'
import { compactJws, id22, id43, issuer, publicJwk, sueid, time, uuid7 } from './wire-types.ts'

/** What the agent keeps on disk about consent, enrolment and what it sent (architecture.md section 10). */

/** `consent.json`: which description was agreed to, when, by whom, for which gateway, and the fields it named. */
export const consentRecord = z.strictObject({
  sha256: id43,
  at: time,
  by: z.enum(['user', 'policy']),
  issuer,
  fields: z.array(z.string().max(64)).max(200),
})
export type ConsentRecord = z.infer<typeof consentRecord>

/** One file of `sent-ledger/`: the last payload of one `typ`, byte for byte. */
export const sentRecord = z.strictObject({ at: time, payload: z.string().max(65_536) })
export type SentRecord = z.infer<typeof sentRecord>

/** One line of `sent-ledger/log/`: a message on its way, or what was answered to it. */
export const ledgerLine = z.discriminatedUnion('line', [
  z.strictObject({
    line: z.literal('sent'),
    id: id22,
    typ: z.string().max(64),
    at: time,
    receiver: z.string().max(300),
    reason: z.string().max(40).nullable(),
    jws: z.string().max(87_384),
  }),
  z.strictObject({
    line: z.literal('answer'),
    id: id22,
    at: time,
    outcome: z.enum(['accepted', 'refused']),
    code: z.string().max(64).nullable(),
  }),
])
export type LedgerLine = z.infer<typeof ledgerLine>

/** `history/updates.json`: since when security updates have been waiting, as far as this agent knows. */
export const updateMemory = z.strictObject({ waitingSince: time.exactOptional() })

export const mostKeptReplies = 100

/** `drafts/replies.json`: answers that are being written. */
export const keptRepliesFile = z.strictObject({
  replies: z
    .array(z.strictObject({ request_id: uuid7, text: z.string().max(mostKeptWords), at: time }))
    .max(mostKeptReplies),
})

/** `history/asked-votes.json`. */
export const askedVotesFile = z.strictObject({ votes: z.array(askedVote).max(mostAskedVotes) })

/** `history/last.json`: what the next entry of the history is told from. */
export const historyMemory = z.strictObject({
  outcomes: z.record(z.string().max(40), z.enum(outcomes)),
  key: z.string().max(64).nullable(),
  /** The version of Postern that ran last. */
  program: z.string().max(64).nullable(),
})
export type HistoryMemory = z.infer<typeof historyMemory>

/** `history/notices.json`: what was told by notification, so that a restart tells nothing twice. Times are Unix seconds. */
export const noticeMemory = z.strictObject({
  /** Checks that fail: since when this agent has seen it, and whether that was told. */
  checks: z
    .array(z.strictObject({ id: z.string().max(40), since: time, told: z.enum(['no', 'silently', 'shown']) }))
    .max(200),
  /** Resources that are refused, or were a moment ago. */
  refused: z.array(z.strictObject({ id: z.string().max(64), told_at: time, now: z.boolean() })).max(200),
  deadlines: z
    .array(
      z.strictObject({
        id: z.string().max(64),
        since: time,
        end: time,
        told: z.enum(['nothing', 'half', 'last']),
        half_at: time.nullable(),
        last_at: time.nullable(),
      }),
    )
    .max(300),
  votes: z.array(z.strictObject({ id: uuid7, told_at: time.nullable(), half_at: time.nullable() })).max(100),
  /** Of each request what was told of it. */
  requests: z.array(z.strictObject({ id: uuid7, told: z.array(z.string().max(80)).max(20) })).max(200),
  /** What is told once per start; `overflow` once ever. */
  started: z.array(z.enum(['key', 'tray', 'update', 'overflow'])).max(4),
  /** Subjects whose notification may still be on screen. */
  shown: z.array(z.string().max(80)).max(500),
})
export type NoticeMemory = z.infer<typeof noticeMemory>

const organisation = { org: z.string().max(80), contact: z.string().max(320) } as const

/** `enrollment.json`. While pending it keeps the authority, which only the device key that first showed it can use. */
export const enrollmentRecord = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('pending'),
    issuer,
    enrollment_id: id22,
    ...organisation,
    authority: id43,
    pin: id43.exactOptional(),
    retry_at: time,
  }),
  z.strictObject({
    state: z.literal('active'),
    issuer,
    enrollment_id: id22,
    ...organisation,
    device_id: uuid7,
    sueid,
    owner: z.string().max(200),
    tier: z.enum(keyTiers),
    kid: id43,
    /** The newest accepted `agent-config+jwt`, its number, and the keys it lists: the only ones trusted from then on. */
    config: compactJws,
    config_seq: z.int().min(1),
    keys: z
      .array(z.strictObject({ jwk: publicJwk, not_before: time }))
      .min(1)
      .max(8),
  }),
])
export type EnrollmentRecord = z.infer<typeof enrollmentRecord>
export type ActiveEnrollment = Extract<EnrollmentRecord, { readonly state: 'active' }>
export type PendingEnrollment = Extract<EnrollmentRecord, { readonly state: 'pending' }>
