import type { Entry } from '../say.ts'

/** What the screen of enrolment and consent says. */
export type EnrollTexts = {
  readonly title: string
  readonly step: Entry
  /** Before anything was asked. */
  readonly offer: {
    readonly asks: Entry
    readonly byHand: string
    readonly byHandNote: string
    readonly host: string
    readonly hostHelp: string
    readonly hostMissing: string
    readonly code: string
    readonly codeHelp: string
    readonly codeMissing: string
    readonly mayBeSent: string
    readonly readings: string
    readonly beside: string
    readonly neverCollected: string
    readonly nothingYet: Entry
    readonly nothingYetByHand: string
    readonly badLink: string
    readonly badLinkMore: string
    readonly continue: string
    readonly asking: string
    readonly notNow: string
    readonly plain: string
  }
  /** What the gateway says of itself. */
  readonly described: {
    readonly sentence: Entry
    readonly note: Entry
    readonly about: string
    readonly gateway: string
    readonly organisation: string
    readonly collects: Entry
    readonly unknownFields: Entry
    readonly seenBy: string
    readonly seenByWhom: Entry
    readonly keptFor: string
    readonly days: Entry
    readonly contact: string
    readonly privacy: string
    readonly key: string
    readonly keyKinds: { readonly [Kind in 'hardware' | 'keychain' | 'file']: string }
    readonly enroll: string
    readonly enrolling: string
  }
  readonly done: {
    readonly enrolled: Entry
    readonly enrolledNote: Entry
    readonly enrolledNoOwner: string
    readonly waiting: Entry
    readonly waitingNote: string
    readonly already: Entry
    readonly alreadyNote: string
    readonly showStatus: string
    readonly showPrivacy: string
  }
  /** Enrolled by the organisation, shown once. */
  readonly byPolicy: {
    readonly sentence: Entry
    readonly note: string
    readonly sent: string
    readonly understood: string
  }
}
