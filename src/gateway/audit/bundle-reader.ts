import { createHash } from 'node:crypto'
import { type FileHandle, open as openFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '#domain/failure.ts'
import { fileReason } from '#runtime/file-reason.ts'
import { filesBelow } from './bundle-files.ts'
import { openPromise, type ZipFile } from './unzip.ts'

/** A bundle as a verifier reads it: from a folder or a zip, never whole in memory. */
export type BundleReader = {
  readonly names: readonly string[]
  /** The whole of a small file; undefined where it is missing, larger than 8 MiB, or no UTF-8. */
  text(name: string): Promise<string | undefined>
  /** Lines without their ends, one after another; none where the file is missing. */
  lines(name: string): LineReader
  /** `hash` of a file's bytes. */
  hashOf(name: string): Promise<string>
  close(): Promise<void>
}

/** Lines with one to look ahead. A file that is no UTF-8, or has a line beyond 16 MiB, reads as one line that fits nothing. */
export type LineReader = {
  peek(): Promise<string | undefined>
  next(): Promise<string | undefined>
  close(): Promise<void>
}

const mostTextBytes = 8_388_608
const partBytes = 65_536
const mostLineLength = 16_777_216

/** Failure `state_unreadable`: there is nothing, or a zip that is broken. */
export async function openBundle(path: string): Promise<BundleReader> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw new Failure('state_unreadable', { file: path, reason: fileReason(cause) }, { cause })
  })
  if (kind.isDirectory()) {
    const names = await filesBelow(path)
    const files = new Set<FileHandle>()
    return readerOf(
      names,
      async (name) => partsOfFile(join(path, ...name.split('/')), files),
      async () => void (await Promise.all([...files].map((file) => file.close()))), // those that nobody read to the end
    )
  }
  const zip: ZipFile = await openPromise(path).catch((cause: unknown) => {
    throw new Failure('state_unreadable', { file: path, reason: 'It is a broken zip' }, { cause })
  })
  return readerOf(zip.names, zip.open, zip.close)
}

/** Pieces of a file, each of which is good until the next one is asked for. */
type Parts = AsyncIterable<Uint8Array>

/** One buffer for the whole of it: new ones would stand about until somebody collects them. */
async function* partsOfFile(path: string, files: Set<FileHandle>): AsyncGenerator<Uint8Array, undefined> {
  const file = await openFile(path)
  files.add(file)
  const buffer = Buffer.allocUnsafe(partBytes)
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, partBytes)
      if (bytesRead === 0) return undefined
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    files.delete(file)
    await file.close()
  }
}

function readerOf(
  names: readonly string[],
  open: (name: string) => Promise<Parts>,
  close: () => Promise<void>,
): BundleReader {
  return {
    names,
    async text(name) {
      if (!names.includes(name)) return undefined
      const parts: Buffer[] = []
      let bytes = 0
      for await (const part of await open(name)) {
        const piece = Buffer.from(part)
        bytes += piece.length
        if (bytes > mostTextBytes) return undefined
        parts.push(piece)
      }
      return decode(Buffer.concat(parts))
    },
    lines: (name) => lineReader(names.includes(name) ? open(name) : undefined),
    async hashOf(name) {
      const digest = createHash('sha256')
      for await (const part of await open(name)) digest.update(part)
      return digest.digest('base64url')
    },
    close,
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function lineReader(opening: Promise<Parts> | undefined): LineReader {
  const source = linesOf(opening)
  let ahead: Promise<IteratorResult<string, undefined>> | undefined
  const look = () => {
    ahead ??= source.next()
    return ahead
  }
  return {
    async peek() {
      return (await look()).value
    },
    async next() {
      const read = await look()
      ahead = undefined
      return read.value
    },
    async close() {
      await source.return(undefined)
    },
  }
}

async function* linesOf(opening: Promise<Parts> | undefined): AsyncGenerator<string, undefined> {
  if (opening === undefined) return undefined
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const part of await opening) {
    try {
      rest += decoder.decode(part, { stream: true })
    } catch {
      yield '\u0000' // no line of ours
      return undefined
    }
    let from = 0
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      yield rest.slice(from, end)
      from = end + 1
    }
    rest = rest.slice(from)
    if (rest.length > mostLineLength) {
      yield '\u0000'
      return undefined
    }
  }
  if (rest !== '') yield `${rest}\u0000` // a last line without its end was cut
  return undefined
}
