import { flag } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A passkey. `id` is ours (22 characters), `credentialId` the authenticator's; the key is COSE, base64url. */
export type PasskeyRecord = {
  readonly id: string
  readonly credentialId: string
  readonly personId: string
  readonly publicKey: string
  /** The last counter seen; 0 where the authenticator keeps none. */
  readonly counter: number
  readonly label: string
  /** Whether it may be copied to other devices (the flag BE). */
  readonly synced: boolean
  readonly createdAt: number
  readonly usedAt: number | null
}

export type PasskeyStore = {
  find(id: string): Promise<PasskeyRecord | undefined>
  findByCredential(credentialId: string): Promise<PasskeyRecord | undefined>
  /** Of one person, oldest first. */
  of(personId: string): Promise<readonly PasskeyRecord[]>
  /** How many each person has; who has none is not there. */
  counts(): Promise<ReadonlyMap<string, number>>
  insert(passkey: PasskeyRecord): Promise<void>
  /** Keeps the counter and the time of an assertion that held. */
  used(id: string, counter: number, at: number): Promise<void>
  remove(id: string): Promise<void>
}

const columns = [
  'id',
  'credential_id',
  'person_id',
  'public_key',
  'counter',
  'label',
  'synced',
  'created_at',
  'used_at',
] as const

export function passkeyStore(statements: Statements): PasskeyStore {
  const one = statements.prepare((tables) => tables.selectFrom('passkeys').selectAll().where('id', '=', ''))
  const byCredential = statements.prepare((tables) =>
    tables.selectFrom('passkeys').selectAll().where('credential_id', '=', ''),
  )
  const ofPerson = statements.prepare((tables) =>
    tables.selectFrom('passkeys').selectAll().where('person_id', '=', '').orderBy('created_at').orderBy('id'),
  )
  const counted = statements.prepare((tables) =>
    tables
      .selectFrom('passkeys')
      .select(['person_id', ({ fn }) => fn.countAll<number>().as('n')])
      .groupBy('person_id'),
  )
  const insert = statements.insert('passkeys', columns)
  const used = statements.prepare((tables) =>
    tables.updateTable('passkeys').set({ counter: 0, used_at: 0 }).where('id', '=', ''),
  )
  const remove = statements.prepare((tables) => tables.deleteFrom('passkeys').where('id', '=', ''))
  return {
    async find(id) {
      return optional(one.first(id))
    },
    async findByCredential(credentialId) {
      return optional(byCredential.first(credentialId))
    },
    async of(personId) {
      return ofPerson.all(personId).map(toPasskey)
    },
    async counts() {
      return new Map(counted.all().map(({ person_id, n }) => [person_id, Number(n)]))
    },
    async insert(passkey) {
      insert.run({
        id: passkey.id,
        credential_id: passkey.credentialId,
        person_id: passkey.personId,
        public_key: passkey.publicKey,
        counter: passkey.counter,
        label: passkey.label,
        synced: flag(passkey.synced),
        created_at: passkey.createdAt,
        used_at: passkey.usedAt,
      })
    },
    async used(id, counter, at) {
      used.run(counter, at, id)
    },
    async remove(id) {
      remove.run(id)
    },
  }
}

function optional(row: Tables['passkeys'] | undefined): PasskeyRecord | undefined {
  return row === undefined ? undefined : toPasskey(row)
}

function toPasskey(row: Tables['passkeys']): PasskeyRecord {
  return {
    id: row.id,
    credentialId: row.credential_id,
    personId: row.person_id,
    publicKey: row.public_key,
    counter: row.counter,
    label: row.label,
    synced: row.synced === 1,
    createdAt: row.created_at,
    usedAt: row.used_at,
  }
}
