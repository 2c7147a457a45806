import type { Entry } from '../say.ts'

/** What the form for an exception says. */
export type RequestTexts = {
  readonly title: string
  /** `{check}` closes `{resources}`. */
  readonly closes: Entry
  readonly chooseFirst: string
  readonly nothingFails: string
  readonly nothingFailsMore: string
  readonly noVerdict: string
  readonly noVerdictMore: string
  readonly passesNow: Entry
  readonly passesNowMore: string
  readonly toStatus: string
  readonly notAllowed: string
  readonly notAllowedMore: string
  readonly remedy: {
    readonly title: string
    readonly none: string
    readonly openSettings: string
    readonly tryAgain: string
  }
  readonly ask: {
    readonly title: string
    readonly check: string
    readonly resources: string
    readonly notOffered: string
    readonly duration: string
    readonly category: string
    readonly reason: string
    readonly reasonHelp: string
    readonly ticket: string
    readonly ticketHelp: Entry
    readonly optional: string
    readonly remedyBy: string
    readonly remedyByHelp: string
    readonly noPromise: string
    readonly today: Entry
    readonly tomorrow: Entry
  }
  /** `{n}` characters written. */
  readonly counter: { readonly short: Entry; readonly enough: Entry }
  readonly takes: {
    readonly title: string
    readonly asking: string
    readonly chooseResource: string
    readonly longest: string
    readonly totalLeft: string
    readonly requestsLeft: string
    readonly approval: Entry
    readonly proof: string
    readonly risk: string
    readonly whileItLasts: string
    readonly leastReason: string
    readonly leastReasonValue: Entry
    readonly openAtOnce: string
    readonly lastKnown: string
    readonly lastKnownAway: string
    readonly lastKnownLocked: string
    readonly lastKnownMore: string
  }
  readonly path: {
    readonly label: string
    readonly send: string
    readonly confirm: string
    readonly approve: Entry
    readonly noApproval: string
    readonly open: Entry
    readonly openLater: string
  }
  readonly refusal: {
    readonly title: string
    readonly askAgain: Entry
    readonly duration: Entry
    readonly left: Entry
    readonly most: Entry
    readonly least: Entry
  }
  readonly equal: { readonly title: string; readonly more: string; readonly show: string }
  readonly faults: {
    readonly resources: string
    readonly duration: string
    readonly durationLong: Entry
    readonly category: string
    readonly reasonEmpty: string
    readonly reasonShort: Entry
    readonly reasonLong: Entry
    readonly ticket: Entry
    readonly ticketLong: Entry
    readonly said: Entry
    readonly summary: Entry
  }
  readonly send: string
  readonly sending: string
  readonly sent: string
  readonly refused: string
  readonly refusedMore: string
  readonly keptInput: string
  readonly draft: {
    readonly saved: Entry
    readonly restored: Entry
    readonly discard: string
    readonly discardTitle: string
    readonly discardMore: string
    readonly keep: string
    readonly unsaved: string
    readonly unsavedMore: string
  }
  readonly waiting: {
    readonly sentence: string
    readonly title: string
    readonly more: string
    readonly since: Entry
    readonly change: string
    readonly what: string
    readonly discard: string
    readonly judged: Entry
  }
}
