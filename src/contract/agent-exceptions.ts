import * as z from 'zod'
import { mostDrafts } from '../domain/exceptions/most-drafts.ts'
import { historyEvent, sentHead } from './agent-windows.ts'
import { grantStates, requestStates } from './exceptions.ts'
import { outcomes } from './gateway-messages.ts'
import { count, id22, id43, time, uuid7 } from './wire-types.ts'

/** Exceptions as the agent keeps and shows them: on disk, in windows, at the command line. */

const checkId = z.string().regex(/^[a-z0-9-]{1,40}$/)
const resourceId = z.string().regex(/^[a-z0-9-]{1,64}$/)
const checks = z.array(checkId).min(1).max(10)
const resources = z.array(resourceId).min(1).max(20)
const refusal = z.strictObject({ code: z.string().max(40), limit: count.nullable(), left: count.nullable() })

/** What a person asks for, complete. */
const asked = {
  checks,
  resources,
  duration_s: z.int().min(60).max(1_209_600),
  category: z.string().min(1).max(40),
  reason: z.string().min(1).max(2000),
  ticket: z.string().min(1).max(64).exactOptional(),
  remedy_by: time.exactOptional(),
  replaces: uuid7.exactOptional(),
} as const
export const submitQuestion = z.strictObject({ draft_id: id22.exactOptional(), ...asked })
export type SubmitQuestion = z.infer<typeof submitQuestion>

/** So many characters of a text are kept while it is written: more than may be sent, so that nothing is cut unasked. */
export const mostKeptWords = 10_000
const mostKeptTicket = 200

/** The same while it is being written: anything may still be missing, or too long. */
export const draftQuestion = z.strictObject({
  draft_id: id22.exactOptional(),
  checks: z.array(checkId).max(10),
  resources: z.array(resourceId).max(20),
  duration_s: asked.duration_s.exactOptional(),
  category: z.string().max(40).exactOptional(),
  reason: z.string().max(mostKeptWords).exactOptional(),
  ticket: z.string().max(mostKeptTicket).exactOptional(),
  remedy_by: time.exactOptional(),
  replaces: uuid7.exactOptional(),
})
export type DraftQuestion = z.infer<typeof draftQuestion>

const keptIssue = z.strictObject({ pointer: z.string().max(200), detail: z.string().max(200) })
export const mostKeptDetails = 10

/** Why a draft that was to be sent was refused, and when: the failure's code, and its details as far as words need them. */
export const draftRefusal = z.strictObject({
  code: z.string().max(64),
  at: time,
  details: z
    .record(z.string().max(40), z.union([z.string().max(400), z.number(), z.array(keptIssue).max(mostKeptDetails)]))
    .refine((details) => Object.keys(details).length <= mostKeptDetails),
})
export type DraftRefusal = z.infer<typeof draftRefusal>

/**
 * One file of `drafts/`. `clicked_at`: the person sent it, then, and it goes out when the gateway answers. `refused`: it
 * was sent so, and could not be; gone once it is changed or sent.
 */
export const draft = z.strictObject({
  ...draftQuestion.shape,
  draft_id: id22,
  saved_at: time,
  clicked_at: time.nullable(),
  refused: draftRefusal.exactOptional(),
})
export type Draft = z.infer<typeof draft>

export const shownMessage = z.strictObject({
  id: z.string().max(40),
  from: z.enum(['requester', 'approver']),
  by: z.string().max(200).nullable(),
  at: time,
  text: z.string().max(2000),
})

export const shownGrant = z.strictObject({
  id: uuid7,
  state: z.enum(grantStates),
  checks: z.array(z.string().max(40)).max(10),
  resources: z.array(z.string().max(64)).max(20),
  controls: z.array(z.string().max(64)).max(20),
  not_before: time.nullable(),
  not_after: time.nullable(),
  ended_at: time.nullable(),
  cause: z.string().max(200).nullable(),
})
export type ShownGrant = z.infer<typeof shownGrant>

export const mostMessages = 20

/**
 * One request as far as this device knows it, also one file of `history/requests/`. `proven`: a decision that a pinned key
 * signed tells this; without it neither `approved` nor a grant that lives is more than hearsay.
 */
export const shownRequest = z.strictObject({
  request_id: uuid7,
  state: z.enum(requestStates),
  proven: z.boolean(),
  checks: z.array(z.string().max(40)).max(10),
  resources: z.array(z.string().max(64)).max(20),
  duration_s: count.nullable(),
  category: z.string().max(40).nullable(),
  reason: z.string().max(2000).nullable(),
  ticket: z.string().max(64).nullable(),
  controls: z.array(z.string().max(64)).max(20),
  revision: count.nullable(),
  terms_digest: id43.nullable(),
  votes: z.strictObject({ have: count, need: count }).nullable(),
  waiting_for: z.array(z.string().max(40)).max(20),
  decide_by: time.nullable(),
  /** Where the person proves that it is they, in the browser; always a page of the gateway itself. */
  step_up_url: z.string().max(2048).nullable(),
  refusal: z.array(refusal).max(20),
  /** The words of who decided. */
  why: z.string().max(2000).nullable(),
  thread: z.array(shownMessage).max(mostMessages),
  grant: shownGrant.nullable(),
  log_index: count.nullable(),
  /** When something was last told of it. */
  told_at: time,
})
export type ShownRequest = z.infer<typeof shownRequest>

/** What the snapshot says of each request that is open or whose grant lives. */
export const requestHead = z.strictObject({
  request_id: uuid7,
  state: z.enum(requestStates),
  proven: z.boolean(),
  checks: z.array(z.string().max(40)).max(10),
  resources: z.array(z.string().max(64)).max(20),
  votes: z.strictObject({ have: count, need: count }).nullable(),
  decide_by: time.nullable(),
  grant: z.strictObject({ state: z.enum(grantStates), not_after: time.nullable() }).nullable(),
  /** Grows with everything that is told of it. */
  changes: count,
})
export const exceptionsHead = z.strictObject({
  requests: z.array(requestHead).max(60),
  drafts: z.array(draft).max(mostDrafts),
})
export type ExceptionsHead = z.infer<typeof exceptionsHead>

/** A request on which this person is asked to vote, as the stream told it. */
export const askedVote = z.strictObject({
  request_id: uuid7,
  stage: z.string().max(40),
  checks: z.array(z.string().max(40)).max(10),
  /** The name of who asks. */
  requester: z.string().max(200),
  decide_by: time,
  told_at: time,
})
export type AskedVote = z.infer<typeof askedVote>
export const mostAskedVotes = 50

/** What the form begins with. Verdicts are the gateway's last, limits those of the newest configuration. */
export const exceptionForm = z.strictObject({
  result_at: time.nullable(),
  checks: z
    .array(
      z.strictObject({
        id: z.string().max(40),
        outcome: z.enum(outcomes),
        offered: z.boolean(),
        resources: z
          .array(z.strictObject({ id: z.string().max(64), name: z.string().max(200), offered: z.boolean() }))
          .max(100),
      }),
    )
    .max(200),
  limits: z.strictObject({
    max_duration_s: count,
    reason_min: count,
    categories: z.array(z.string().max(40)).max(100),
    open_max: count,
  }),
  drafts: z.array(draft).max(mostDrafts),
})
export type ExceptionForm = z.infer<typeof exceptionForm>

export const previewQuestion = z.strictObject({
  checks,
  resources,
  duration_s: asked.duration_s.exactOptional(),
  category: asked.category.exactOptional(),
})
export type PreviewQuestion = z.infer<typeof previewQuestion>

/** `kept`: the gateway was not reached, and the draft goes out when it answers. */
export const submitted = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sent'), request: shownRequest }),
  z.strictObject({ kind: z.literal('kept'), draft, code: z.string().max(64) }),
])
export type Submitted = z.infer<typeof submitted>

export const historyKinds = ['verdict', 'exception', 'sent', 'enrollment', 'key', 'update'] as const
export type HistoryKind = (typeof historyKinds)[number]

const [verdictRow, enrollmentRow, keyRow, updateRow] = historyEvent.options
/** What happened, newest first. `times`: so many messages of one kind, made one after another, stand as one row. */
export const historyItem = z.discriminatedUnion('kind', [
  verdictRow,
  enrollmentRow,
  keyRow,
  updateRow,
  z.strictObject({ kind: z.literal('exception'), at: time, request: shownRequest }),
  z.strictObject({ kind: z.literal('sent'), at: time, times: count, message: sentHead }),
])
export type HistoryItem = z.infer<typeof historyItem>

/** A page of the past; `before` is what the page above calls `older`. Without `kinds` all of them. */
export const historyQuestion = z.strictObject({
  before: z.string().max(64).exactOptional(),
  count: z.int().min(1).max(50).exactOptional(),
  kinds: z.array(z.enum(historyKinds)).min(1).max(historyKinds.length).exactOptional(),
})
export const historyPage = z.strictObject({
  items: z.array(historyItem).max(50),
  older: z.string().max(64).nullable(),
})
export type HistoryPage = z.infer<typeof historyPage>

export const ofRequest = z.strictObject({ request_id: uuid7 })
