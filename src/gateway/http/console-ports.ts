import type { SessionPorts } from '#gateway/sessions/session-ports.ts'
import type { StreamTickets } from '#gateway/sessions/stream-tickets.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ConsoleLimits } from './console-limits.ts'
import type { AskerPorts } from './who-asks.ts'

/** What the calls of the console need, handed over by the composition root. */
export type ConsolePorts = SessionPorts &
  AskerPorts & {
    readonly limits: ConsoleLimits
    readonly languages: readonly string[]
    readonly tickets: StreamTickets
    /** Documents of the book in force that name a group. */
    readonly usesOfGroup: (group: string) => readonly string[]
    /** The decision for the console on a device of this person: rule 6.4 asks for it. */
    readonly consoleDecision: (personId: string) => Promise<object | null>
    /** The place of an event in the log, once it has one. */
    readonly placeOf: (rows: Rows, eventId: number) => Promise<{ readonly index: number } | null>
  }
