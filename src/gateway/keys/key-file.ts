import { constants } from 'node:fs'
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'
import { fileReason, systemCode } from '#runtime/file-reason.ts'
import { randomId } from '#runtime/random-id.ts'

/** Secrets are small; anything larger is not ours. */
const longestBytes = 4096

/**
 * Reads a secret that only we may read: a regular file, ours, 0600, checked on the descriptor that is read. `undefined`: there
 * is none. Failure `state_unreadable`: it is somebody else's, or others may read it.
 */
export async function readKeyFile(path: string): Promise<string | undefined> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw new Failure('state_unreadable', { file: path, reason: fileReason(cause) }, { cause })
  }
  try {
    const { uid, mode, size } = await file.stat()
    const self = process.getuid?.() // not on Windows, where the folder's own rights count
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw refusal(path, 'It is not a plain file')
    if (self !== undefined && uid !== self) throw refusal(path, 'It belongs to another user')
    if (self !== undefined && (mode & 0o077) !== 0) throw refusal(path, 'Others may read it: chmod 600')
    if (size > longestBytes) throw refusal(path, 'It is too large')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Writes a secret that is not there yet, synced and whole. `false`: another process was quicker, and its file stays.
 * Failure `state_unwritable`.
 */
export async function createKeyFile(path: string, content: string): Promise<boolean> {
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
    await link(beside, path) // unlike a rename it never replaces
    await syncFolder(dirname(path))
    return true
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false
    throw new Failure('state_unwritable', { file: path, reason: fileReason(cause) }, { cause })
  } finally {
    await unlink(beside).catch(() => undefined) // never made, or gone: nothing is left either way
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined) // Windows cannot open a folder
  if (folder === undefined) return
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function refusal(file: string, reason: Reason): Failure {
  return new Failure('state_unreadable', { file, reason })
}
