import { wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

export const invitationKinds = ['first-admin', 'person', 'owner', 'recovery', 'gateway'] as const
export type InvitationKind = (typeof invitationKinds)[number]

/** A one-time link to register a passkey. The 43 characters in it are kept only as a hash. */
export type InvitationRecord = {
  /** A UUIDv7. */
  readonly id: string
  readonly tokenHash: string
  readonly kind: InvitationKind
  /** `null`: whoever comes first says who they are (`first-admin` alone). */
  readonly personId: string | null
  /** `null`: the system. */
  readonly madeBy: string | null
  readonly madeAt: number
  readonly expiresAt: number
  readonly usedAt: number | null
  readonly revokedAt: number | null
}

export type InvitationStore = {
  find(id: string): Promise<InvitationRecord | undefined>
  findByToken(tokenHash: string): Promise<InvitationRecord | undefined>
  /** All, newest first. */
  list(): Promise<readonly InvitationRecord[]>
  insert(invitation: InvitationRecord): Promise<void>
  /** `false`: it was used or revoked before. */
  use(id: string, personId: string, at: number): Promise<boolean>
  revoke(id: string, at: number): Promise<boolean>
  /** Open ones of a kind; `personId` left out: of anybody. */
  open(kind: InvitationKind, now: number): Promise<readonly InvitationRecord[]>
}

const columns = [
  'id',
  'token_hash',
  'kind',
  'person_id',
  'made_by',
  'made_at',
  'expires_at',
  'used_at',
  'revoked_at',
] as const

export function invitationStore(statements: Statements): InvitationStore {
  const one = statements.prepare((tables) => tables.selectFrom('invitations').selectAll().where('id', '=', ''))
  const byToken = statements.prepare((tables) =>
    tables.selectFrom('invitations').selectAll().where('token_hash', '=', ''),
  )
  const all = statements.prepare((tables) => tables.selectFrom('invitations').selectAll().orderBy('id', 'desc'))
  const insert = statements.insert('invitations', columns)
  const use = statements.prepare((tables) =>
    tables
      .updateTable('invitations')
      .set({ used_at: 0, person_id: '' })
      .where('id', '=', '')
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null),
  )
  const revoke = statements.prepare((tables) =>
    tables
      .updateTable('invitations')
      .set({ revoked_at: 0 })
      .where('id', '=', '')
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null),
  )
  const open = statements.prepare((tables) =>
    tables
      .selectFrom('invitations')
      .selectAll()
      .where('kind', '=', '')
      .where('expires_at', '>', 0)
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null),
  )
  return {
    async find(id) {
      return optional(one.first(id))
    },
    async findByToken(tokenHash) {
      return optional(byToken.first(tokenHash))
    },
    async list() {
      return all.all().map(toInvitation)
    },
    async insert(invitation) {
      insert.run({
        id: invitation.id,
        token_hash: invitation.tokenHash,
        kind: invitation.kind,
        person_id: invitation.personId,
        made_by: invitation.madeBy,
        made_at: invitation.madeAt,
        expires_at: invitation.expiresAt,
        used_at: invitation.usedAt,
        revoked_at: invitation.revokedAt,
      })
    },
    async use(id, personId, at) {
      return use.run(at, personId, id) === 1
    },
    async revoke(id, at) {
      return revoke.run(at, id) === 1
    },
    async open(kind, now) {
      return open.all(kind, now).map(toInvitation)
    },
  }
}

function optional(row: Tables['invitations'] | undefined): InvitationRecord | undefined {
  return row === undefined ? undefined : toInvitation(row)
}

function toInvitation(row: Tables['invitations']): InvitationRecord {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    kind: wordOf(invitationKinds, row.kind),
    personId: row.person_id,
    madeBy: row.made_by,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    revokedAt: row.revoked_at,
  }
}
