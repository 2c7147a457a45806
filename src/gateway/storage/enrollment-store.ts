import { wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

export const enrollmentStates = ['pending', 'active', 'challenge', 'refused'] as const
export type EnrollmentState = (typeof enrollmentStates)[number]

/** One enrolment, unique by (authority, kid), so that repeating the call returns the current state. */
export type EnrollmentRecord = {
  /** 22 characters, `enrollment_id`. */
  readonly id: string
  readonly authorityHash: string
  readonly kid: string
  readonly state: EnrollmentState
  readonly deviceId: string | null
  readonly tokenId: string | null
  /** The newest accepted `enroll+jwt`, and its hash: where the device's chain begins. */
  readonly jws: string
  readonly hash: string
  readonly at: number
  readonly updatedAt: number
}

export type EnrollmentStore = {
  find(id: string): Promise<EnrollmentRecord | undefined>
  findBy(authorityHash: string, kid: string): Promise<EnrollmentRecord | undefined>
  insert(enrollment: EnrollmentRecord): Promise<void>
  /** Replaces everything but the id. */
  update(enrollment: EnrollmentRecord): Promise<void>
}

export function enrollmentStore(statements: Statements): EnrollmentStore {
  const byId = statements.prepare((tables) => tables.selectFrom('enrollments').selectAll().where('id', '=', ''))
  const byAuthority = statements.prepare((tables) =>
    tables.selectFrom('enrollments').selectAll().where('authority_hash', '=', '').where('kid', '=', ''),
  )
  const insert = statements.insert('enrollments', columns)
  const replace = statements.insert('enrollments', columns, { replaceBy: ['id'] })
  return {
    async find(id) {
      const row = byId.first(id)
      return row === undefined ? undefined : toEnrollment(row)
    },
    async findBy(authorityHash, kid) {
      const row = byAuthority.first(authorityHash, kid)
      return row === undefined ? undefined : toEnrollment(row)
    },
    async insert(enrollment) {
      insert.run(toRow(enrollment))
    },
    async update(enrollment) {
      replace.run(toRow(enrollment))
    },
  }
}

const columns = [
  'id',
  'authority_hash',
  'kid',
  'state',
  'device_id',
  'token_id',
  'jws',
  'hash',
  'at',
  'updated_at',
] as const

function toRow(enrollment: EnrollmentRecord): Tables['enrollments'] {
  return {
    id: enrollment.id,
    authority_hash: enrollment.authorityHash,
    kid: enrollment.kid,
    state: enrollment.state,
    device_id: enrollment.deviceId,
    token_id: enrollment.tokenId,
    jws: enrollment.jws,
    hash: enrollment.hash,
    at: enrollment.at,
    updated_at: enrollment.updatedAt,
  }
}

function toEnrollment(row: Tables['enrollments']): EnrollmentRecord {
  return {
    id: row.id,
    authorityHash: row.authority_hash,
    kid: row.kid,
    state: wordOf(enrollmentStates, row.state),
    deviceId: row.device_id,
    tokenId: row.token_id,
    jws: row.jws,
    hash: row.hash,
    at: row.at,
    updatedAt: row.updated_at,
  }
}
