import type { GrantState, RequestState } from '../../../domain/exceptions/states.ts'
import type { Entry } from '../say.ts'

/** What the list of exceptions and the page of one request say. */
export type ExceptionsTexts = {
  readonly list: {
    readonly nothing: string
    readonly nothingMore: string
    readonly active: Entry
    readonly open: Entry
    /** Approved, and on hold, not begun, not recorded or not proven. */
    readonly later: Entry
    readonly drafts: Entry
    readonly request: string
    readonly now: string
    readonly draftsTitle: string
    readonly earlier: string
    readonly allEarlier: string
    readonly draftSaved: Entry
    readonly draftWaits: string
    readonly draftRefused: Entry
    readonly draftUnkept: string
    readonly draftNoRoom: string
    readonly noCheck: string
    readonly about: Entry
  }
  readonly title: Entry
  readonly unknownTitle: string
  readonly unknown: string
  readonly unknownMore: string
  /** In one sentence how a request stands that has no grant. */
  readonly states: { readonly [State in Exclude<RequestState, 'info_needed'>]: Entry }
  /** Where nothing is known of approvals. */
  readonly waiting: string
  readonly asks: Entry
  readonly anApprover: string
  readonly question: string
  /** What is said below it. */
  readonly more: {
    readonly stepUp: string
    readonly stepUpBy: Entry
    readonly waitsFor: Entry
    readonly decisionDue: Entry
    readonly answerBy: Entry
    readonly stale: string
    readonly lapsed: string
    readonly withdrawn: string
    readonly recorded: string
    readonly unproven: string
    readonly unprovenMore: string
    readonly holdsFor: Entry
    readonly left: Entry
    readonly activation: string
    readonly decided: Entry
    readonly notMoved: Entry
    /** Its time is over by the clock, and nobody has said that it ended. */
    readonly overdue: Entry
    readonly overdueMore: string
    readonly decisionWasDue: Entry
  }
  readonly grants: { readonly [State in GrantState]: Entry }
  /** The same where no time is known. */
  readonly grantsWithout: { readonly [State in GrantState]: string }
  readonly because: Entry
  readonly causes: { readonly [cause: string]: string }
  readonly short: { readonly [State in RequestState | GrantState]: Entry }
  readonly unprovenShort: string
  readonly actions: {
    readonly continue: string
    readonly opened: string
    readonly withdraw: string
    readonly withdrawTitle: string
    readonly withdrawMore: string
    readonly end: string
    readonly endTitle: string
    readonly endMore: Entry
    readonly keep: string
    readonly again: string
    readonly fix: string
  }
  readonly path: {
    readonly label: string
    readonly done: string
    readonly asked: string
    readonly confirmed: string
    readonly confirm: string
    readonly approvals: string
    readonly approved: string
    readonly open: string
    readonly ended: string
    readonly count: Entry
    readonly question: string
    readonly unproven: string
    readonly recording: string
    readonly until: Entry
    readonly from: Entry
    readonly hold: string
  }
  readonly thread: {
    readonly title: string
    readonly you: string
    readonly reply: string
    readonly send: string
    readonly sent: string
    readonly empty: string
    readonly long: Entry
    readonly unsent: string
    readonly unsentMore: string
    readonly discard: string
  }
  readonly details: {
    readonly title: string
    readonly check: string
    readonly resources: string
    readonly duration: string
    readonly window: string
    readonly held: string
    readonly windowValue: Entry
    readonly category: string
    readonly reason: string
    readonly ticket: string
    readonly controls: string
    readonly answer: string
    readonly logIndex: string
    readonly logIndexValue: Entry
    readonly id: string
    readonly unknown: string
  }
}
