import { textsOf } from './columns.ts'
import { groupsAbove } from './groups-above.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A group of the console. Which persons are in it directly stands with them; `within` are groups that it belongs to. */
export type GroupRecord = {
  readonly id: string
  readonly name: string
  readonly within: readonly string[]
  readonly version: number
}

export type GroupStore = {
  find(id: string): Promise<GroupRecord | undefined>
  list(): Promise<readonly GroupRecord[]>
  /** These groups and all that they are within: what a person who is directly in them belongs to. */
  above(groups: readonly string[]): Promise<readonly string[]>
  put(group: GroupRecord): Promise<void>
  remove(id: string): Promise<void>
}

export function groupStore(statements: Statements): GroupStore {
  const one = statements.prepare((tables) => tables.selectFrom('groups').selectAll().where('id', '=', ''))
  const all = statements.prepare((tables) => tables.selectFrom('groups').selectAll().orderBy('id'))
  const put = statements.insert('groups', ['id', 'name', 'within', 'version'], { replaceBy: ['id'] })
  const remove = statements.prepare((tables) => tables.deleteFrom('groups').where('id', '=', ''))
  return {
    async find(id) {
      const row = one.first(id)
      return row === undefined ? undefined : toGroup(row)
    },
    async list() {
      return all.all().map(toGroup)
    },
    async above(groups) {
      if (groups.length === 0) return []
      const above = groupsAbove(all.all().map(toGroup))
      return [...new Set(groups.flatMap(above))].sort()
    },
    async put(group) {
      put.run({ ...group, within: JSON.stringify(group.within) })
    },
    async remove(id) {
      remove.run(id)
    },
  }
}

function toGroup(row: Tables['groups']): GroupRecord {
  return { ...row, within: textsOf(row.within) }
}
