import { hash } from '#runtime/digest.ts'
import { randomSecret } from '#runtime/random-id.ts'

export const ticketSeconds = 30
const mostOpen = 10_000

export type StreamTickets = {
  /** 43 characters, for one use of this session. */
  issue(sessionId: string, now: number): string
  /** The session of a ticket that was not used and has not run out. */
  take(ticket: string, now: number): string | undefined
}

/** Tickets for the live stream (protocol.md section 9). In memory: a page asks the replica that it then connects to. */
export function createStreamTickets(): StreamTickets {
  const open = new Map<string, { readonly sessionId: string; readonly expiresAt: number }>()
  return {
    issue(sessionId, now) {
      for (const [key, { expiresAt }] of open) if (expiresAt <= now || open.size >= mostOpen) open.delete(key)
      const ticket = randomSecret()
      open.set(hash(ticket), { sessionId, expiresAt: now + ticketSeconds })
      return ticket
    },
    take(ticket, now) {
      const key = hash(ticket)
      const found = open.get(key)
      open.delete(key)
      return found !== undefined && found.expiresAt > now ? found.sessionId : undefined
    },
  }
}
