import * as z from 'zod'
import { agentStates } from '../domain/agent-state.ts'
import { keyTiers } from '../domain/key-tier.ts'
import { operatingSystems } from '../domain/operating-system.ts'
import {
  askedVote,
  draft,
  draftQuestion,
  exceptionForm,
  exceptionsHead,
  historyPage,
  historyQuestion,
  mostAskedVotes,
  mostKeptWords,
  ofRequest,
  previewQuestion,
  shownRequest,
  submitQuestion,
  submitted,
} from './agent-exceptions.ts'
import {
  diagnostics,
  languages,
  openable,
  privacyCatalogue,
  route,
  saved,
  sentPage,
  sentQuestion,
  sentWhole,
  settingsChange,
  settingsView,
  snooze,
} from './agent-windows.ts'
import { reportedSignal } from './attestation-claims.ts'
import { previewAnswer } from './exception-answers.ts'
import { postureResultClaims } from './gateway-messages.ts'
import { count, id22, id43, time } from './wire-types.ts'

/** Everything that windows and the command line may ask of the agent, and what it tells unasked. One table for all carriers. */

export const askers = ['window', 'cli'] as const
export type Asker = (typeof askers)[number]

export const keyStateWords = ['ok', 'missing', 'locked', 'unavailable', 'file', 'unasked'] as const
export const streamStates = ['off', 'connecting', 'open', 'waiting'] as const

/** The last payload of one message type, byte for byte as it was signed and sent. */
export const sentMessage = z.strictObject({ typ: z.string().max(64), at: time, payload: z.string().max(65_536) })

const failed = z.strictObject({ code: z.string().max(64), at: time })

/** The agent's whole state, pulled first and told again after each change. It is what the gateway said, never a verdict of ours. */
export const snapshot = z.strictObject({
  /** When this was so, by the gateway's clock. */
  told_at: time,
  version: z.string().max(64),
  development: z.boolean(),
  os: z.enum(operatingSystems),
  /** The language that texts are shown in; null: the one of the system. */
  language: z.enum(languages).nullable(),
  state: z.enum(agentStates),
  issuer: z.string().max(300).nullable(),
  organisation: z.string().max(80).nullable(),
  contact: z.string().max(320).nullable(),
  owner: z.string().max(200).nullable(),
  device_id: z.string().max(64).nullable(),
  tier: z.enum(keyTiers).nullable(),
  key_store: z.strictObject({
    kind: z.string().max(32).nullable(),
    state: z.enum(keyStateWords),
    reason: z.string().max(200).nullable(),
  }),
  stream: z.enum(streamStates),
  result: postureResultClaims.nullable(),
  result_at: time.nullable(),
  next_due: time.nullable(),
  readings: z.array(reportedSignal).max(200),
  readings_at: time.nullable(),
  checking: z.boolean(),
  sent: z.array(sentMessage).max(32),
  failure: failed.nullable(),
  exceptions: exceptionsHead,
  /** Requests of others on which this person is asked to vote, in the console. */
  asked_votes: z.array(askedVote).max(mostAskedVotes),
  /** What the person agreed to; `missing`: fields asked for since, unsent until accepted. `unseen`: policy agreed, nobody was shown it. */
  consent: z.strictObject({
    by: z.enum(['user', 'policy']).nullable(),
    missing: z.array(z.string().max(64)).max(200),
    unseen: z.boolean(),
  }),
  /** Where the organisation's settings would enrol this device: filled in, never followed before a person agrees. */
  enroll_link: z.string().max(512).nullable(),
  /** Reminders that a person has silenced, until when. */
  snoozed: z.array(snooze).max(100),
  /** Names of the settings that the organisation governs, and what was wrong with its files. */
  managed: z.strictObject({
    governed: z.array(z.string().max(64)).max(64),
    remarks: z.array(z.string().max(500)).max(64),
  }),
  /** Titles and steps of the gateway's checks, in the languages it offers. */
  checks: z
    .array(
      z.strictObject({
        id: z.string().max(40),
        title: z.record(z.string(), z.string()),
        why: z.record(z.string(), z.string()),
        steps: z.record(z.string(), z.array(z.string())).exactOptional(),
        open: z.string().max(64).exactOptional(),
      }),
    )
    .max(200),
})
export type Snapshot = z.infer<typeof snapshot>

/** What a person reads before anything but the configuration was fetched from the gateway. */
export const enrollmentPreview = z.strictObject({
  issuer: z.string().max(300),
  organisation: z.string().max(80),
  fields: z.array(z.string().max(64)).max(200),
  retention_days: count,
  contact: z.string().max(320),
  url: z.string().max(2048),
  consent: id43,
  modes: z.array(z.string().max(16)).max(3),
  /** Where the device key would be made, or lies already. */
  key_store: z.string().max(32),
})
export type EnrollmentPreview = z.infer<typeof enrollmentPreview>

export const requests = {
  'agent/snapshot': { from: ['window', 'cli'], asks: z.void(), answers: snapshot },
  /** What a window that was just opened is to show first; asked once, null when it was opened for nothing in particular. */
  'route/take': { from: ['window'], asks: z.void(), answers: z.strictObject({ route: route.nullable() }) },
  'posture/check-now': { from: ['window', 'cli'], asks: z.void(), answers: snapshot },
  /** Fetches the gateway's configuration, and nothing else; asked after the person pressed Continue. */
  'enrollment/preview': {
    from: ['window', 'cli'],
    asks: z.strictObject({ link: z.string().max(512) }),
    answers: enrollmentPreview,
  },
  /** Enrols, the person having agreed to exactly the description whose digest is named. */
  'enrollment/confirm': {
    from: ['window', 'cli'],
    asks: z.strictObject({ link: z.string().max(512), consent: id43 }),
    answers: snapshot,
  },
  'enrollment/cancel': { from: ['window', 'cli'], asks: z.void(), answers: z.void() },
  'privacy/catalogue': { from: ['window', 'cli'], asks: z.void(), answers: privacyCatalogue },
  'privacy/sent': { from: ['window', 'cli'], asks: sentQuestion, answers: sentPage },
  'privacy/payload': { from: ['window', 'cli'], asks: z.strictObject({ id: id22 }), answers: sentWhole },
  /** Puts the compact message into a file of the person's choice, byte for byte. */
  'privacy/save': { from: ['window'], asks: z.strictObject({ id: id22 }), answers: saved },
  /** Agrees to exactly these further fields; or says that what policy agreed to has been shown. */
  'privacy/accept-fields': {
    from: ['window'],
    asks: z.strictObject({ fields: z.array(z.string().max(64)).max(200) }),
    answers: snapshot,
  },
  'key/try-again': { from: ['window', 'cli'], asks: z.void(), answers: snapshot },
  /** The checks that fail now and what each closes; with one named, that alone. */
  'exception/form': {
    from: ['window', 'cli'],
    asks: z.strictObject({ check: z.string().max(40).exactOptional() }),
    answers: exceptionForm,
  },
  'exception/preview': { from: ['window', 'cli'], asks: previewQuestion, answers: previewAnswer },
  'exception/submit': { from: ['window', 'cli'], asks: submitQuestion, answers: submitted },
  'exception/show': { from: ['window', 'cli'], asks: ofRequest, answers: shownRequest },
  'exception/withdraw': { from: ['window', 'cli'], asks: ofRequest, answers: shownRequest },
  'exception/surrender': { from: ['window', 'cli'], asks: ofRequest, answers: shownRequest },
  'exception/reply': {
    from: ['window', 'cli'],
    asks: ofRequest.extend({ text: z.string().min(1).max(2000) }),
    answers: shownRequest,
  },
  /** Opens the gateway's own page where the person proves that it is they. */
  'exception/open-step-up': { from: ['window', 'cli'], asks: ofRequest, answers: z.void() },
  /** Keeps an answer that is being written; empty words forget it. */
  'reply/keep': {
    from: ['window'],
    asks: ofRequest.extend({ text: z.string().max(mostKeptWords) }),
    answers: z.strictObject({ saved_at: time }),
  },
  'reply/kept': { from: ['window'], asks: ofRequest, answers: z.strictObject({ text: z.string().max(mostKeptWords) }) },
  'draft/save': { from: ['window', 'cli'], asks: draftQuestion, answers: draft },
  'draft/discard': { from: ['window', 'cli'], asks: z.strictObject({ draft_id: id22 }), answers: z.void() },
  'history/page': { from: ['window', 'cli'], asks: historyQuestion, answers: historyPage },
  'reminder/snooze': {
    from: ['window'],
    asks: z.strictObject({ check: snooze.shape.check, until: time.nullable() }),
    answers: snapshot,
  },
  'settings/read': { from: ['window'], asks: z.void(), answers: settingsView },
  'settings/change': { from: ['window'], asks: settingsChange, answers: settingsView },
  'settings-link/open': { from: ['window'], asks: openable, answers: z.void() },
  'diagnostics/preview': {
    from: ['window'],
    asks: z.strictObject({ language: z.enum(languages) }),
    answers: diagnostics,
  },
  'diagnostics/save': { from: ['window'], asks: z.strictObject({ text: z.string().max(60_000) }), answers: saved },
  'clipboard/copy': { from: ['window'], asks: z.strictObject({ text: z.string().max(60_000) }), answers: z.void() },
  'app/quit': { from: ['window', 'cli'], asks: z.void(), answers: z.void() },
} as const satisfies Record<string, { from: readonly Asker[]; asks: z.ZodType; answers: z.ZodType }>

export type RequestName = keyof typeof requests
export type Question<Name extends RequestName> = z.infer<(typeof requests)[Name]['asks']>
export type Answer<Name extends RequestName> = z.infer<(typeof requests)[Name]['answers']>

/** The agent supplies every handler: leave one out and it does not compile. */
export type RequestHandlers = {
  readonly [Name in RequestName]: (question: Question<Name>) => Promise<Answer<Name>>
}

export const notices = {
  'snapshot/changed': snapshot,
  /** Something was told of this request. */
  'exception/changed': shownRequest,
  /** Somebody outside the window wants this shown. */
  'route/requested': route,
} as const satisfies Record<string, z.ZodType>
export type NoticeName = keyof typeof notices
export type Notice<Name extends NoticeName> = z.infer<(typeof notices)[Name]>

export const requestNames: readonly RequestName[] = Object.keys(requests).filter(isRequestName)

export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}

/** A question of any carrier is at most this long, an answer at most that long, in bytes of JSON. */
export const maxQuestionBytes = 65_536
export const maxAnswerBytes = 1_048_576
/** Calls per second and name. */
export const maxCallsPerSecond = 20
