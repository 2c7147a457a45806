import { describe, expect, it } from 'vitest'
import { messageTypes } from '#contract/message-types.ts'
import { type Failure, isFailure } from '#domain/failure.ts'
import {
  delegateJwk,
  delegateKid,
  deviceJwk,
  deviceKey,
  deviceKid,
  exampleHeader,
  exampleJws,
  examplePayload,
  segment,
  signText,
} from '#test/support/a-wire.ts'
import { bytesOf, readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'

function failureOf(act: () => unknown): Failure {
  try {
    act()
  } catch (thrown) {
    if (isFailure(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was refused')
}

const withHeader = (header: string) => signText(header, '{}')

describe('A JWS of ours', () => {
  it('is read, and nothing of it is judged', () => {
    const read = readStrictJws(exampleJws, 'eat+jwt')
    expect(read.kid).toBe(deviceKid)
    expect(read.jwk).toBeUndefined()
    expect(`${read.signingInput}.${read.signature}`).toBe(exampleJws)
    expect(readPayloadJson(read.payload)).toEqual(JSON.parse(examplePayload))
  })

  it('may have its header in any order and spacing', () => {
    const header = ` { "kid" : "${deviceKid}",\n"typ":"eat+jwt", "alg":"ES256"}`
    expect(readStrictJws(withHeader(header), 'eat+jwt').kid).toBe(deviceKid)
  })

  it('carries its key where its type does', () => {
    const header = JSON.stringify({ alg: 'ES256', typ: 'dpop+jwt', jwk: delegateJwk })
    expect(readStrictJws(withHeader(header), 'dpop+jwt')).toMatchObject({ jwk: delegateJwk, kid: undefined })
  })
})

describe('A JWS whose header is another', () => {
  const good = { alg: 'ES256', typ: 'eat+jwt', kid: deviceKid }
  it.each([
    ['no kid', { alg: 'ES256', typ: 'eat+jwt' }],
    ['no typ', { alg: 'ES256', kid: deviceKid }],
    ['no alg', { typ: 'eat+jwt', kid: deviceKid }],
    ['alg none', { ...good, alg: 'none' }],
    ['alg HS256', { ...good, alg: 'HS256' }],
    ['alg in small letters', { ...good, alg: 'es256' }],
    ['alg ES384', { ...good, alg: 'ES384' }],
    ['the type of another message', { ...good, typ: 'enroll+jwt' }],
    ['a type with its prefix', { ...good, typ: 'application/eat+jwt' }],
    ['a type in capitals', { ...good, typ: 'EAT+JWT' }],
    ['a type that is a list', { ...good, typ: ['eat+jwt'] }],
    ['a short kid', { ...good, kid: 'kid' }],
    ['a kid that is a number', { ...good, kid: 1 }],
    ['a key beside the kid', { ...good, jwk: deviceJwk }],
    ['a key instead of the kid', { alg: 'ES256', typ: 'eat+jwt', jwk: deviceJwk }],
    ['crit', { ...good, crit: [] }],
    ['b64', { ...good, b64: false }],
    ['zip', { ...good, zip: 'DEF' }],
    ['jku', { ...good, jku: 'https://evil.example' }],
    ['x5u', { ...good, x5u: 'https://evil.example' }],
    ['x5c', { ...good, x5c: [] }],
    ['cty', { ...good, cty: 'JWT' }],
  ])('is refused: %s', (_what, header) => {
    expect(failureOf(() => readStrictJws(withHeader(JSON.stringify(header)), 'eat+jwt')).code).toBe('invalid_signature')
  })

  it.each([
    ['a list', '[]'],
    ['text', '"eat+jwt"'],
    ['no JSON', 'alg=ES256'],
    ['null', 'null'],
    ['a member twice', `{"alg":"none","alg":"ES256","typ":"eat+jwt","kid":"${deviceKid}"}`],
    ['a member twice, escaped', `{"alg":"ES256","typ":"eat+jwt","k\\u0069d":"x","kid":"${deviceKid}"}`],
    ['a byte order mark', `\ufeff${exampleHeader}`],
    ['a header of 5 KiB', `${exampleHeader.slice(0, -1)}${' '.repeat(5000)}}`],
  ])('is refused: %s', (_what, header) => {
    expect(failureOf(() => readStrictJws(withHeader(header), 'eat+jwt')).code).toBe('invalid_signature')
  })

  it('is refused where it is not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"alg":"ES256","typ":"eat+jwt","kid":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ])
    const jws = `${segment(bytes)}.${segment('{}')}.${exampleJws.split('.')[2]}`
    expect(failureOf(() => readStrictJws(jws, 'eat+jwt')).code).toBe('invalid_signature')
  })

  it.each([
    ['a kid', { alg: 'ES256', typ: 'dpop+jwt', kid: delegateKid }],
    ['a private key', { alg: 'ES256', typ: 'dpop+jwt', jwk: deviceKey }],
    ['a key with a use', { alg: 'ES256', typ: 'dpop+jwt', jwk: { ...delegateJwk, use: 'sig' } }],
    ['a symmetric key', { alg: 'ES256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'AA' } }],
    ['a point beside the curve', { alg: 'ES256', typ: 'dpop+jwt', jwk: { ...delegateJwk, x: deviceJwk.x } }],
  ])('is refused where it should carry a public key and carries %s', (_what, header) => {
    expect(failureOf(() => readStrictJws(withHeader(JSON.stringify(header)), 'dpop+jwt')).code).toBe(
      'invalid_signature',
    )
  })
})

describe('A message of one type', () => {
  it('is never read as one of another', () => {
    const kinds = Object.entries(messageTypes)
    for (const [typ, { key }] of kinds) {
      const header = { alg: 'ES256', typ, ...(key === 'kid' ? { kid: deviceKid } : { jwk: deviceJwk }) }
      const jws = withHeader(JSON.stringify(header))
      for (const wanted of kinds.map(([name]) => name).filter(isTyp)) {
        if (wanted === typ) expect(readStrictJws(jws, wanted).typ).toBe(typ)
        else expect(failureOf(() => readStrictJws(jws, wanted)).code).toBe('invalid_signature')
      }
    }
  })
})

function isTyp(name: string): name is keyof typeof messageTypes {
  return Object.hasOwn(messageTypes, name)
}

describe('The payload of a JWS', () => {
  it.each([
    ['is not JSON', Buffer.from('{')],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['is nested', Buffer.from('['.repeat(9) + ']'.repeat(9))],
    ['one member twice', Buffer.from('{"a":1,"a":1}')],
    ['plain safe integer', Buffer.from('[1.0]')],
    ['malformed string', Buffer.from('"\\ud800"')],
    ['too large', Buffer.from(`"${'a'.repeat(70_000)}"`)],
    ['__proto__', Buffer.from('{"__proto__":1}')],
  ])('is schema_invalid, and the answer says so: %s', (detail, bytes) => {
    const failure = failureOf(() => readPayloadJson(segment(bytes)))
    expect(failure.code).toBe('schema_invalid')
    expect(failure.details).toEqual({ errors: [{ pointer: '', detail: expect.stringContaining(detail) }] })
  })

  it('is the bytes that were encoded', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
    expect(bytesOf(segment(bytes))).toEqual(bytes)
  })
})
