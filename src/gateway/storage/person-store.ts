import { flag, textsOf, wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

export const personStatuses = ['active', 'inactive'] as const
export type PersonStatus = (typeof personStatuses)[number]
export const personSources = ['settings', 'console', 'scim', 'oidc', 'chat'] as const
export type PersonSource = (typeof personSources)[number]

/** A person as the gateway knows them. `id` is a UUIDv7 and stays; `email` is unique, in lower case. */
export type PersonRecord = {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly team: string | null
  readonly status: PersonStatus
  readonly admin: boolean
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly source: PersonSource
  /** Further addresses that are theirs, in lower case; no address belongs to two persons. */
  readonly aliases: readonly string[]
  /** Grows with each edit in the console. */
  readonly version: number
}

export type PersonStore = {
  find(id: string): Promise<PersonRecord | undefined>
  findByEmail(email: string): Promise<PersonRecord | undefined>
  /** By mail address or alias. */
  findByAddress(address: string): Promise<PersonRecord | undefined>
  /** Everybody, by address. */
  list(): Promise<readonly PersonRecord[]>
  insert(person: PersonRecord): Promise<void>
  /** Replaces everything but the id. */
  update(person: PersonRecord): Promise<void>
}

export function personStore(statements: Statements): PersonStore {
  const byId = statements.prepare((tables) => tables.selectFrom('persons').selectAll().where('id', '=', ''))
  const byEmail = statements.prepare((tables) => tables.selectFrom('persons').selectAll().where('email', '=', ''))
  const holder = statements.prepare((tables) =>
    tables.selectFrom('person_addresses').select('person_id').where('address', '=', ''),
  )
  const forget = statements.prepare((tables) => tables.deleteFrom('person_addresses').where('person_id', '=', ''))
  const keep = statements.insert('person_addresses', ['address', 'person_id'])
  const keepAddresses = ({ id, email, aliases }: PersonRecord) => {
    for (const address of new Set([email, ...aliases])) keep.run({ address: address.toLowerCase(), person_id: id })
  }
  const all = statements.prepare((tables) => tables.selectFrom('persons').selectAll().orderBy('email'))
  const insert = statements.insert('persons', columns)
  const replace = statements.insert('persons', columns, { replaceBy: ['id'] })
  return {
    async find(id) {
      return optional(byId.first(id))
    },
    async findByEmail(email) {
      return optional(byEmail.first(email.toLowerCase()))
    },
    async findByAddress(address) {
      const held = holder.first(address.toLowerCase())
      return held === undefined ? undefined : optional(byId.first(held.person_id))
    },
    async list() {
      return all.all().map(toPerson)
    },
    async insert(person) {
      insert.run(toRow(person))
      keepAddresses(person)
    },
    async update(person) {
      replace.run(toRow(person))
      forget.run(person.id)
      keepAddresses(person)
    },
  }
}

const columns = [
  'id',
  'email',
  'name',
  'team',
  'status',
  'admin',
  'roles',
  'groups',
  'source',
  'aliases',
  'version',
] as const

function toRow(person: PersonRecord): Tables['persons'] {
  return {
    ...person,
    email: person.email.toLowerCase(),
    admin: flag(person.admin),
    roles: JSON.stringify(person.roles),
    groups: JSON.stringify(person.groups),
    aliases: JSON.stringify(person.aliases.map((alias) => alias.toLowerCase())),
  }
}

function toPerson(row: Tables['persons']): PersonRecord {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    team: row.team,
    status: wordOf(personStatuses, row.status),
    admin: row.admin === 1,
    roles: textsOf(row.roles),
    groups: textsOf(row.groups),
    source: wordOf(personSources, row.source),
    aliases: textsOf(row.aliases),
    version: row.version,
  }
}

function optional(row: Tables['persons'] | undefined): PersonRecord | undefined {
  return row === undefined ? undefined : toPerson(row)
}
