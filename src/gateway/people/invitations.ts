import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { InvitationKind, InvitationRecord } from '#gateway/storage/invitation-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { randomSecret, uuidV7 } from '#runtime/random-id.ts'
import { type Acting, eventBase, type SignedAct } from './acting.ts'
import { notifyAdmins } from './notify-admins.ts'

/** How long a link may be used, in seconds (console-api.md section 2). */
export const invitationSeconds: { readonly [Kind in InvitationKind]: number } = {
  'first-admin': 86_400,
  person: 7 * 86_400,
  owner: 86_400,
  recovery: 900,
  gateway: 3600,
}

export type MadeInvitation = {
  readonly id: string
  /** 43 characters; told once. */
  readonly token: string
  readonly expiresAt: number
}

export function invitationUrl(issuer: string, token: string): string {
  return `${issuer}/invite/${token}`
}

/** Makes a one-time link. `personId` is `null` for a first admin whom nobody named. Inside a transaction. */
export async function makeInvitation(
  rows: Rows,
  kind: InvitationKind,
  personId: string | null,
  acting: Acting,
  signed?: SignedAct,
): Promise<MadeInvitation> {
  const token = randomSecret()
  return { ...(await keepInvitation(rows, kind, personId, hash(token), acting, signed)), token }
}

/** As `makeInvitation`, for a link whose token somebody else knows. */
export async function keepInvitation(
  rows: Rows,
  kind: InvitationKind,
  personId: string | null,
  tokenHash: string,
  acting: Acting,
  signed?: SignedAct,
): Promise<Omit<MadeInvitation, 'token'> & { readonly eventId: number }> {
  const at = Math.floor(acting.nowMs / 1000)
  const id = uuidV7(acting.nowMs)
  const expiresAt = at + invitationSeconds[kind]
  await rows.invitations.insert({
    id,
    tokenHash,
    kind,
    personId,
    madeBy: acting.person,
    madeAt: at,
    expiresAt,
    usedAt: null,
    revokedAt: null,
  })
  const eventId = await recordEvent(rows, {
    type: 'invitation-made',
    ...eventBase(acting, signed),
    object: personId === null ? null : { person: personId },
    members: { invitation_id: id, kind, expires_at: expiresAt, signed: signed?.signed ?? null },
  })
  return { id, expiresAt, eventId }
}

/** Takes an open link back. Failure `state_conflict`: it is not open. */
export async function revokeInvitation(rows: Rows, id: string, acting: Acting): Promise<void> {
  const invitation = await rows.invitations.find(id)
  if (invitation === undefined) throw new Failure('not_found', {})
  const now = Math.floor(acting.nowMs / 1000)
  const state = invitationState(invitation, now)
  if (state !== 'open' || !(await rows.invitations.revoke(id, now))) throw new Failure('state_conflict', { state })
  await recordEvent(rows, {
    type: 'invitation-revoked',
    ...eventBase(acting),
    object: invitation.personId === null ? null : { person: invitation.personId },
    members: { invitation_id: id, kind: invitation.kind, expires_at: invitation.expiresAt, signed: null },
  })
}

export function invitationState(
  { usedAt, revokedAt, expiresAt }: InvitationRecord,
  now: number,
): 'open' | 'used' | 'revoked' | 'expired' {
  if (usedAt !== null) return 'used'
  if (revokedAt !== null) return 'revoked'
  return expiresAt > now ? 'open' : 'expired'
}

/** The open invitation behind a token. Failure `invitation_refused`, whatever the reason. */
export async function findInvitation(
  rows: Pick<Rows, 'invitations' | 'people' | 'passkeys'>,
  token: string,
  now: number,
): Promise<InvitationRecord> {
  const invitation = await rows.invitations.findByToken(hash(token))
  if (invitation === undefined) throw new Failure('invitation_refused', { cause: 'unknown' })
  const state = invitationState(invitation, now)
  if (state !== 'open') throw new Failure('invitation_refused', { cause: state })
  if (invitation.personId === null) return invitation
  const person = await rows.people.find(invitation.personId)
  if (person?.status !== 'active') throw new Failure('invitation_refused', { cause: 'inactive' })
  // who has a passkey comes back by recovery alone, or an admin could become an approver
  const replaces = invitation.kind === 'recovery' || invitation.kind === 'gateway'
  if (!replaces && (await rows.passkeys.of(person.id)).length > 0)
    throw new Failure('invitation_refused', { cause: 'passkey' })
  return invitation
}

/**
 * At each start: while no active admin has a passkey, the link for the first one. The link of the start before is void.
 * It is for the first admin that the settings name, or for whoever comes.
 */
export async function renewFirstAdmin(rows: Rows, nowMs: number): Promise<MadeInvitation | undefined> {
  const acting: Acting = { person: null, nowMs }
  const now = Math.floor(nowMs / 1000)
  for (const before of await rows.invitations.open('first-admin', now)) await revokeInvitation(rows, before.id, acting)
  const counts = await rows.passkeys.counts()
  const admins = (await rows.people.list()).filter(({ admin, status }) => admin && status === 'active')
  if (admins.some(({ id }) => (counts.get(id) ?? 0) > 0)) return undefined
  return await makeInvitation(rows, 'first-admin', admins[0]?.id ?? null, acting)
}

/** On the gateway's own machine: a link for an admin who is locked out; all admins are told. Failure `unknown_person`. */
export async function inviteAdmin(rows: Rows, email: string, nowMs: number) {
  const person = await rows.people.findByAddress(email)
  if (person === undefined || person.status !== 'active' || !person.admin)
    throw new Failure('unknown_person', { email })
  const token = randomSecret()
  const { eventId, ...made } = await keepInvitation(rows, 'gateway', person.id, hash(token), { person: null, nowMs })
  await notifyAdmins(rows, { type: 'invitation-made', eventId }, nowMs)
  return { ...made, token, person }
}

/** For the owner of an enrolment token who has no passkey; nothing where they have one. */
export async function inviteOwner(rows: Rows, personId: string, acting: Acting): Promise<MadeInvitation | undefined> {
  if ((await rows.passkeys.of(personId)).length > 0) return undefined
  return await makeInvitation(rows, 'owner', personId, acting)
}
