import type { RequestState } from '../../domain/exceptions/states.ts'

export type NoticeText = { readonly title: string; readonly body: string }

/** What notifications say, in one language. A title is a few words; the body says what to do or until when. */
export type NoticesTexts = {
  readonly failing: string
  readonly failingBody: string
  /** `{n}` checks at once. */
  readonly severalFailing: NoticeText
  readonly refused: string
  readonly refusedWithout: string
  readonly refusedBody: string
  readonly deadline: string
  readonly deadlineBody: string
  readonly fixed: string
  readonly fixedBody: string
  readonly restoredBody: string
  readonly accessEnds: string
  readonly vote: NoticeText
  readonly decided: { readonly [State in Extract<RequestState, 'denied' | 'refused' | 'lapsed' | 'stale'>]: NoticeText }
  readonly granted: {
    readonly active: NoticeText
    readonly scheduled: NoticeText
    readonly awaiting_activation: NoticeText
    readonly other: NoticeText
  }
  readonly question: NoticeText
  readonly grants: {
    readonly suspended: NoticeText
    readonly expired: NoticeText
    readonly revoked: NoticeText
    readonly cured: NoticeText
    readonly unclaimed: NoticeText
    readonly voided: NoticeText
  }
  readonly exceptionEnds: NoticeText
  readonly keyLocked: NoticeText
  readonly trayMissing: NoticeText
  /** Windows puts new icons behind the arrow. */
  readonly iconHides: NoticeText
  readonly updateReady: NoticeText
  readonly andMore: string
}
