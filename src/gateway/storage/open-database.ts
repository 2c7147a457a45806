import { chmod, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Failure } from '#domain/failure.ts'
import { fileReason } from '#runtime/file-reason.ts'
import { migrate } from './migrate.ts'

/** How long a statement waits for another process that is writing, such as `postern gateway token`. */
const busyMilliseconds = 5000

/**
 * One writing connection and one that only reads, which sees what is committed and nothing else. In memory both are one.
 * `reader` is `undefined` there.
 */
export type OpenDatabase = { readonly writer: DatabaseSync; readonly reader: DatabaseSync | undefined }

/**
 * Opens `<data>/postern.sqlite`, or `:memory:` for tests, and migrates it. The folder becomes 0700, the file 0600.
 * Failures: `state_unreadable` (not a database, or not ours), `state_unwritable`, `state_too_new`.
 */
export async function openDatabase(file: string): Promise<OpenDatabase> {
  const inMemory = file === ':memory:'
  if (!inMemory) await preparePlace(file)
  const writer = connect(file, false)
  try {
    settle(file, writer)
    await migrate(writer, file)
    return { writer, reader: inMemory ? undefined : readerOf(file) }
  } catch (cause) {
    writer.close()
    throw cause
  }
}

function connect(file: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(file, {
      readOnly,
      allowExtension: false,
      enableForeignKeyConstraints: true,
      enableDoubleQuotedStringLiterals: false,
      timeout: busyMilliseconds,
    })
  } catch (cause) {
    throw new Failure('state_unreadable', { file, reason: 'It cannot be opened' }, { cause })
  }
}

function settle(file: string, connection: DatabaseSync): void {
  try {
    const mode = connection.prepare('pragma journal_mode = wal').get()?.['journal_mode']
    if (mode !== 'wal' && mode !== 'memory') throw new TypeError(`journal mode ${String(mode)}`)
    // FULL: a commit that was answered is on disk, also after the power goes.
    connection.exec('pragma synchronous = full')
    connection.exec('pragma trusted_schema = off')
    connection.exec('pragma temp_store = memory') // savepoints keep what they may undo in memory, not in a file
    connection.exec('pragma cache_size = -32768') // KiB
    connection.exec('pragma wal_autocheckpoint = 4096') // pages: fewer, larger writes back into the file
  } catch (cause) {
    throw new Failure(
      'state_unreadable',
      { file, reason: 'It is not a database, or lies on a disk without locks' },
      { cause },
    )
  }
}

function readerOf(file: string): DatabaseSync {
  const reader = connect(file, true)
  reader.exec('pragma trusted_schema = off')
  reader.exec('pragma cache_size = -32768')
  return reader
}

async function preparePlace(file: string): Promise<void> {
  const folder = dirname(file)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { uid, mode } = await stat(folder)
    const self = process.getuid?.() // not on Windows, where the folder's own rights count
    if (self !== undefined && uid !== self)
      throw new Failure('state_unreadable', { file: folder, reason: 'It belongs to another user' })
    if (self !== undefined && (mode & 0o077) !== 0) await chmod(folder, 0o700) // systemd makes it 0755 unless told
    const made = await open(file, 'a', 0o600) // SQLite gives its side files the mode of this one
    try {
      if (self !== undefined) await made.chmod(0o600)
    } finally {
      await made.close()
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('state_unwritable', { file, reason: fileReason(cause) }, { cause })
  }
}
