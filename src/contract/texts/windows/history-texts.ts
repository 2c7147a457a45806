import type { HistoryKind } from '../../agent-exceptions.ts'
import type { actors, enrollmentEvents, keyEvents } from '../../agent-windows.ts'
import type { outcomes } from '../../gateway-messages.ts'
import type { Entry } from '../say.ts'

/** What the history of this device says. */
export type HistoryTexts = {
  readonly note: string
  readonly empty: string
  readonly emptyMore: string
  readonly emptyKind: string
  readonly filter: string
  readonly all: string
  readonly kinds: { readonly [Kind in HistoryKind]: string }
  readonly today: string
  readonly yesterday: string
  readonly older: string
  readonly foot: string
  /** Who acted. */
  readonly by: { readonly [Actor in (typeof actors)[number]]: string }
  readonly logIndex: string
  readonly verdict: {
    readonly changed: Entry
    readonly outcomes: { readonly [Outcome in (typeof outcomes)[number]]: string }
    readonly was: Entry
    readonly first: Entry
    readonly gone: Entry
    readonly several: Entry
    readonly observed: string
    readonly required: string
    readonly notSaid: string
  }
  readonly exceptionFor: Entry
  readonly sent: {
    readonly times: Entry
    readonly show: string
    readonly newest: string
  }
  readonly enrollment: { readonly [Event in (typeof enrollmentEvents)[number]]: Entry }
  readonly key: { readonly [Event in (typeof keyEvents)[number]]: string }
  readonly update: Entry
}
