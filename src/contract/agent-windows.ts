import * as z from 'zod'
import { outcomes } from './gateway-messages.ts'
import { count, id22, id43, time } from './wire-types.ts'

/** What windows show and change beside posture and exceptions: what was sent, what happened, settings, diagnostics. */

const checkId = z.string().regex(/^[a-z0-9-]{1,40}$/)

// Where a window can be.

/** Screens that something outside the window may ask for: the tray, a notification, a deep link, a second start. */
export const screens = ['status', 'request', 'exceptions', 'history', 'privacy', 'settings', 'enroll'] as const

/** Which screen, and about what. `link`: a `postern://enroll` link, to be read and confirmed by a person. */
export const route = z.strictObject({
  screen: z.enum(screens),
  check: checkId.exactOptional(),
  request: z.uuid().exactOptional(),
  link: z.string().max(512).exactOptional(),
})
export type Route = z.infer<typeof route>

// What was sent.

/** `unconfirmed`: it was written down to be sent, and no answer is known. */
export const sentOutcomes = ['accepted', 'refused', 'unconfirmed'] as const

/** One message that this device signed, as it stands in the ledger. `reason`: why it was made. */
export const sentHead = z.strictObject({
  id: id22,
  typ: z.string().max(64),
  at: time,
  bytes: count,
  receiver: z.string().max(300),
  reason: z.string().max(40).nullable(),
  outcome: z.enum(sentOutcomes),
  /** Of the answer that refused it. */
  code: z.string().max(64).nullable(),
})
export type SentHead = z.infer<typeof sentHead>

/** Byte for byte what was sent, and how it reads. `sha256`: of the compact JWS, hex, as `sha256sum` prints it. */
export const sentWhole = z.strictObject({
  ...sentHead.shape,
  jws: z.string().max(87_384),
  header: z.string().max(8192),
  payload: z.string().max(65_536),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type SentWhole = z.infer<typeof sentWhole>

/** What goes out when the gateway answers: a report that could not be sent, and requests that a person has sent off. */
export const waitingToBeSent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('report'), since: time }),
  z.strictObject({ kind: z.literal('request'), since: time, draft_id: id22, checks: z.array(checkId).max(10) }),
])

export const sentQuestion = z.strictObject({
  before: id22.exactOptional(),
  count: z.int().min(1).max(50).exactOptional(),
  typ: z.string().max(64).exactOptional(),
})
/** A page of the ledger, newest first; `older` is what to ask for next. */
export const sentPage = z.strictObject({
  items: z.array(sentHead).max(50),
  older: id22.nullable(),
  waiting: z.array(waitingToBeSent).max(21),
})
export type SentPage = z.infer<typeof sentPage>

/** Fields that may leave this machine: all there are, those the gateway asks for, those agreed to, and those to be agreed to. */
export const privacyCatalogue = z.strictObject({
  fields: z.array(z.string().max(64)).max(200),
  asked: z.array(z.string().max(64)).max(200),
  agreed: z.array(z.string().max(64)).max(200),
  /** Asked for later than the person agreed: unsent until accepted. */
  missing: z.array(z.string().max(64)).max(200),
  /** Who agreed, and when; null: nobody yet. */
  consent: z.strictObject({ by: z.enum(['user', 'policy']), at: time }).nullable(),
  organisation: z.string().max(80).nullable(),
  contact: z.string().max(320).nullable(),
  url: z.string().max(2048).nullable(),
  retention_days: count.nullable(),
})
export type PrivacyCatalogue = z.infer<typeof privacyCatalogue>

/** Where a file was put; null: the person thought better of it. */
export const saved = z.strictObject({ path: z.string().max(4096).nullable() })

// What happened.

export const enrollmentEvents = [
  'enrolled',
  'waiting-approval',
  'refused',
  'renewed',
  'fields-accepted',
  'configuration',
] as const
export const keyEvents = ['created', 'ok', 'missing', 'locked', 'unavailable', 'file'] as const
export const actors = ['you', 'organisation', 'gateway', 'postern'] as const

/** A check that is judged otherwise than before; null: it was not judged then, or is not now. */
const verdictChange = z.strictObject({
  check: z.string().max(40),
  from: z.enum(outcomes).nullable(),
  to: z.enum(outcomes).nullable(),
  /** As the gateway said it, a judged check's `observed` and `required` of that moment, as JSON. */
  observed: z.unknown().optional(),
  required: z.unknown().optional(),
})

/** One file line of `history/`. */
export const historyEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('verdict'), id: id22, at: time, changes: z.array(verdictChange).min(1).max(200) }),
  z.strictObject({
    kind: z.literal('enrollment'),
    id: id22,
    at: time,
    event: z.enum(enrollmentEvents),
    by: z.enum(actors),
    host: z.string().max(300),
  }),
  z.strictObject({
    kind: z.literal('key'),
    id: id22,
    at: time,
    event: z.enum(keyEvents),
    back_end: z.string().max(32).nullable(),
  }),
  z.strictObject({
    kind: z.literal('update'),
    id: id22,
    at: time,
    from: z.string().max(64),
    to: z.string().max(64),
  }),
])
export type HistoryEvent = z.infer<typeof historyEvent>

// Settings.

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const quietHours = z.strictObject({ from: hour, to: hour })
export type QuietHours = z.infer<typeof quietHours>
export const usualQuietHours: QuietHours = { from: '19:00', to: '08:00' }

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]
export const notificationLevels = ['normal', 'quiet', 'off'] as const

/** `snoozed`: reminders of a check are silent until then; nothing else changes. */
export const snooze = z.strictObject({ check: checkId, until: time })

/** `settings.json`: what this person chose. What the organisation governs stands above it. */
export const chosenSettings = z.strictObject({
  language: z.enum(languages).nullable(),
  notifications: z.enum(notificationLevels),
  quiet_hours: quietHours.nullable(),
  snoozed: z.array(snooze).max(100),
  /** Digest of the description that policy agreed to and that a person has been shown since. */
  shown_consent: id43.nullable(),
})
export type ChosenSettings = z.infer<typeof chosenSettings>

export const autostartStates = ['on', 'off', 'requires-approval', 'switched-off-by-system', 'not-here'] as const
export const trayStates = ['shown', 'no-host', 'unknown', 'not-here'] as const
export const installKinds = ['mac-zip', 'pkg', 'nsis', 'msi', 'deb', 'rpm', 'appimage', 'npm', 'development'] as const
/** Who brings a newer Postern. */
export const updaters = ['postern', 'organisation', 'packages', 'nobody'] as const

/** What the settings screen shows: what is in force, never the wish. `governed`: names that the organisation decides. */
export const settingsView = z.strictObject({
  language: z.enum(languages).nullable(),
  notifications: z.enum(notificationLevels),
  quiet_hours: quietHours.nullable(),
  snoozed: z.array(snooze).max(100),
  autostart: z.strictObject({ state: z.enum(autostartStates), changeable: z.boolean() }),
  tray: z.enum(trayStates),
  updates: z.strictObject({ install_kind: z.enum(installKinds), by: z.enum(updaters) }),
  hide_quit: z.boolean(),
  support: z.boolean(),
  governed: z.array(z.string().max(64)).max(64),
  gateway: z
    .strictObject({
      issuer: z.string().max(300),
      organisation: z.string().max(80),
      contact: z.string().max(320).nullable(),
      owner: z.string().max(200).nullable(),
      device_id: z.string().max(64).nullable(),
    })
    .nullable(),
  key: z.strictObject({
    back_end: z.string().max(32).nullable(),
    state: z.string().max(16),
    tier: z.string().max(8).nullable(),
    kid: id43.nullable(),
    created_at: time.nullable(),
  }),
})
export type SettingsView = z.infer<typeof settingsView>

/** One change; what is left out stays. */
export const settingsChange = z.strictObject({
  language: z.enum(languages).nullable().exactOptional(),
  notifications: z.enum(notificationLevels).exactOptional(),
  quiet_hours: quietHours.nullable().exactOptional(),
  autostart: z.boolean().exactOptional(),
})

// Diagnostics.

export const findingSeverities = ['fine', 'note', 'wrong', 'unknown'] as const

/** The findings of `postern doctor`, in words, facts about the programs, and the text that an export would hold. */
export const diagnostics = z.strictObject({
  at: time,
  findings: z
    .array(
      z.strictObject({
        id: z.string().max(64),
        state: z.enum(findingSeverities),
        says: z.string().max(1000),
        why: z.string().max(1000).nullable(),
        todo: z.string().max(1000).nullable(),
      }),
    )
    .max(60),
  facts: z.array(z.strictObject({ name: z.string().max(40), value: z.string().max(400) })).max(40),
  /** Redacted already; exactly what would be saved. */
  text: z.string().max(200_000),
})
export type Diagnostics = z.infer<typeof diagnostics>

/** What a diagnostics' fact is called; the sentence for it is in the texts. */
export const diagnosticFacts = [
  'version',
  'channel',
  'shell',
  'os',
  'language',
  'gateway',
  'proxy',
  'tls_inspected',
  'clock',
  'stream',
  'last_failure',
  'tray',
  'notifications',
  'key_store',
  'process',
] as const
export type DiagnosticFact = (typeof diagnosticFacts)[number]

/** What may be opened outside the window, by name: a settings pane, help of the organisation, pages of the gateway. */
export const openable = z.union([
  z.strictObject({ kind: z.literal('settings'), check: checkId }),
  z.strictObject({ kind: z.enum(['support', 'console', 'enroll-page']) }),
  z.strictObject({ kind: z.literal('step-up'), request_id: z.uuid() }),
])
export type Openable = z.infer<typeof openable>
