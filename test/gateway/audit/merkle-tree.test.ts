import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CompactRange,
  consistencyProof,
  emptyRange,
  emptyRoot,
  extend,
  hashLeaf,
  hashNode,
  inclusionProof,
  isConsistent,
  isRange,
  type ReadNode,
  readRange,
  rootFromInclusion,
  rootOf,
  type TreeHash,
} from '#gateway/audit/merkle-tree.ts'

const most = 300
const hex = (hash: TreeHash | undefined) => Buffer.from(hash ?? []).toString('hex')

/** The definition of RFC 6962, word for word, as the model. */
function rootByDefinition(leaves: readonly Uint8Array[]): TreeHash {
  const [first] = leaves
  if (first === undefined) return emptyRoot
  if (leaves.length === 1) return hashLeaf(first)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return hashNode(rootByDefinition(leaves.slice(0, k)), rootByDefinition(leaves.slice(k)))
}

/** A tree of numbered leaves: every node as the sequencer would have stored it, every range by its size. */
function aTree(size: number) {
  const nodes = new Map<string, TreeHash>()
  const ranges: CompactRange[] = [emptyRange]
  let range = emptyRange
  for (let index = 0; index < size; index += 1) {
    const leaf = hashLeaf(`leaf ${index}`)
    nodes.set(`0/${index}`, leaf)
    range = extend(range, leaf, (level, at, hash) => nodes.set(`${level}/${at}`, hash))
    ranges.push(range)
  }
  const read: ReadNode = (level, index) => {
    const hash = nodes.get(`${level}/${index}`)
    if (hash === undefined) throw new Error(`no node ${level}/${index}`)
    return hash
  }
  const rangeAt = (at: number): CompactRange => ranges[at] ?? emptyRange
  return { read, rangeAt, root: (at: number) => rootOf(rangeAt(at)), leaf: (at: number) => read(0, at) }
}

describe('The eight leaves of Certificate Transparency', () => {
  it('have the root that its test vectors give', () => {
    const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const range = leaves.reduce((before, leaf) => extend(before, hashLeaf(Buffer.from(leaf, 'hex'))), emptyRange)
    expect(hex(rootOf(range))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })
})

describe('A tree without leaves', () => {
  it('has SHA-256 of nothing as its root', () => {
    expect(hex(rootOf(emptyRange))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})

describe(`26 Every tree of up to ${most} leaves`, () => {
  const tree = aTree(most)

  it('has the root of the definition', () => {
    const leaves = Array.from({ length: most }, (_, index) => Buffer.from(`leaf ${index}`))
    for (let size = 0; size <= most; size += 1)
      expect(hex(tree.root(size))).toBe(hex(rootByDefinition(leaves.slice(0, size))))
  })

  it('is rebuilt from stored nodes', async () => {
    for (let size = 0; size <= most; size += 1) {
      const range = await readRange(size, tree.read)
      expect(range.hashes.map(hex)).toEqual(tree.rangeAt(size).hashes.map(hex))
      expect(isRange(range)).toBe(true)
    }
  })

  it('proves that each of its leaves is in it', async () => {
    let proofs = 0
    for (let size = 1; size <= most; size += 1) {
      const root = hex(tree.root(size))
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, tree.read)
        if (hex(rootFromInclusion(await tree.leaf(index), index, size, proof)) !== root)
          expect.fail(`leaf ${index} of ${size}`)
        proofs += 1
      }
    }
    expect(proofs).toBe((most * (most + 1)) / 2)
  }, 60_000)

  it('proves that it continues each smaller one', async () => {
    for (let to = 0; to <= most; to += 1)
      for (let from = 0; from <= to; from += 1) {
        const proof = await consistencyProof(from, to, tree.read)
        if (!isConsistent(from, to, tree.root(from), tree.root(to), proof)) expect.fail(`${from} to ${to}`)
      }
  }, 60_000)
})

describe('A proof with one thing changed', () => {
  const tree = aTree(most)
  const flip = (hash: TreeHash, bit: number): TreeHash =>
    hash.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
  const sizes = fc.integer({ min: 2, max: most })
  const bits = fc.integer({ min: 0, max: 255 })

  it('of inclusion fails', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), bits, fc.nat(), async (size, atSeed, bit, which) => {
        const index = atSeed % size
        const leaf = await tree.leaf(index)
        const root = hex(tree.root(size))
        const proof = await inclusionProof(index, size, tree.read)
        const leads = (l: TreeHash, i: number, s: number, p: readonly TreeHash[]) =>
          hex(rootFromInclusion(l, i, s, p)) === root
        const at = which % proof.length
        expect(leads(flip(leaf, bit), index, size, proof)).toBe(false)
        expect(
          leads(
            leaf,
            index,
            size,
            proof.map((h, i) => (i === at ? flip(h, bit) : h)),
          ),
        ).toBe(false)
        expect(leads(leaf, index, size, proof.toSpliced(at, 1))).toBe(false)
        expect(leads(leaf, index, size, [...proof, leaf])).toBe(false)
        expect(leads(leaf, (index + 1) % size, size, proof)).toBe(false)
        expect(leads(leaf, size, size, proof)).toBe(false)
        expect(leads(leaf, -1, size, proof)).toBe(false)
        if (proof.length > 1) expect(leads(leaf, index, size, proof.toReversed())).toBe(false)
      }),
    )
  })

  it('of consistency fails', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), bits, fc.nat(), async (to, fromSeed, bit, which) => {
        const from = 1 + (fromSeed % (to - 1))
        const [older, newer] = [tree.root(from), tree.root(to)]
        const proof = await consistencyProof(from, to, tree.read)
        const at = which % proof.length
        expect(isConsistent(from, to, flip(older, bit), newer, proof)).toBe(false)
        expect(isConsistent(from, to, older, flip(newer, bit), proof)).toBe(false)
        expect(
          isConsistent(
            from,
            to,
            older,
            newer,
            proof.map((h, i) => (i === at ? flip(h, bit) : h)),
          ),
        ).toBe(false)
        expect(isConsistent(from, to, older, newer, proof.toSpliced(at, 1))).toBe(false)
        expect(isConsistent(from, to, older, newer, [...proof, older])).toBe(false)
        expect(isConsistent(to, from, newer, older, proof)).toBe(false)
        expect(isConsistent(from, from, older, newer, proof)).toBe(false)
      }),
    )
  })
})
