import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { PasskeyRecord } from '#gateway/storage/passkey-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Acting, eventBase, type SignedAct } from './acting.ts'
import { personOf } from './change-person.ts'
import { endSessions } from './end-sessions.ts'
import { rolesOf } from './person-roles.ts'

/** Takes one of their own passkeys away. Failures: `not_found`, `last_passkey`. Inside a transaction. */
export async function removeOwnPasskey(rows: Rows, id: string, acting: Acting, signed: SignedAct): Promise<void> {
  const passkey = await rows.passkeys.find(id)
  if (passkey === undefined || passkey.personId !== acting.person) throw new Failure('not_found', {})
  if ((await rows.passkeys.of(passkey.personId)).length === 1) throw new Failure('last_passkey', {})
  await removePasskey(rows, passkey, acting, signed)
}

/**
 * An admin takes a passkey of somebody away who has no role and is in no pool, so that they can be invited anew.
 * Failures: `not_found`, `role_held`.
 */
export async function removePasskeyOf(
  rows: Rows,
  personId: string,
  id: string,
  pools: readonly string[],
  acting: Acting,
  signed: SignedAct,
  reason: string,
): Promise<void> {
  const person = await personOf(rows, personId)
  const passkey = await rows.passkeys.find(id)
  if (passkey === undefined || passkey.personId !== person.id) throw new Failure('not_found', {})
  const roles = rolesOf(person)
  if (roles.length > 0 || pools.length > 0) throw new Failure('role_held', { roles, pools })
  await removePasskey(rows, passkey, acting, signed, reason)
}

/** Removes a passkey and ends the sessions that began with it. */
export async function removePasskey(
  rows: Rows,
  passkey: PasskeyRecord,
  acting: Acting,
  signed?: SignedAct,
  reason?: string,
): Promise<void> {
  await rows.passkeys.remove(passkey.id)
  await recordEvent(rows, {
    type: 'passkey-removed',
    ...eventBase(acting, signed, reason === undefined ? {} : { reason: { text: reason } }),
    object: { person: passkey.personId },
    members: {
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      signed: signed?.signed ?? null,
    },
  })
  await endSessions(rows, passkey.personId, 'passkey', acting, ({ passkeyId }) => passkeyId === passkey.id)
}
