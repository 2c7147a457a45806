import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { SessionRecord } from '#gateway/storage/session-store.ts'
import { type Acting, eventBase } from './acting.ts'

export const sessionEnds = ['sign-out', 'ended', 'idle', 'age', 'deactivated', 'role', 'recovery', 'passkey'] as const
export type SessionEnd = (typeof sessionEnds)[number]

/** Ends the sessions of a person that `which` names, all by default; answers how many. Inside a transaction. */
export async function endSessions(
  rows: Rows,
  personId: string,
  cause: SessionEnd,
  acting: Acting,
  which: (session: SessionRecord) => boolean = () => true,
  reason?: string,
): Promise<number> {
  let ended = 0
  for (const session of await rows.sessions.of(personId))
    if (which(session) && (await endSession(rows, session, cause, acting, reason))) ended += 1
  return ended
}

/** Ends one session. `false`: it had ended. */
export async function endSession(
  rows: Rows,
  session: SessionRecord,
  cause: SessionEnd,
  acting: Acting,
  reason?: string,
): Promise<boolean> {
  if (!(await rows.sessions.end(session.id))) return false
  await recordEvent(rows, {
    type: 'session-ended',
    ...eventBase(acting, undefined, reason === undefined ? {} : { reason: { text: reason } }),
    object: { person: session.personId },
    members: {
      session: session.secretHash,
      device: session.deviceId === null ? null : { device: session.deviceId },
      cause,
    },
  })
  return true
}
