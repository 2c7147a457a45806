import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import { isFailure } from '#domain/failure.ts'
import type { Log } from './log.ts'
import { stateFile } from './state-file.ts'

/** A folder with one JSON file per record, named by its id. What is in it is read once and kept in memory. */
export type RecordFolder<Record> = {
  all(): readonly Record[]
  find(id: string): Record | undefined
  /** Resolves when it is on disk. Failures: `state_unwritable`, `state_too_new`. */
  write(id: string, record: Record): Promise<void>
  remove(id: string): Promise<void>
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>
}

const version = 1
const suffix = '.json'

/** Opens the folder. A file that cannot be read, or is of a newer Postern, is left where it lies and told to the log. */
export async function openRecordFolder<Record extends object>(of: {
  readonly folder: string
  readonly schema: z.ZodType<Record>
  readonly isId: (name: string) => boolean
  readonly log: Log
}): Promise<RecordFolder<Record>> {
  const records = new Map<string, Record>()
  const fileOf = (id: string) => stateFile(join(of.folder, `${id}${suffix}`), version, of.schema)
  for (const id of await idsIn(of.folder, of.isId)) {
    try {
      const found = await fileOf(id).read()
      if (found !== undefined) records.set(id, found)
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      of.log.warn('record.unread', { code: thrown.code, ...thrown.details })
    }
  }
  let writing: Promise<unknown> = Promise.resolve()
  function inTurn(act: () => Promise<void>): Promise<void> {
    const done = writing.then(act)
    writing = done.catch(() => undefined) // whoever asked is told
    return done
  }

  return {
    all: () => [...records.values()],
    find: (id) => records.get(id),
    write(id, record) {
      if (!of.isId(id)) throw new Error('not an id of this folder')
      records.set(id, record)
      return inTurn(() => fileOf(id).write(record))
    },
    remove(id) {
      records.delete(id)
      return inTurn(() => fileOf(id).remove())
    },
    async settled() {
      await writing
    },
  }
}

async function idsIn(folder: string, isId: (name: string) => boolean): Promise<readonly string[]> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return []
    throw thrown
  })
  return names
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .filter(isId)
}
