import type { CreationOptions, RegistrationJson } from '#contract/webauthn.ts'
import type { Json } from '#domain/canonical-json.ts'
import { Failure, type SchemaIssue } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { type Acting, eventBase } from '#gateway/people/acting.ts'
import { personAttachment } from '#gateway/people/change-person.ts'
import { endSessions } from '#gateway/people/end-sessions.ts'
import { findInvitation } from '#gateway/people/invitations.ts'
import { notifyAdmins } from '#gateway/people/notify-admins.ts'
import { keepPeopleInConsole } from '#gateway/people/people-source.ts'
import { rolesOf } from '#gateway/people/person-roles.ts'
import { removePasskey } from '#gateway/people/remove-passkey.ts'
import type { InvitationKind, InvitationRecord } from '#gateway/storage/invitation-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import { beginRegistration, checkRegistration, keepPasskey, waitingRegistration } from './register-passkey.ts'
import { type StartedSession, startSession } from './session-book.ts'
import type { SessionPorts } from './session-ports.ts'

export type InvitationQuestion = {
  readonly token: string
  /** Only of a first admin whom nobody named. */
  readonly name?: string
  readonly email?: string
}

/** Asks the holder of a link for a passkey. Failures: `invitation_refused`, `already_exists`, `schema_invalid`. */
export async function challengeInvitation(
  rows: Rows,
  question: InvitationQuestion,
  { party, organisation }: Pick<SessionPorts, 'party' | 'organisation'>,
  nowMs: number,
): Promise<{
  readonly kind: InvitationKind
  readonly person: { readonly name: string }
  readonly options: CreationOptions
}> {
  const now = Math.floor(nowMs / 1000)
  const invitation = await findInvitation(rows, question.token, now)
  const user =
    invitation.personId === null
      ? await newPerson(rows, question, uuidV7(nowMs))
      : await rows.people.find(invitation.personId)
  if (user === undefined) throw new Failure('invitation_refused', { cause: 'unknown' })
  const options = await beginRegistration(rows, {
    user,
    binding: bindingOf(question.token),
    memory: invitation.personId === null ? { name: user.name, email: user.email } : null,
    party,
    organisation,
    now,
  })
  return { kind: invitation.kind, person: { name: user.name }, options }
}

/**
 * Registers the passkey of a link's holder and signs them in. A first admin becomes a person and an admin; who recovers
 * loses their old passkeys and sessions. Failures: `invitation_refused`, `challenge_expired`, `assertion_refused`,
 * `already_exists`.
 */
export async function registerInvited(
  ports: SessionPorts,
  given: { readonly token: string; readonly registration: RegistrationJson; readonly label: string },
  acting: Acting,
): Promise<StartedSession> {
  const now = Math.floor(acting.nowMs / 1000)
  // 1. gather
  const waiting = await ports.store.read(async (rows) => {
    await findInvitation(rows, given.token, now)
    return await waitingRegistration(rows, given.registration, bindingOf(given.token), now)
  })
  // 2. check, outside any transaction; a challenge that was answered wrongly is used up
  const passkey = await checkRegistration(given.registration, waiting.nonce, ports.party).catch(
    async (refused: unknown) => {
      await ports.store.transact((rows) => rows.ceremonies.use(waiting.nonce))
      throw refused
    },
  )
  // 3. record
  return await ports.store.transact(async (rows) => {
    const invitation = await findInvitation(rows, given.token, now)
    const person = await holderOf(rows, invitation, waiting, ports.listed, acting)
    const own: Acting = { ...acting, person: person.id }
    if (!(await rows.invitations.use(invitation.id, person.id, now)))
      throw new Failure('invitation_refused', { cause: 'used' })
    if (invitation.kind === 'recovery') {
      for (const old of await rows.passkeys.of(person.id)) await removePasskey(rows, old, own)
      await endSessions(rows, person.id, 'recovery', own)
    }
    const kept = await keepPasskey(
      rows,
      { passkey, nonce: waiting.nonce, personId: person.id, label: given.label },
      own,
    )
    if (rolesOf(person).length > 0 || (await ports.poolsOf(rows, person.id)).length > 0)
      await notifyAdmins(rows, { type: 'passkey-added', eventId: kept.eventId }, acting.nowMs)
    return await startSession(rows, person, kept.passkey.id, 'invitation', own)
  })
}

/** The person behind a link; the first admin is made here. */
async function holderOf(
  rows: Rows,
  invitation: InvitationRecord,
  waiting: { readonly personId: string; readonly memory: Json },
  listed: boolean,
  acting: Acting,
): Promise<PersonRecord> {
  if (invitation.personId !== null) {
    const known = await rows.people.find(invitation.personId)
    if (known === undefined || known.id !== waiting.personId) throw new Failure('challenge_expired', {})
    return known
  }
  const named = namedIn(waiting.memory)
  await requireFreeAddress(rows, named.email)
  const person: PersonRecord = {
    id: waiting.personId,
    ...named,
    aliases: [],
    team: null,
    status: 'active',
    admin: true,
    roles: [],
    groups: [],
    source: 'console',
    version: 1,
  }
  await rows.people.insert(person)
  if (!listed) await keepPeopleInConsole(rows)
  const base = eventBase({ ...acting, person: person.id })
  await recordEvent(rows, {
    type: 'person-added',
    ...base,
    attachments: { ...base.attachments, person: personAttachment(person) },
    object: { person: person.id },
    members: { source: 'console' },
  })
  await recordEvent(rows, {
    type: 'role-assigned',
    ...base,
    object: { person: person.id },
    members: { role: 'admin', signed: null },
  })
  return person
}

async function newPerson(rows: Pick<Rows, 'people'>, { name, email }: InvitationQuestion, id: string) {
  if (name === undefined || email === undefined) {
    const missing = (pointer: string): SchemaIssue => ({ pointer, detail: 'is missing' })
    const errors = [
      ...(name === undefined ? [missing('/name')] : []),
      ...(email === undefined ? [missing('/email')] : []),
    ]
    throw new Failure('schema_invalid', { errors })
  }
  await requireFreeAddress(rows, email)
  return { id, name, email: email.toLowerCase() }
}

async function requireFreeAddress(rows: Pick<Rows, 'people'>, email: string): Promise<void> {
  if ((await rows.people.findByAddress(email)) !== undefined)
    throw new Failure('already_exists', { errors: [{ pointer: '/email', detail: 'belongs to somebody already' }] })
}

function namedIn(memory: Json): { readonly name: string; readonly email: string } {
  if (typeof memory === 'object' && memory !== null && 'name' in memory && 'email' in memory) {
    const { name, email } = memory
    if (typeof name === 'string' && typeof email === 'string') return { name, email }
  }
  throw new Failure('challenge_expired', {})
}

function bindingOf(token: string): string {
  return hash(`invitation\0${token}`)
}
