import { textsOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A token by which a program reads. Kept only as a hash. */
export type ServiceTokenRecord = {
  readonly id: string
  readonly tokenHash: string
  readonly name: string
  readonly scopes: readonly string[]
  /** CIDR ranges; none: from anywhere. */
  readonly from: readonly string[]
  readonly madeBy: string
  readonly madeAt: number
  readonly expiresAt: number
  readonly usedAt: number | null
  readonly revokedAt: number | null
}

export type ServiceTokenStore = {
  find(id: string): Promise<ServiceTokenRecord | undefined>
  findByToken(tokenHash: string): Promise<ServiceTokenRecord | undefined>
  /** All, newest first. */
  list(): Promise<readonly ServiceTokenRecord[]>
  insert(token: ServiceTokenRecord): Promise<void>
  used(id: string, at: number): Promise<void>
  /** `false`: it was revoked before. */
  revoke(id: string, at: number): Promise<boolean>
}

export function serviceTokenStore(statements: Statements): ServiceTokenStore {
  const one = statements.prepare((tables) => tables.selectFrom('service_tokens').selectAll().where('id', '=', ''))
  const byToken = statements.prepare((tables) =>
    tables.selectFrom('service_tokens').selectAll().where('token_hash', '=', ''),
  )
  const all = statements.prepare((tables) => tables.selectFrom('service_tokens').selectAll().orderBy('id', 'desc'))
  const insert = statements.insert('service_tokens', [
    'id',
    'token_hash',
    'name',
    'scopes',
    'from_ranges',
    'made_by',
    'made_at',
    'expires_at',
    'used_at',
    'revoked_at',
  ])
  const used = statements.prepare((tables) =>
    tables.updateTable('service_tokens').set({ used_at: 0 }).where('id', '=', ''),
  )
  const revoke = statements.prepare((tables) =>
    tables.updateTable('service_tokens').set({ revoked_at: 0 }).where('id', '=', '').where('revoked_at', 'is', null),
  )
  return {
    async find(id) {
      return optional(one.first(id))
    },
    async findByToken(tokenHash) {
      return optional(byToken.first(tokenHash))
    },
    async list() {
      return all.all().map(toToken)
    },
    async insert(token) {
      insert.run({
        id: token.id,
        token_hash: token.tokenHash,
        name: token.name,
        scopes: JSON.stringify(token.scopes),
        from_ranges: JSON.stringify(token.from),
        made_by: token.madeBy,
        made_at: token.madeAt,
        expires_at: token.expiresAt,
        used_at: token.usedAt,
        revoked_at: token.revokedAt,
      })
    },
    async used(id, at) {
      used.run(at, id)
    },
    async revoke(id, at) {
      return revoke.run(at, id) === 1
    },
  }
}

function optional(row: Tables['service_tokens'] | undefined): ServiceTokenRecord | undefined {
  return row === undefined ? undefined : toToken(row)
}

function toToken(row: Tables['service_tokens']): ServiceTokenRecord {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    name: row.name,
    scopes: textsOf(row.scopes),
    from: textsOf(row.from_ranges),
    madeBy: row.made_by,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    revokedAt: row.revoked_at,
  }
}
