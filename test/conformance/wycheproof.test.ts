import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseStrictJson } from '#contract/strict-json.ts'
import { publicJwk, thumbprintText } from '#contract/wire-types.ts'
import { isFailure } from '#domain/failure.ts'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { hash } from '#runtime/digest.ts'
import { readKeySet } from '#verify/key-set.ts'
import { readSegments, readStrictJws } from '#verify/strict-jws.ts'

/** C2SP/wycheproof; origin and licence stand beside the files. */
function read(name: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/vectors/wycheproof/${name}.json`, 'utf8'))
}

const jwk = z.looseObject({ kty: z.string(), kid: z.string().optional() })
const signatureFile = z.object({
  numberOfTests: z.int(),
  testGroups: z.array(
    z.object({
      comment: z.string(),
      private: z.union([jwk, z.object({ keys: z.array(jwk) })]),
      public: z.union([jwk, z.object({ keys: z.array(jwk) })]).optional(),
      tests: z.array(
        z.object({ tcId: z.int(), comment: z.string(), jws: z.unknown(), result: z.enum(['valid', 'invalid']) }),
      ),
    }),
  ),
})
const p1363File = z.object({
  numberOfTests: z.int(),
  testGroups: z.array(
    z.object({
      publicKey: z.object({ uncompressed: z.string() }),
      tests: z.array(
        z.object({
          tcId: z.int(),
          comment: z.string(),
          msg: z.string(),
          sig: z.string(),
          result: z.enum(['valid', 'invalid']),
        }),
      ),
    }),
  ),
})

const cache = deviceKeyCache()
const said: string[] = []
afterAll(() => {
  process.stdout.write(said.map((line) => `wycheproof ${line}\n`).join(''))
})

type Key = z.infer<typeof jwk>

/**
 * Our reader and our key rules on a foreign JWS: form and base64url, the header's JSON rules, ES256 and nothing beside
 * `alg` and `kid`, a key for ES256 signatures, the signature. Left aside is `typ`, which these vectors do not have, and that our
 * key ids are thumbprints.
 */
async function accepts(jws: unknown, keys: readonly Key[]): Promise<boolean> {
  if (typeof jws !== 'string') return false // the JSON serialisation: our bodies are compact
  try {
    const segments = readSegments(jws)
    const header = parseStrictJson(Buffer.from(segments.header, 'base64url').toString('utf8'))
    const { kid } = z.strictObject({ alg: z.literal('ES256'), kid: z.string() }).parse(header)
    const named = keys.map((key) => (key.kid === kid ? withOurName(key) : key))
    const set = await readKeySet({ keys: named }, 'agent')
    return [...set].some(([id, key]) => cache.verifies(id, key, segments.signingInput, segments.signature))
  } catch (thrown) {
    if (isFailure(thrown) || thrown instanceof z.ZodError || thrown instanceof Error) return false
    throw thrown
  }
}

function withOurName(key: Key): Key {
  const { kty, crv, x, y } = key
  const parsed = publicJwk.safeParse({ kty, crv, x, y })
  return { ...key, postern_use: 'agent', kid: parsed.success ? hash(thumbprintText(parsed.data)) : 'no-point' }
}

function keysOf(group: z.infer<typeof signatureFile>['testGroups'][number]): readonly Key[] {
  const given = group.public ?? group.private
  const list = z.array(jwk).safeParse(given['keys'])
  return list.success ? list.data : [jwk.parse(given)]
}

/** Valid by the vectors, refused by us on purpose. */
const strayCharacters = [372, 373]

describe.each(['json_web_signature_test', 'json_web_key_test'])('%s', (name) => {
  const file = signatureFile.parse(read(name))
  const cases = file.testGroups.flatMap((group) => group.tests.map((test) => ({ group, ...test })))

  it('is whole', () => {
    expect(cases).toHaveLength(file.numberOfTests)
  })

  it('has every invalid case refused', async () => {
    const invalid = cases.filter(({ result }) => result === 'invalid')
    const accepted: number[] = []
    for (const { tcId, jws, group } of invalid) if (await accepts(jws, keysOf(group))) accepted.push(tcId)
    expect(accepted).toEqual([])
    said.push(`${name}: ${invalid.length} invalid cases refused, 0 skipped`)
  })

  it('has every valid ES256 case accepted, and every other algorithm refused', async () => {
    const valid = cases.filter(({ result }) => result === 'valid')
    const accepted: number[] = []
    for (const { tcId, jws, group } of valid) if (await accepts(jws, keysOf(group))) accepted.push(tcId)
    const ours = valid.filter(({ jws }) => algOf(jws) === 'ES256').map(({ tcId }) => tcId)
    expect(accepted).toEqual(ours)
    const stray = valid.filter(({ tcId }) => name === 'json_web_signature_test' && strayCharacters.includes(tcId))
    said.push(
      `${name}: ${accepted.length} valid ES256 cases accepted (${accepted.join(', ')}), ` +
        `${valid.length - accepted.length} valid cases refused: other algorithms` +
        (stray.length === 0 ? '' : `, of them with stray characters, refused by form: ${strayCharacters.join(', ')}`),
    )
  })

  it('has no case that passes as a message of ours: none has a typ', () => {
    for (const { jws } of cases)
      if (typeof jws === 'string') expect(() => readStrictJws(jws, 'eat+jwt')).toThrow('invalid_signature')
  })
})

describe('The two cases that are valid with stray characters', () => {
  it('are refused by their form already', () => {
    const file = signatureFile.parse(read('json_web_signature_test'))
    const stray = file.testGroups.flatMap(({ tests }) => tests).filter(({ tcId }) => strayCharacters.includes(tcId))
    expect(stray.map(({ comment, result }) => [comment, result])).toEqual([
      ['InvalidCharacterInsertedInHeader', 'valid'],
      ['InvalidCharacterInsertedInPayload', 'valid'],
    ])
    for (const { jws } of stray) expect(() => readSegments(String(jws))).toThrow('invalid_signature')
  })
})

describe('ecdsa_secp256r1_sha256_p1363_test', () => {
  const file = p1363File.parse(read('ecdsa_secp256r1_sha256_p1363_test'))
  const cases = file.testGroups.flatMap(({ publicKey, tests }) => tests.map((test) => ({ publicKey, ...test })))

  it('is judged by the key cache as the vectors say, whatever the length of the signature', () => {
    const wrong: number[] = []
    for (const { tcId, publicKey, msg, sig, result } of cases) {
      const point = Buffer.from(publicKey.uncompressed, 'hex')
      const key = { x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33, 65) }
      const text = Buffer.from(msg, 'hex').toString('latin1')
      const fits = cache.verifies(publicKey.uncompressed, key, text, Buffer.from(sig, 'hex').toString('base64url'))
      if (fits !== (result === 'valid')) wrong.push(tcId)
    }
    expect(wrong).toEqual([])
    expect(cases).toHaveLength(file.numberOfTests)
    said.push(`ecdsa_secp256r1_sha256_p1363_test: ${cases.length} cases as the vectors say, 0 skipped`)
  })

  it('has every signature of another length refused by the reader', () => {
    const odd = cases.filter(({ sig }) => sig.length !== 128)
    expect(odd).toHaveLength(21)
    for (const { sig } of odd) {
      const jws = `e30.e30.${Buffer.from(sig, 'hex').toString('base64url')}`
      expect(() => readSegments(jws)).toThrow('invalid_signature')
    }
  })
})

function algOf(jws: unknown): unknown {
  try {
    const header: unknown = JSON.parse(Buffer.from(String(jws).split('.')[0] ?? '', 'base64url').toString('utf8'))
    return z.looseObject({ alg: z.unknown() }).parse(header).alg
  } catch {
    return undefined
  }
}
