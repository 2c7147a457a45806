import { hash } from 'node:crypto'

/** The tree of RFC 6962 section 2.1 over SHA-256. Hashes are 32 bytes. */
export type TreeHash = Uint8Array

/** The hash of the perfect subtree over leaves `index × 2^level` up to `(index + 1) × 2^level`, which must be complete. */
export type ReadNode = (level: number, index: number) => Promise<TreeHash> | TreeHash

/** A tree by its perfect subtrees, largest first: all that is needed to extend it and to know its root. */
export type CompactRange = { readonly size: number; readonly hashes: readonly TreeHash[] }

export const emptyRange: CompactRange = { size: 0, hashes: [] }

/** The root of a tree without leaves. */
export const emptyRoot: TreeHash = hash('sha256', '', 'buffer')

export function hashLeaf(leaf: string | Uint8Array): TreeHash {
  const bytes = typeof leaf === 'string' ? Buffer.byteLength(leaf) : leaf.length
  const content = Buffer.allocUnsafe(1 + bytes)
  content[0] = 0
  if (typeof leaf === 'string') content.write(leaf, 1)
  else content.set(leaf, 1)
  return hash('sha256', content, 'buffer')
}

export function hashNode(left: TreeHash, right: TreeHash): TreeHash {
  const content = Buffer.allocUnsafe(1 + left.length + right.length)
  content[0] = 1
  content.set(left, 1)
  content.set(right, 1 + left.length)
  return hash('sha256', content, 'buffer')
}

/** The range with one leaf more. `onNode` hears of every subtree above the leaves that became complete. */
export function extend(
  { size, hashes }: CompactRange,
  leaf: TreeHash,
  onNode: (level: number, index: number, hash: TreeHash) => void = () => {},
): CompactRange {
  const next = [...hashes]
  let hash = leaf
  let index = size
  for (let level = 1; index % 2 === 1; level += 1) {
    const left = next.pop()
    if (left === undefined) throw new TypeError('a range that lacks a subtree')
    hash = hashNode(left, hash)
    index = (index - 1) / 2
    onNode(level, index, hash)
  }
  return { size: size + 1, hashes: [...next, hash] }
}

export function rootOf({ hashes }: CompactRange): TreeHash {
  return fold(hashes) ?? emptyRoot
}

/** Whether a range has as many subtrees as its size says. */
export function isRange({ size, hashes }: CompactRange): boolean {
  return Number.isSafeInteger(size) && size >= 0 && hashes.length === onesIn(size)
}

/** The range of the first `size` leaves. */
export async function readRange(size: number, read: ReadNode): Promise<CompactRange> {
  return { size, hashes: await Promise.all(subtrees(0, size).map(({ level, index }) => read(level, index))) }
}

/** RFC 6962 section 2.1.1, from the leaf's sibling upwards. `index` < `size`. */
export async function inclusionProof(index: number, size: number, read: ReadNode): Promise<readonly TreeHash[]> {
  if (!(index >= 0 && index < size)) throw new RangeError('a leaf outside the tree')
  return await path(index, 0, size, read)
}

/** RFC 6962 section 2.1.2. `from` ≤ `to`; empty where they are equal, or where there was nothing before. */
export async function consistencyProof(from: number, to: number, read: ReadNode): Promise<readonly TreeHash[]> {
  if (!(from >= 0 && from <= to)) throw new RangeError('a tree that does not grow')
  if (from === 0 || from === to) return []
  return await subproof(from, 0, to, true, read)
}

/** The root that leaf and proof lead to (RFC 9162 section 2.1.3.2), or undefined where the proof has the wrong length. */
export function rootFromInclusion(
  leaf: TreeHash,
  index: number,
  size: number,
  proof: readonly TreeHash[],
): TreeHash | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (node % 2 === 1 || node === last) {
      hash = hashNode(sibling, hash)
      while (node % 2 === 0 && node !== 0) {
        node /= 2
        last = half(last)
      }
    } else hash = hashNode(hash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 ? hash : undefined
}

/** Whether the tree of size `to` begins with the tree of size `from` (RFC 9162 section 2.1.4.2). */
export function isConsistent(
  from: number,
  to: number,
  fromRoot: TreeHash,
  toRoot: TreeHash,
  proof: readonly TreeHash[],
): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) return false
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot)
  if (from === 0) return proof.length === 0 && equal(fromRoot, emptyRoot)
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof
  if (first === undefined) return false
  let node = from - 1
  let last = to - 1
  while (node % 2 === 1) {
    node = half(node)
    last = half(last)
  }
  let older = first
  let newer = first
  for (const hash of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      older = hashNode(hash, older)
      newer = hashNode(hash, newer)
      while (node % 2 === 0 && node !== 0) {
        node /= 2
        last = half(last)
      }
    } else newer = hashNode(newer, hash)
    node = half(node)
    last = half(last)
  }
  return last === 0 && equal(older, fromRoot) && equal(newer, toRoot)
}

export function equal(left: TreeHash, right: TreeHash): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at])
}

async function path(index: number, from: number, to: number, read: ReadNode): Promise<readonly TreeHash[]> {
  if (to - from === 1) return []
  const middle = from + split(to - from)
  if (index < middle) return [...(await path(index, from, middle, read)), await rootBetween(middle, to, read)]
  return [...(await path(index, middle, to, read)), await rootBetween(from, middle, read)]
}

async function subproof(
  size: number,
  from: number,
  to: number,
  isKnown: boolean,
  read: ReadNode,
): Promise<readonly TreeHash[]> {
  if (size === to) return isKnown ? [] : [await rootBetween(from, to, read)]
  const middle = from + split(to - from)
  if (size <= middle)
    return [...(await subproof(size, from, middle, isKnown, read)), await rootBetween(middle, to, read)]
  return [...(await subproof(size, middle, to, false, read)), await rootBetween(from, middle, read)]
}

/** The root over leaves `from` up to `to`, where `from` is a place at which RFC 6962 splits. */
async function rootBetween(from: number, to: number, read: ReadNode): Promise<TreeHash> {
  const root = fold(await Promise.all(subtrees(from, to).map(({ level, index }) => read(level, index))))
  if (root === undefined) throw new RangeError('a root over nothing')
  return root
}

/** The perfect subtrees that cover a range, largest first. */
function subtrees(from: number, to: number): readonly { readonly level: number; readonly index: number }[] {
  const found: { readonly level: number; readonly index: number }[] = []
  for (let at = from; at < to; ) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1
    found.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return found
}

function fold(hashes: readonly TreeHash[]): TreeHash | undefined {
  return hashes.reduceRight<TreeHash | undefined>(
    (right, left) => (right === undefined ? left : hashNode(left, right)),
    undefined,
  )
}

/** The largest power of two below `size`, which is at least 2. */
function split(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** Sizes may pass 32 bits, so no bit operations. */
function half(value: number): number {
  return Math.floor(value / 2)
}

function isPowerOfTwo(value: number): boolean {
  return onesIn(value) === 1
}

function onesIn(value: number): number {
  let ones = 0
  for (let rest = value; rest > 0; rest = half(rest)) ones += rest % 2
  return ones
}
