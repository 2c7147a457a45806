import type { IncomingMessage } from 'node:http'
import { consoleRoles } from '#contract/admin-route.ts'
import { Failure } from '#domain/failure.ts'
import type { Subscriptions } from '#gateway/live/subscriptions.ts'
import { endOf, findSession, type SignedIn } from '#gateway/sessions/session-book.ts'
import type { StreamTickets } from '#gateway/sessions/stream-tickets.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { readCookie, sessionCookie } from './console-cookies.ts'
import { single } from './handshake.ts'
import type { Audience } from './live-stream.ts'
import { type AskerPorts, admit } from './who-asks.ts'

export type ConsoleAudiencePorts = Pick<AskerPorts, 'issuer' | 'store' | 'isApprover'> & {
  readonly tickets: StreamTickets
  readonly subscriptions: Subscriptions
  readonly clock: Clock
}

const heartbeatSeconds = 30
const proveWithinMs = 5000
const lookEveryMs = 1000

/** Whether an upgrade is that of a page, signed in or not any more, and not that of an agent. */
export function isConsole(request: IncomingMessage): boolean {
  const { authorization, origin } = request.headers
  if (readCookie(request.headersDistinct['cookie'] ?? [], sessionCookie) !== undefined) return true
  return origin !== undefined && authorization === undefined && request.headers['dpop'] === undefined
}

/**
 * A console (protocol.md section 9): session cookie and exact `Origin` on the upgrade, a ticket of that session as first
 * frame. It ends with the session. Failures: `origin_refused`, `ambiguous_credentials`, `login_required`, `not_found`.
 */
export async function consoleAudience(ports: ConsoleAudiencePorts, request: IncomingMessage): Promise<Audience> {
  const { store, clock, tickets } = ports
  if (single(request, 'origin') !== ports.issuer) throw new Failure('origin_refused', {})
  if (request.headers.authorization !== undefined || request.headers['dpop'] !== undefined)
    throw new Failure('ambiguous_credentials', {})
  const secret = readCookie(request.headersDistinct['cookie'] ?? [], sessionCookie) ?? ''
  // A stream is no use of the session: it must not keep it awake.
  const signedIn = async (): Promise<SignedIn> => {
    const found = await store.read((rows) => findSession(rows, secret, secondsNow(clock)))
    if (found === undefined) throw new Failure('login_required', {})
    return found
  }
  const { person, session } = await signedIn()
  await admit(ports, person, { method: 'GET', who: { roles: [...consoleRoles] } })
  return {
    key: person.id,
    reader: person.id,
    subscriptions: ports.subscriptions,
    topics: ports.subscriptions.topics,
    heartbeatSeconds,
    pings: 'frames',
    proveWithinMs,
    lookEveryMs,
    expiresAt: () => endOf(session),
    async mayRead() {
      await signedIn()
    },
    ending: ['auth', 'the session has ended'],
    async renew(proof) {
      if (!('ticket' in proof) || tickets.take(proof.ticket, secondsNow(clock)) !== session.id)
        throw new Failure('invalid_token', {})
      await signedIn()
    },
  }
}
