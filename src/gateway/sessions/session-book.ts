import { recordEvent } from '#gateway/audit/record-event.ts'
import { type Acting, eventBase } from '#gateway/people/acting.ts'
import { endSession } from '#gateway/people/end-sessions.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { SessionRecord } from '#gateway/storage/session-store.ts'
import { hash } from '#runtime/digest.ts'
import { randomId, randomSecret } from '#runtime/random-id.ts'

/** A session ends this long after its last call, and this long after sign-in, in seconds. */
export const idleSeconds = 7200
export const longestSeconds = 43_200
const seenEverySeconds = 60

export type SignedIn = { readonly person: PersonRecord; readonly session: SessionRecord }

export type StartedSession = SignedIn & {
  /** For the cookie; told once. */
  readonly secret: string
  readonly expiresAt: number
}

/** Begins a session after a passkey held. Inside a transaction. */
export async function startSession(
  rows: Rows,
  person: PersonRecord,
  passkeyId: string,
  method: 'passkey' | 'invitation',
  acting: Acting,
): Promise<StartedSession> {
  const now = Math.floor(acting.nowMs / 1000)
  const secret = randomSecret()
  const session: SessionRecord = {
    id: randomId(),
    secretHash: hash(secret),
    personId: person.id,
    deviceId: null,
    acr: 'webauthn-uv',
    amr: ['swk', 'user'],
    passkeyId,
    startedAt: now,
    seenAt: now,
    address: acting.place?.address ?? '',
    browser: acting.place?.browser ?? null,
  }
  await rows.sessions.insert(session)
  await recordEvent(rows, {
    type: 'session-started',
    ...eventBase({ ...acting, person: person.id }),
    object: { person: person.id },
    members: { session: session.secretHash, device: null, cause: method },
  })
  return { person, session, secret, expiresAt: endOf(session) }
}

/** Whose session a cookie is, if it is one: not ended, not idle, not too old, of an active person. */
export async function findSession(
  rows: Pick<Rows, 'sessions' | 'people'>,
  secret: string,
  now: number,
): Promise<SignedIn | undefined> {
  const session = await rows.sessions.findBySecret(hash(secret))
  if (session === undefined || endOf(session) <= now || session.seenAt + idleSeconds <= now) return undefined
  const person = await rows.people.find(session.personId)
  return person?.status === 'active' ? { person, session } : undefined
}

/** Whether this call is worth a write: the time of the last one is kept to the minute. */
export function isSeenAnew(session: SessionRecord, now: number): boolean {
  return now - session.seenAt >= seenEverySeconds
}

/** The absolute end of a session, Unix seconds. */
export function endOf({ startedAt }: Pick<SessionRecord, 'startedAt'>): number {
  return startedAt + longestSeconds
}

/** Ends what has run out, up to `limit` of them; answers how many. Inside a transaction. */
export async function endIdleSessions(rows: Rows, nowMs: number, limit: number): Promise<number> {
  const now = Math.floor(nowMs / 1000)
  const idle = await rows.sessions.idle(now - idleSeconds, now - longestSeconds, limit)
  for (const session of idle)
    await endSession(rows, session, endOf(session) <= now ? 'age' : 'idle', { person: null, nowMs })
  return idle.length
}
