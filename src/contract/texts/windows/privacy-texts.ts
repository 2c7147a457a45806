import type { SignalId } from '../../../domain/signals.ts'
import type { SentHead } from '../../agent-windows.ts'
import type { extraFields } from '../../consent-fields.ts'
import type { MessageTyp } from '../../message-types.ts'
import type { Entry } from '../say.ts'

type ExtraField = (typeof extraFields)[number]

/** What a device signs and sends. */
export type SentTyp = Extract<
  MessageTyp,
  | 'activate+jwt'
  | 'dpop+jwt'
  | 'eat+jwt'
  | 'enroll+jwt'
  | 'exception-action+jwt'
  | 'exception-preview+jwt'
  | 'exception-request+jwt'
  | 'handoff+jwt'
  | 'rotate+jwt'
  | 'unenroll+jwt'
>

/** Why a report is made. */
type ReportReason = 'start' | 'interval' | 'next-due' | 'changed' | 'asked' | 'woken' | 'retry'

export type FieldText = { readonly means: string; readonly why: string }

/**
 * The sentences of "What we send". Every field that may leave the device is described here: one that is not breaks the
 * build. `{org}` is the organisation.
 */
export type PrivacyTexts = {
  /** How things stand, first on the screen. */
  readonly sentences: {
    readonly nothing: string
    readonly accepted: Entry
    readonly refused: Entry
    readonly unconfirmed: Entry
    readonly noReport: string
    readonly waiting: string
    readonly asked: Entry
    readonly enrolledByPolicy: string
  }
  readonly note: string
  readonly noteBefore: string
  readonly anOrganisation: string

  readonly signals: { readonly [Id in SignalId]: FieldText }
  readonly extras: { readonly [Field in ExtraField]: FieldText & { readonly name: string } }
  readonly fields: {
    readonly title: string
    readonly agreedByUser: Entry
    readonly agreedByPolicy: Entry
    readonly groups: {
      readonly agreed: Entry
      readonly asked: Entry
      readonly notAsked: Entry
      readonly possible: Entry
    }
    readonly why: string
    readonly who: string
    readonly kept: string
    readonly inLast: string
    /** Signals: whoever approves an exception sees those that it is about. */
    readonly seenInReports: Entry
    readonly seen: Entry
    readonly keptReports: Entry
    readonly keptWithout: Entry
    /** What is sent once, at enrolment. */
    readonly keptOnce: Entry
  }
  readonly ask: {
    readonly title: string
    readonly note: string
    readonly agree: Entry
    readonly agreed: string
    readonly understood: string
    readonly policyNote: Entry
  }

  readonly never: {
    readonly title: string
    readonly note: string
    readonly kinds: {
      readonly [Kind in 'files' | 'browsing' | 'keystrokes' | 'location' | 'apps']: {
        readonly name: string
        readonly more: string
      }
    }
  }

  readonly last: {
    readonly title: string
    readonly says: string
    readonly about: string
    readonly rest: Entry
    readonly couldNot: Entry
    readonly notHere: Entry
  }
  /** Facts of a report beside its signals, in words. */
  readonly facts: {
    readonly signed: string
    readonly unsigned: string
    readonly signatureUnknown: string
    readonly development: string
    readonly virtual: string
    readonly bootProtected: string
    readonly bootOpen: string
    readonly debugOff: string
    readonly debugOn: string
    readonly started: Entry
    readonly managed: string
    readonly inspected: string
  }
  readonly message: {
    readonly types: { readonly [Typ in SentTyp]: string }
    readonly unknownType: Entry
    readonly sentAt: string
    readonly receiver: string
    readonly because: string
    readonly reasons: { readonly [Why in ReportReason]: string }
    readonly size: string
    readonly bytes: Entry
    readonly answer: string
    readonly outcomes: { readonly [Outcome in SentHead['outcome']]: string }
    readonly refusedBecause: Entry
    readonly unconfirmedMore: string
    readonly exact: string
    readonly inWords: string
    readonly views: { readonly [View in 'compact' | 'header' | 'payload']: string }
    readonly viewNotes: { readonly [View in 'compact' | 'header' | 'payload']: string }
    readonly hash: string
    readonly hashNote: string
    readonly save: string
    readonly saved: Entry
  }
  readonly ledger: {
    readonly title: string
    readonly note: string
    readonly filter: string
    readonly all: string
    readonly none: string
  }
  readonly waiting: {
    readonly title: string
    readonly report: string
    readonly reportMore: Entry
    readonly request: Entry
    readonly requestMore: Entry
  }
  readonly questions: {
    readonly title: string
    readonly contact: string
    readonly url: string
    readonly commandLine: string
  }
}
