import type { Entry } from '../say.ts'

/** What every window says, whatever its screen. */
export type SharedTexts = {
  readonly navigation: {
    readonly label: string
    readonly menu: string
    readonly status: string
    readonly exceptions: string
    readonly history: string
    readonly privacy: string
    readonly settings: string
  }
  /** How the window hears of changes. */
  readonly stream: { readonly [State in 'off' | 'connecting' | 'open' | 'waiting']: string }
  readonly development: string
  readonly reading: string
  readonly now: string
  readonly back: string
  readonly close: string
  readonly cancel: string
  readonly tryAgain: string
  readonly showMore: string
  readonly copy: string
  readonly copied: string
  readonly copyDetails: string
  readonly code: Entry
  readonly logId: Entry
  readonly agentAway: string
  readonly agentAwayMore: string
  readonly managed: string
  readonly managedBy: Entry
  readonly notLive: Entry
  readonly offline: string
  readonly offlineMore: Entry
  readonly unknownFailure: string
  readonly unknownFailureMore: string
  readonly yourAdministrator: string
  /** What a failure leads to, as a button. */
  readonly next: { readonly [Step in 'enroll' | 'enrollAgain' | 'fields' | 'status' | 'drafts']: string }
}
