import type { Json } from '#domain/canonical-json.ts'
import { jsonOf } from './columns.ts'
import type { Statements } from './statements.ts'

/** The grace episodes of a device, as one document: they are always judged together (policy.md section 5). */
export type EpisodeStore = {
  find(deviceId: string): Promise<Json | undefined>
  put(deviceId: string, document: Json): Promise<void>
}

export function episodeStore(statements: Statements): EpisodeStore {
  const find = statements.prepare((tables) =>
    tables.selectFrom('episodes').select('document').where('device_id', '=', ''),
  )
  const put = statements.insert('episodes', ['device_id', 'document'], { replaceBy: ['device_id'] })
  return {
    async find(deviceId) {
      const row = find.first(deviceId)
      return row === undefined ? undefined : jsonOf(row.document)
    },
    async put(deviceId, document) {
      put.run({ device_id: deviceId, document: JSON.stringify(document) })
    },
  }
}
