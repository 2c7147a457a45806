import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, opendir, realpath } from 'node:fs/promises'
import type { FileStatus, Found } from '#agent/machine/machine.ts'

export const defaultFileBytes = 1024 * 1024
const mostNames = 4096
const groupOrOthersWrite = 0o022

// Not blocking and not a terminal: a pipe or a device that stands where a file should be must not hold us.
const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

/** A regular file as text, `too-large` above `maxBytes`. */
export async function readTextFile(path: string, maxBytes = defaultFileBytes): Promise<Found<string>> {
  return answering(path, reading, async (file) => wholeText(file, maxBytes))
}

/** The first `maxBytes` of a regular file. */
export async function readFirstBytes(path: string, maxBytes: number): Promise<Found<Uint8Array>> {
  return answering(path, reading, async (file) => {
    const status = await file.stat()
    if (!status.isFile()) return { kind: 'failed' }
    return { kind: 'found', content: await readUpTo(file, maxBytes, status) }
  })
}

/** A regular file of `owner` that group and others cannot write, never through a link; judged on what was opened. */
export async function readOwnedFile(
  path: string,
  owner: number,
  maxBytes = defaultFileBytes,
): Promise<Found<string> | { readonly kind: 'not-owned' }> {
  const found = await answering(path, reading | (constants.O_NOFOLLOW ?? 0), async (file) => {
    const status = await file.stat()
    const isTrusted = status.isFile() && status.uid === owner && (status.mode & groupOrOthersWrite) === 0
    return isTrusted ? wholeText(file, maxBytes) : ({ kind: 'not-owned' } as const)
  })
  if (found.kind === 'failed' && (await isLink(path))) return { kind: 'not-owned' }
  return found
}

/** Names in a folder, sorted. */
export async function listFolder(path: string): Promise<Found<readonly string[]>> {
  try {
    const names: string[] = []
    for await (const entry of await opendir(path, { bufferSize: 256 })) {
      names.push(entry.name)
      if (names.length > mostNames) return { kind: 'too-large' }
    }
    return { kind: 'found', content: names.sort() }
  } catch (cause) {
    return { kind: kindOf(cause) }
  }
}

/** Of the path itself; on a link `target` says where it leads, and is left out when it leads nowhere. */
export async function statusOf(path: string): Promise<Found<FileStatus>> {
  try {
    const status = await lstat(path, { bigint: true })
    const kind = status.isFile() ? 'file' : status.isDirectory() ? 'folder' : status.isSymbolicLink() ? 'link' : 'other'
    const target = kind === 'link' ? await realpath(path).catch(() => undefined) : undefined // leads nowhere we can go
    return {
      kind: 'found',
      content: {
        kind,
        sizeBytes: Number(status.size),
        inode: Number(status.ino),
        changedAt: status.ctimeNs.toString(),
        modifiedAt: Number(status.mtimeNs / 1_000_000_000n),
        owner: Number(status.uid),
        mode: Number(status.mode & 0o7777n),
        ...(target === undefined ? {} : { target }),
      },
    }
  } catch (cause) {
    return { kind: kindOf(cause) }
  }
}

async function answering<Answer extends { readonly kind: string }>(
  path: string,
  flags: number,
  read: (file: FileHandle) => Promise<Answer>,
): Promise<Answer | { readonly kind: 'absent' | 'denied' | 'failed' }> {
  let file: FileHandle | undefined
  try {
    file = await open(path, flags)
    return await read(file)
  } catch (cause) {
    return { kind: kindOf(cause) }
  } finally {
    await file?.close().catch(() => undefined) // it was only read
  }
}

async function wholeText(file: FileHandle, maxBytes: number): Promise<Found<string>> {
  const status = await file.stat()
  if (!status.isFile()) return { kind: 'failed' }
  if (status.size > maxBytes) return { kind: 'too-large' }
  const content = await readUpTo(file, maxBytes + 1, status)
  if (content.length > maxBytes) return { kind: 'too-large' }
  return { kind: 'found', content: content.toString('utf8') }
}

/** Files of the kernel say size 0 or a page and hold something else, so it is read until nothing comes. */
async function readUpTo(file: FileHandle, maxBytes: number, status: Stats): Promise<Buffer> {
  let buffer = Buffer.alloc(Math.min(maxBytes, Math.max(status.size + 1, 4096)))
  let filled = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null)
    filled += bytesRead
    if (bytesRead === 0 || filled >= maxBytes) return buffer.subarray(0, filled)
    if (filled === buffer.length) buffer = Buffer.concat([buffer], Math.min(maxBytes, buffer.length * 2))
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (status) => status.isSymbolicLink(),
    () => false,
  )
}

function kindOf(cause: unknown): 'absent' | 'denied' | 'failed' {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
  if (code === 'EACCES' || code === 'EPERM') return 'denied'
  return 'failed'
}
