import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import { Failure } from '#domain/failure.ts'
import { fileReason } from './file-reason.ts'
import type { Log } from './log.ts'

/** Lines that are only ever added, in a folder of files: the oldest file goes when there is too much, or it is too old. */
export type Journal<Entry> = {
  /** Resolves when the line is on disk and synced. Failures: `state_unwritable`, `state_too_new`. */
  append(entry: Entry): Promise<void>
  /** Everything that is kept, oldest first, read anew from disk. What was torn or cannot be read is left out. */
  read(): Promise<readonly Entry[]>
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>
}

export type JournalOf<Entry> = {
  /** Made 0700 with the first line; nothing is touched before. */
  readonly folder: string
  readonly schema: z.ZodType<Entry>
  /** Of all files together. */
  readonly maxBytes: number
  readonly maxAgeSeconds: number
  /** Unix seconds. */
  readonly timeOf: (entry: Entry) => number
  readonly log: Log
}

const version = 1
const head = `${JSON.stringify({ version })}\n`
/** So many files share the space, so that dropping the oldest loses little. */
const files = 10

export function openJournal<Entry extends object>(of: JournalOf<Entry>): Journal<Entry> {
  let current: OpenFile | undefined
  let writing: Promise<unknown> = Promise.resolve()

  async function write(entry: Entry): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    current ??= await newestFile(of.folder)
    if (current === undefined || current.bytes + line.byteLength > of.maxBytes / files)
      current = await beginFile(of.folder, (current?.number ?? 0) + 1)
    await appendTo(current, line)
    current.bytes += line.byteLength
    if (current.isNew) {
      current.isNew = false
      await forgetOld(of.timeOf(entry))
    }
  }
  async function forgetOld(now: number): Promise<void> {
    const numbers = await fileNumbers(of.folder)
    const past = numbers.slice(0, -1)
    for (const [at, number] of past.entries()) {
      const isTooMany = at < numbers.length - files
      const last = isTooMany ? undefined : (await entriesOf(number)).at(-1)
      if (isTooMany || last === undefined || of.timeOf(last) < now - of.maxAgeSeconds)
        await unlink(pathOf(of.folder, number)).catch(() => undefined) // it is tried again with the next file
    }
  }
  async function entriesOf(number: number): Promise<readonly Entry[]> {
    const text = await readFile(pathOf(of.folder, number), 'utf8').catch(() => '')
    const [first = '', ...lines] = text.split('\n')
    if (versionOf(first) !== version) {
      of.log.warn('journal.unread', { file: number })
      return []
    }
    return lines.flatMap((line) => {
      const parsed = line === '' ? undefined : of.schema.safeParse(parseLine(line))
      return parsed?.success === true ? [parsed.data] : []
    })
  }
  return {
    append(entry) {
      const done = writing.then(() => write(entry))
      writing = done.catch(() => {
        current = undefined // what is on disk is looked at anew
      })
      return done
    },
    async read() {
      await writing
      const entries: Entry[] = []
      for (const number of await fileNumbers(of.folder)) entries.push(...(await entriesOf(number)))
      return entries
    },
    async settled() {
      await writing
    },
  }
}

type OpenFile = { readonly path: string; readonly number: number; bytes: number; isNew: boolean }

/** The file that is written on. One that a newer Postern began is never written: `state_too_new`. */
async function newestFile(folder: string): Promise<OpenFile | undefined> {
  const number = (await fileNumbers(folder)).at(-1)
  if (number === undefined) return undefined
  const path = pathOf(folder, number)
  const content = await readFile(path).catch((cause: unknown) => {
    throw new Failure('state_unwritable', { file: path, reason: fileReason(cause) }, { cause })
  })
  const found = versionOf(content.subarray(0, 64).toString('utf8').split('\n')[0] ?? '')
  if (found !== undefined && found > version) throw new Failure('state_too_new', { file: path })
  const file = { path, number, bytes: content.byteLength, isNew: false }
  if (found === undefined) return { ...file, bytes: Number.POSITIVE_INFINITY } // not ours: a new file follows it
  // A crash may have torn the last line: the next one begins below it.
  if (content.at(-1) !== 0x0a) await appendTo(file, Buffer.from('\n'))
  return file
}

async function beginFile(folder: string, number: number): Promise<OpenFile> {
  const path = pathOf(folder, number)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new Failure('state_unwritable', { file: path, reason: fileReason(cause) }, { cause })
  })
  await appendTo({ path }, Buffer.from(head))
  return { path, number, bytes: head.length, isNew: true }
}

async function appendTo({ path }: Pick<OpenFile, 'path'>, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'a', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new Failure('state_unwritable', { file: path, reason: fileReason(cause) }, { cause })
  }
}

async function fileNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return []
    throw new Failure('state_unreadable', { file: folder, reason: fileReason(thrown) }, { cause: thrown })
  })
  return names
    .flatMap((name) => /^(\d{6})\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((one, other) => one - other)
}

function pathOf(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(6, '0')}.jsonl`)
}

function versionOf(line: string): number | undefined {
  const parsed = parseLine(line)
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'number'
    ? parsed.version
    : undefined
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // torn by a crash
  }
}
