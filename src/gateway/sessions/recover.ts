import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { type Acting, eventBase, type SignedAct } from '#gateway/people/acting.ts'
import { invitationUrl, keepInvitation } from '#gateway/people/invitations.ts'
import { notifyAdmins } from '#gateway/people/notify-admins.ts'
import type { RecoveryRecord } from '#gateway/storage/recovery-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash, keyedHash } from '#runtime/digest.ts'
import { randomSecret } from '#runtime/random-id.ts'
import type { SessionPorts } from './session-ports.ts'
import { loadOtp, takeCode } from './totp.ts'

/** How long somebody may wait for another admin, in seconds. */
export const recoverySeconds = 3600

/**
 * Asks for the way back. The answer is the same whether address and code were right; with a wrong one it waits for ever.
 * The link, once approved, can be made by this browser alone: its token comes from the secret of its cookie.
 */
export async function askRecovery(
  { store, sealKey }: Pick<SessionPorts, 'store' | 'sealKey'>,
  given: { readonly email: string; readonly code: string; readonly browserSecret: string },
  acting: Acting,
): Promise<{ readonly id: string; readonly expires_in: typeof recoverySeconds }> {
  const otp = await loadOtp()
  const now = Math.floor(acting.nowMs / 1000)
  const id = randomSecret()
  await store.transact(async (rows) => {
    const person = await rows.people.findByAddress(given.email)
    const isTheirs = person?.status === 'active' && (await takeCode(rows, otp, person.id, given.code, sealKey, now))
    await rows.recoveries.insert({
      id,
      personId: isTheirs ? person.id : null,
      state: 'waiting',
      askedAt: now,
      expiresAt: now + recoverySeconds,
      address: acting.place?.address ?? '',
      binding: hash(given.browserSecret),
      inviteHash: hash(tokenOf(given.browserSecret, id)),
    })
    if (!isTheirs) return
    const eventId = await recordEvent(rows, {
      type: 'recovery-asked',
      ...eventBase({ ...acting, person: person.id }),
      object: { person: person.id },
      members: { recovery_id: hash(id), signed: null },
    })
    await notifyAdmins(rows, { type: 'recovery-asked', eventId }, acting.nowMs)
  })
  return { id, expires_in: recoverySeconds }
}

export type RecoveryView = {
  readonly state: 'waiting' | 'approved' | 'refused' | 'expired'
  readonly invite_url?: string
}

/** How far it is, told to the asking browser alone. Failure `not_found` for any other. */
export async function viewRecovery(
  rows: Pick<Rows, 'recoveries'>,
  id: string,
  browserSecret: string | undefined,
  issuer: string,
  now: number,
): Promise<RecoveryView> {
  const recovery = await rows.recoveries.find(id)
  if (recovery === undefined || browserSecret === undefined || recovery.binding !== hash(browserSecret))
    throw new Failure('not_found', {})
  const state = stateOf(recovery, now)
  return state === 'approved' ? { state, invite_url: invitationUrl(issuer, tokenOf(browserSecret, id)) } : { state }
}

/** What admins name a recovery by: its id is known to the asking browser alone. */
export function recoveryHandle({ id }: Pick<RecoveryRecord, 'id'>): string {
  return hash(id)
}

/** Another admin lets a person back in, or does not. Failures: `not_found`, `state_conflict`, `role_required` (oneself). */
export async function answerRecovery(
  rows: Rows,
  handle: string,
  answer:
    | { readonly kind: 'approved'; readonly signed: SignedAct }
    | { readonly kind: 'refused'; readonly reason: string },
  acting: Acting,
): Promise<RecoveryRecord> {
  const now = Math.floor(acting.nowMs / 1000)
  const recovery = (await rows.recoveries.list()).find((each) => recoveryHandle(each) === handle)
  if (recovery === undefined || recovery.personId === null) throw new Failure('not_found', {})
  if (recovery.personId === acting.person) throw new Failure('role_required', { roles: ['admin'] }) // another one
  const state = stateOf(recovery, now)
  if (state !== 'waiting' || !(await rows.recoveries.answer(recovery.id, answer.kind)))
    throw new Failure('state_conflict', { state })
  const person = { person: recovery.personId }
  if (answer.kind === 'refused') {
    await recordEvent(rows, {
      type: 'recovery-refused',
      ...eventBase(acting, undefined, { reason: { text: answer.reason } }),
      object: person,
      members: { recovery_id: handle, signed: null },
    })
  } else {
    const eventId = await recordEvent(rows, {
      type: 'recovery-approved',
      ...eventBase(acting, answer.signed),
      object: person,
      members: { recovery_id: handle, signed: answer.signed.signed },
    })
    await keepInvitation(rows, 'recovery', recovery.personId, recovery.inviteHash, acting)
    await notifyAdmins(rows, { type: 'recovery-approved', eventId }, acting.nowMs)
  }
  return { ...recovery, state: answer.kind }
}

export function stateOf({ state, expiresAt }: RecoveryRecord, now: number): RecoveryView['state'] {
  return state === 'waiting' && expiresAt <= now ? 'expired' : state
}

function tokenOf(browserSecret: string, id: string): string {
  return keyedHash(Buffer.from(browserSecret), `postern/recovery/1\0${id}`)
}
