import type { Notice } from './notice.ts'

/** What one part of the policy makes of this moment. */
export type ToldPart<Memory> = {
  readonly memory: Memory
  readonly notices: readonly Notice[]
  /** Subjects whose cause goes on: what is shown of them may stay. */
  readonly current: readonly string[]
  /** When something of it is due, in Unix seconds. */
  readonly dueAt: readonly number[]
}
