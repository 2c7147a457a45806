import type { AgentState } from '../../../domain/agent-state.ts'
import type { Entry } from '../say.ts'

/** What the screen "Status" says. `{n}` chooses the plural form. */
export type StatusTexts = {
  /** The state in one sentence. */
  readonly sentences: { readonly [State in AgentState]: Entry }
  /** Where exactly one resource is refused. */
  readonly onlyOneRefused: string
  /** Access is there, but a resource asks in the browser. */
  readonly challenged: Entry
  readonly exceptedUntil: Entry
  /** What stands below the sentence: what follows from it, or what to do. */
  readonly notes: { readonly [State in AgentState]?: Entry }
  readonly verdictFrom: Entry
  readonly noVerdict: string
  /** Where it no longer counts: what stands behind it is only what was. */
  readonly lastVerdict: Entry
  readonly actions: {
    readonly checkNow: string
    readonly checkAgain: string
    readonly checking: string
    readonly openSettings: string
    readonly request: string
    readonly showException: string
    readonly enroll: string
    readonly enrollAgain: string
    readonly tryAgain: string
    readonly support: string
    readonly snooze: Entry
    readonly unsnooze: string
    readonly acceptFields: string
  }
  readonly groups: {
    readonly blocks: Entry
    readonly blocksNothing: string
    readonly willBlock: string
    readonly excepted: string
    readonly passing: Entry
    readonly doesNotApply: string
    readonly access: string
    readonly readings: string
    readonly readingsNote: string
  }
  readonly outcomes: {
    readonly met: string
    readonly na: string
    readonly violated: string
    readonly unknown: Entry
    readonly unknownShort: string
    readonly excepted: string
    readonly exceptedUntil: Entry
    readonly tolerated: string
    readonly toleratedUntil: Entry
    readonly pending: string
    readonly pendingAway: string
  }
  readonly row: {
    readonly observed: string
    readonly required: string
    readonly since: string
    readonly deadline: string
    readonly why: string
    readonly steps: string
    readonly notSaid: string
    readonly unknownHelp: string
    readonly notConsentedHelp: string
    readonly noException: string
    readonly snoozedUntil: Entry
    readonly fixed: string
  }
  readonly access: { readonly [Word in 'allow' | 'challenge' | 'refuse']: string }
  readonly because: Entry
  readonly missingFields: Entry
  readonly missingFieldsMore: Entry
  readonly fileKey: string
  readonly fileKeyMore: string
  readonly keySteps: { readonly title: string; readonly linux: readonly string[] }
  readonly about: {
    readonly title: string
    readonly judged: string
    readonly validUntil: string
    readonly nextReport: string
    readonly policy: string
    readonly key: string
    readonly device: string
  }
}
