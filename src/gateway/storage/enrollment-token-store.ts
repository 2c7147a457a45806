import { wordOf } from './columns.ts'
import { type Ownership, ownerships } from './device-store.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A one-use enrolment token (protocol.md section 3). The token itself is never kept, only its hash. */
export type EnrollmentTokenRecord = {
  /** A UUIDv7, the `token_id` of its events. */
  readonly id: string
  readonly tokenHash: string
  readonly ownerId: string
  readonly ownership: Ownership
  /** When the device ends by itself, Unix seconds. */
  readonly until: number | null
  readonly assetTag: string | null
  readonly serialHash: string | null
  readonly createdAt: number
  /** The person who made it; `null` for the command line. */
  readonly createdBy: string | null
  readonly expiresAt: number
  readonly usedAt: number | null
  readonly usedKid: string | null
  readonly revokedAt: number | null
}

export type EnrollmentTokenStore = {
  findByHash(tokenHash: string): Promise<EnrollmentTokenRecord | undefined>
  insert(token: EnrollmentTokenRecord): Promise<void>
  /** `false`: somebody used or revoked it first. */
  use(id: string, kid: string, at: number): Promise<boolean>
  revoke(id: string, at: number): Promise<boolean>
  /** Failures with the presented authority, known or not: after five the answer is `rate_limited`. */
  failuresOf(authorityHash: string): Promise<number>
  countFailure(authorityHash: string, at: number): Promise<void>
  pruneFailures(before: number): Promise<number>
}

export function enrollmentTokenStore(statements: Statements): EnrollmentTokenStore {
  const byHash = statements.prepare((tables) =>
    tables.selectFrom('enrollment_tokens').selectAll().where('token_hash', '=', ''),
  )
  const insert = statements.insert('enrollment_tokens', [
    'id',
    'token_hash',
    'owner_id',
    'ownership',
    'until',
    'asset_tag',
    'serial_hash',
    'created_at',
    'created_by',
    'expires_at',
    'used_at',
    'used_kid',
    'revoked_at',
  ])
  const use = statements.prepare((tables) =>
    tables
      .updateTable('enrollment_tokens')
      .set({ used_at: 0, used_kid: '' })
      .where('id', '=', '')
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null),
  )
  const revoke = statements.prepare((tables) =>
    tables
      .updateTable('enrollment_tokens')
      .set({ revoked_at: 0 })
      .where('id', '=', '')
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null),
  )
  const failures = statements.prepare((tables) =>
    tables.selectFrom('authority_failures').select('failures').where('authority_hash', '=', ''),
  )
  const putFailures = statements.insert('authority_failures', ['authority_hash', 'failures', 'at'], {
    replaceBy: ['authority_hash'],
  })
  const prune = statements.prepare((tables) => tables.deleteFrom('authority_failures').where('at', '<', 0))
  return {
    async findByHash(tokenHash) {
      const row = byHash.first(tokenHash)
      return row === undefined ? undefined : toToken(row)
    },
    async insert(token) {
      insert.run({
        id: token.id,
        token_hash: token.tokenHash,
        owner_id: token.ownerId,
        ownership: token.ownership,
        until: token.until,
        asset_tag: token.assetTag,
        serial_hash: token.serialHash,
        created_at: token.createdAt,
        created_by: token.createdBy,
        expires_at: token.expiresAt,
        used_at: token.usedAt,
        used_kid: token.usedKid,
        revoked_at: token.revokedAt,
      })
    },
    async use(id, kid, at) {
      return use.run(at, kid, id) === 1
    },
    async revoke(id, at) {
      return revoke.run(at, id) === 1
    },
    async failuresOf(authorityHash) {
      return failures.first(authorityHash)?.failures ?? 0
    },
    async countFailure(authorityHash, at) {
      const before = failures.first(authorityHash)?.failures ?? 0
      putFailures.run({ authority_hash: authorityHash, failures: before + 1, at })
    },
    async pruneFailures(before) {
      return prune.run(before)
    },
  }
}

function toToken(row: Tables['enrollment_tokens']): EnrollmentTokenRecord {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    ownerId: row.owner_id,
    ownership: wordOf(ownerships, row.ownership),
    until: row.until,
    assetTag: row.asset_tag,
    serialHash: row.serial_hash,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    usedKid: row.used_kid,
    revokedAt: row.revoked_at,
  }
}
