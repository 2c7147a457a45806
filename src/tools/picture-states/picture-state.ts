import type { HistoryKind } from '#contract/agent-exceptions.ts'
import type { Route } from '#contract/agent-windows.ts'
import type { RequestHandlers, Snapshot } from '#contract/ipc.ts'
import { Failure, type FailureCode, type FailureDetails } from '#domain/failure.ts'

/** What a window is told in one picture, and what a person has done in it. */
export type PictureState = {
  readonly route: Route
  readonly snapshot: Snapshot
  /** Beside what every picture answers. */
  readonly answers?: Partial<RequestHandlers>
  /** In this order, before the picture is taken. */
  readonly acts?: readonly Act[]
}

/** Something that a person does: pressing an element, by its `data-act`, which no language changes. */
export type Act = { readonly act: 'press'; readonly name: ActName }
export const actNames = ['continue', 'enroll', 'send', 'show-bytes', 'look', 'facts', 'export', 'quit'] as const
export type ActName = (typeof actNames)[number] | `show-${HistoryKind}`

/** An answer that never comes: what loading looks like. */
export const never = () => new Promise<never>(() => undefined)

/** An answer that is a foreseen failure. */
export function fails<Code extends FailureCode>(code: Code, details: FailureDetails[Code]): () => Promise<never> {
  return () => Promise.reject(new Failure(code, details))
}

/** The same answer whatever was asked. */
export function gives<Value>(value: Value): () => Promise<Value> {
  return () => Promise.resolve(value)
}

export type PictureStates<State extends string> = { readonly [Name in State]: PictureState }
