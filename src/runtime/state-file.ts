import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type * as z from 'zod'
import { Failure } from '#domain/failure.ts'
import { fileReason, systemCode } from './file-reason.ts'
import { randomId } from './random-id.ts'

/** One JSON document with its `version`, replaced atomically and synced. Folders are made 0700, files 0600. */
export type StateFile<Document> = {
  readonly path: string
  /** `undefined` when there is none yet. */
  read(): Promise<Document | undefined>
  write(document: Document): Promise<void>
  remove(): Promise<void>
}

/**
 * A document has no `version` of its own: that name is the file's. Failures: `state_too_new` (a newer Postern wrote it:
 * never read, never overwritten), `state_unreadable` (not what we wrote), `state_unwritable` (disk full, no rights): the
 * file before stays whole.
 */
export function stateFile<Document extends object & { readonly version?: never }>(
  path: string,
  version: number,
  schema: z.ZodType<Document>,
): StateFile<Document> {
  async function readVersioned(): Promise<Document | undefined> {
    const text = await readText(path)
    if (text === undefined) return undefined
    const content = parseJson(path, text)
    if (typeof content['version'] === 'number' && content['version'] > version)
      throw new Failure('state_too_new', { file: path })
    const { version: _, ...document } = content
    const parsed = schema.safeParse(document)
    if (!parsed.success)
      throw new Failure(
        'state_unreadable',
        { file: path, reason: 'Something else has written into it: it is not in the form that Postern writes' },
        { cause: parsed.error },
      )
    return parsed.data
  }
  return {
    path,
    read: readVersioned,
    async write(document) {
      await refuseNewer(path, version)
      await replaceFile(path, `${JSON.stringify({ version, ...document })}\n`)
    },
    async remove() {
      await refuseNewer(path, version)
      await unlink(path).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT')
          throw new Failure('state_unwritable', { file: path, reason: fileReason(cause) }, { cause })
      })
    },
  }
}

/** Writes beside, syncs, renames, syncs the folder: after a crash the file is the old one or the new one, whole. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${randomId()}.tmp`)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await unlink(beside).catch(() => undefined) // what was there before is still there
    throw new Failure('state_unwritable', { file: path, reason: fileReason(cause) }, { cause })
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined) // Windows cannot open a folder; its rename is durable without
  if (folder === undefined) return
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function refuseNewer(path: string, version: number): Promise<void> {
  const text = await readText(path)
  if (text === undefined) return
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return // unreadable: writing it anew is the repair
  }
  if (
    typeof found === 'object' &&
    found !== null &&
    'version' in found &&
    typeof found.version === 'number' &&
    found.version > version
  )
    throw new Failure('state_too_new', { file: path })
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw new Failure('state_unreadable', { file: path, reason: fileReason(cause) }, { cause })
  }
}

function parseJson(path: string, text: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content }
  } catch (cause) {
    throw new Failure(
      'state_unreadable',
      { file: path, reason: 'Something else has written into it: it is not JSON' },
      { cause },
    )
  }
  throw new Failure('state_unreadable', {
    file: path,
    reason: 'Something else has written into it: it is not a JSON object',
  })
}
