import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { checkpointText, openCheckpoint, parseCheckpointText } from '#gateway/audit/checkpoint.ts'
import { consistencyProof, emptyRange, extend, hashLeaf, rootOf, type TreeHash } from '#gateway/audit/merkle-tree.ts'
import { isSignedBy, parseNote, parseVerifierKey, verifierKey } from '#gateway/audit/signed-note.ts'
import { createSigner, type SignerState } from '#gateway/audit/signer.ts'
import { logVector, vectorKey } from '#test/support/a-log-key.ts'

const { origin, vkey, note, leafHashes } = logVector
const key = vectorKey()

describe('The vector of audit.md section 5', () => {
  it('has the root of its two leaves, the vkey and the note, bit for bit', async () => {
    const root = rootOf(leafHashes.reduce((range, hash) => extend(range, Buffer.from(hash, 'base64url')), emptyRange))
    expect(verifierKey(key)).toBe(vkey)
    const signer = createSigner(key, inMemory(), true)
    expect(await signer.signCheckpoint({ size: 2, root }, [])).toBe(note)
  })

  it('is opened with the vkey', () => {
    const verifier = parseVerifierKey(vkey)
    expect(verifier).toBeDefined()
    expect(openCheckpoint(note, origin, verifier === undefined ? [] : [verifier])).toMatchObject({ origin, size: 2 })
  })
})

describe('A note', () => {
  const trusted = [parseVerifierKey(vkey)].filter((each) => each !== undefined)
  const opens = (text: string) => openCheckpoint(text, origin, trusted) !== undefined

  it('with any byte changed is not opened', () => {
    const bytes = Buffer.from(note)
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (bytes[at] ?? 0) ^ 1
      expect(opens(changed.toString('latin1') === note ? '' : changed.toString()), `byte ${at}`).toBe(false)
    }
  })

  it('may carry fifteen lines more by keys that nobody knows', () => {
    const stranger = `\u2014 witness.example ${Buffer.alloc(76, 7).toString('base64')}\n`
    expect(opens(note + stranger.repeat(15))).toBe(true)
  })

  it('is refused whole where a known key has signed something else', () => {
    const wrong = note.replace('xbvvpHva', 'xbvvpHvb')
    const line = wrong.slice(wrong.indexOf('\u2014'))
    expect(opens(note + line)).toBe(false)
  })

  it('of another log, or one without signature, is not opened', () => {
    expect(openCheckpoint(note, 'other.example/audit', trusted)).toBeUndefined()
    expect(opens(note.slice(0, note.indexOf('\u2014')))).toBe(false)
    expect(opens('')).toBe(false)
  })

  it('by a key of the right name and a wrong id is nobody’s', () => {
    expect(parseVerifierKey(vkey.replace('c5bbefa4', 'c5bbefa5'))).toBeUndefined()
    expect(parseVerifierKey(`${vkey}=`)).toBeUndefined()
  })

  it('beside a manifest never has the shape of a checkpoint', () => {
    const signer = createSigner(key, inMemory(), true)
    const parsed = parseNote(signer.signManifest('A'.repeat(43)))
    expect(parsed?.text).toBe(`${origin}/bundle\n${'A'.repeat(43)}\n`)
    expect(parsed === undefined ? false : isSignedBy(parsed, trusted)).toBe(true)
    expect(parseCheckpointText(parsed?.text ?? '')).toBeUndefined()
  })
})

describe('The signer', () => {
  const leaves = Array.from({ length: 9 }, (_, index) => hashLeaf(`leaf ${index}`))
  const rootAt = (size: number) =>
    rootOf(leaves.slice(0, size).reduce((range, leaf) => extend(range, leaf), emptyRange))
  const proof = (from: number, to: number) => {
    const nodes = new Map<string, TreeHash>()
    leaves.reduce((range, leaf, index) => {
      nodes.set(`0/${index}`, leaf)
      return extend(range, leaf, (level, at, hash) => nodes.set(`${level}/${at}`, hash))
    }, emptyRange)
    return consistencyProof(from, to, (level, index) => nodes.get(`${level}/${index}`) ?? Buffer.alloc(32))
  }

  it('signs a tree that grew, and the same one again', async () => {
    const signer = createSigner(key, inMemory(), true)
    const first = await signer.signCheckpoint({ size: 3, root: rootAt(3) }, [])
    expect(await signer.signCheckpoint({ size: 3, root: rootAt(3) }, [])).toBe(first)
    expect(await signer.signCheckpoint({ size: 9, root: rootAt(9) }, await proof(3, 9))).toContain('\n9\n')
  })

  it.each([
    ['smaller', 2, rootAt(2), () => proof(2, 3)],
    ['of the same size with another root', 3, rootAt(4), async () => []],
    ['larger, without proof', 9, rootAt(9), async () => []],
    ['larger, with a proof from elsewhere', 9, rootAt(9), () => proof(4, 9)],
    ['larger, with another root', 9, rootAt(8), () => proof(3, 9)],
  ])('refuses a tree that is %s', async (_, size, root, makeProof) => {
    const state = inMemory()
    const signer = createSigner(key, state, true)
    await signer.signCheckpoint({ size: 3, root: rootAt(3) }, [])
    const thrown = await signer.signCheckpoint({ size, root }, await makeProof()).catch((cause: unknown) => cause)
    expect(isFailure(thrown, 'log_locked')).toBe(true)
    expect(await signer.last()).toMatchObject({ size: 3 })
  })

  it('refuses to begin where checkpoints exist and its file does not', async () => {
    const signer = createSigner(key, inMemory(), false)
    const thrown = await signer.signCheckpoint({ size: 3, root: rootAt(3) }, []).catch((cause: unknown) => cause)
    expect(isFailure(thrown, 'log_locked')).toBe(true)
  })
})

describe('The text of a checkpoint', () => {
  it.each([
    ['a leading zero', `${origin}\n02\nW+8/v26HWWbGH+I87Iq2yTlusS+wtPBVeThwyavDRUI=\n`],
    ['a short root', `${origin}\n2\nW+8/\n`],
    ['two lines', `${origin}\n2\n`],
    ['no origin', `\n2\nW+8/v26HWWbGH+I87Iq2yTlusS+wtPBVeThwyavDRUI=\n`],
  ])('with %s is none', (_, text) => {
    expect(parseCheckpointText(text)).toBeUndefined()
  })

  it('is read as it is written', () => {
    const checkpoint = { origin, size: 7, root: Buffer.alloc(32, 3) }
    expect(parseCheckpointText(checkpointText(checkpoint))).toEqual(checkpoint)
  })
})

function inMemory() {
  let state: SignerState | undefined
  return {
    read: async () => state,
    write: async (next: SignerState) => {
      state = next
    },
  }
}
