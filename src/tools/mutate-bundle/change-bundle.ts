import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { filesBelow } from '#gateway/audit/bundle-files.ts'
import type { Verification } from '#gateway/audit/verification.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { hash } from '#runtime/digest.ts'

/** One way to change a bundle: how often it was tried, how often the verifier found and named it, and one example. */
export type ChangeClass = {
  readonly says: string
  readonly tried: number
  readonly found: number
  readonly example: string
  /** What was tried and not found; the first few. */
  readonly unfound: readonly string[]
}

export type ChangeWish = {
  /** vkeys, as the verifier takes them. */
  readonly keys: string
  /** Places of a file at which one byte is changed; a file of no more bytes is changed at each. */
  readonly places: number
}

/** One file with other bytes. `fits`: the manifest is made to name them, and its note taken away. */
type Change = { readonly file: string; readonly where: string; readonly bytes: Uint8Array; readonly fits: boolean }

/** Undefined where the change went unnoticed, or was noticed without a name. */
type NameOf = (verified: Verification) => string | undefined

/** A bit that keeps text readable, and one that makes it no text at all. */
const masks = [0x01, 0x80] as const
const lineChanges = ['dropped', 'swapped', 'doubled'] as const
const leaves = 'leaves.jsonl'
const mostUnfound = 5

/**
 * Changes a bundle in every way, one at a time, and asks the verifier each time. First as whoever holds the file could: one
 * byte of each file, each leaf dropped, swapped with its neighbour, doubled. Then the lines of all files again under a
 * manifest made to fit and without its note: there no file hash finds anything, and a leaf must be named as a leaf. `folder`
 * is an unpacked bundle; it is whole again after each change.
 */
export async function* changeBundle(folder: string, wish: ChangeWish): AsyncGenerator<ChangeClass> {
  const names = await filesBelow(folder)
  const attempt = (says: string, changes: AsyncIterable<Change>, nameOf: NameOf) =>
    tally(says, changes, nameOf, (change) => verifyChanged(folder, change, wish.keys))
  for (const [says, group] of groupsOf(names))
    yield await attempt(`one byte of ${says}`, bytesOf(folder, group, wish.places), firstBreak)
  for (const how of lineChanges) yield await attempt(`a leaf ${how}`, linesOf(folder, leaves, how, false), firstBreak)
  for (const how of lineChanges)
    yield await attempt(`a leaf ${how}, the manifest made to fit`, linesOf(folder, leaves, how, true), breakOfLeaf)
  for (const file of names.filter((name) => /\.(jsonl|csv)$/.test(name) && name !== leaves))
    for (const how of lineChanges)
      yield await attempt(
        `a line of ${file} ${how}, the manifest made to fit`,
        linesOf(folder, file, how, true),
        breakOrMissing,
      )
}

/** Small files of one kind are told together. */
function groupsOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const books = names.filter((name) => name.startsWith('books/'))
  const groups = new Map<string, readonly string[]>()
  for (const name of names) if (!books.includes(name)) groups.set(name, [name])
  return groups.set(`books/ (${books.length} files)`, books)
}

async function* bytesOf(folder: string, names: readonly string[], places: number): AsyncGenerator<Change> {
  for (const file of names) {
    const whole = await readFile(join(folder, file))
    const count = Math.min(places, whole.length)
    for (let place = 0; place < count; place += 1) {
      // The first byte and the last are among them.
      const at = count === 1 ? 0 : Math.round((place * (whole.length - 1)) / (count - 1))
      for (const mask of masks) {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ mask
        yield { file, where: `byte ${at} of ${file}`, bytes, fits: false }
      }
    }
  }
}

async function* linesOf(
  folder: string,
  file: string,
  how: (typeof lineChanges)[number],
  fits: boolean,
): AsyncGenerator<Change> {
  const lines = (await readFile(join(folder, file), 'utf8')).split(/(?<=\n)/)
  for (const [at, line] of lines.entries()) {
    const changed = changedLines(lines, at, line, how)
    // Two equal lines swapped are no change.
    if (changed === undefined || changed.join('') === lines.join('')) continue
    yield { file, where: `line ${at + 1} of ${file}`, bytes: Buffer.from(changed.join('')), fits }
  }
}

/** The last line's neighbour is the one before; a line alone has none. */
function changedLines(lines: readonly string[], at: number, line: string, how: (typeof lineChanges)[number]) {
  if (how === 'dropped') return lines.toSpliced(at, 1)
  if (how === 'doubled') return lines.toSpliced(at, 0, line)
  const other = at + 1 < lines.length ? at + 1 : at - 1
  const neighbour = lines[other]
  return neighbour === undefined ? undefined : lines.with(at, neighbour).with(other, line)
}

async function tally(
  says: string,
  changes: AsyncIterable<Change>,
  nameOf: NameOf,
  verify: (change: Change) => Promise<Verification>,
): Promise<ChangeClass> {
  let [tried, found, example] = [0, 0, '']
  const unfound: string[] = []
  for await (const change of changes) {
    tried += 1
    const verified = await verify(change)
    const name = nameOf(verified)
    if (name === undefined) {
      if (unfound.length < mostUnfound) unfound.push(`${change.where}: exit ${verified.exit}`)
      continue
    }
    found += 1
    if (example === '') example = `${change.where}: ${name}`
  }
  return { says, tried, found, example, unfound }
}

async function verifyChanged(folder: string, { file, bytes, fits }: Change, keys: string): Promise<Verification> {
  const touched = fits ? [file, 'manifest.json', 'manifest.note'] : [file]
  const before = await Promise.all(touched.map((name) => readFile(join(folder, name)).catch(() => undefined)))
  try {
    await writeFile(join(folder, file), bytes)
    if (fits) {
      await writeFile(join(folder, 'manifest.json'), fittingManifest(before[1] ?? Buffer.of(), file, bytes))
      await rm(join(folder, 'manifest.note'), { force: true })
    }
    return await verifyBundle(folder, { keys })
  } finally {
    for (const [at, name] of touched.entries()) {
      const content = before[at]
      if (content !== undefined) await writeFile(join(folder, name), content)
    }
  }
}

const manifestForm = z.looseObject({ files: z.record(z.string(), z.string()) })

function fittingManifest(before: Uint8Array, file: string, bytes: Uint8Array): string {
  const manifest = manifestForm.parse(JSON.parse(Buffer.from(before).toString()))
  return `${JSON.stringify({ ...manifest, files: { ...manifest.files, [file]: hash(bytes) } })}\n`
}

/** Exit 1, with the place of the first break. */
function firstBreak({ exit, breaks: [first] }: Verification): string | undefined {
  if (exit !== 1 || first === undefined) return undefined
  const place = [first.file, first.index === null ? null : `leaf ${first.index}`].filter((each) => each !== null)
  return place.length === 0 ? undefined : `check ${first.check}, ${place.join(', ')}: ${first.says}`
}

/** The first break is of the tree or the chain of leaves, and says at which leaf. */
function breakOfLeaf(verified: Verification): string | undefined {
  const [first] = verified.breaks
  const isOfLeaf = first !== undefined && (first.check === 3 || first.check === 4) && first.index !== null
  return isOfLeaf ? firstBreak(verified) : undefined
}

/** A break, or what is now missing; that the note is away counts for nothing. */
function breakOrMissing(verified: Verification): string | undefined {
  const missing = verified.missing.find((what) => what !== 'manifest.note')
  return firstBreak(verified) ?? (verified.exit === 3 && missing !== undefined ? `missing: ${missing}` : undefined)
}
