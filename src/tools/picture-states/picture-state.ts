import type { Route } from '#contract/agent-windows.ts'
import type { RequestHandlers, RequestName, Snapshot } from '#contract/ipc.ts'
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

/** Something that a person does; `act` names it, so that no picture depends on a language. */
export type Act =
  | { readonly act: 'press'; readonly name: ActName }
  | { readonly act: 'type'; readonly name: ActName; readonly text: string }

/** Elements of the windows, by their `data-act`. */
export type ActName = (typeof actNames)[number]
export const actNames = [
  'continue',
  'enroll',
  'host',
  'code',
  'send',
  'reason',
  'resource-all',
  'category-first',
  'show-bytes',
  'diagnostics',
  'leave',
] as const

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
export type { RequestName }
