import { describe, expect, it } from 'vitest'
import { messageTypes } from '#contract/message-types.ts'
import { isFailure } from '#domain/failure.ts'
import {
  anAssertion,
  aResult,
  deviceJwk,
  deviceKid,
  deviceUrn,
  exampleClaims,
  exampleTime,
  issuer,
  type PrivateJwk,
  segment,
  signClaims,
  signText,
  strangerJwk,
  strangerKey,
} from '#test/support/a-wire.ts'
import { keySetOf, type Verification, verifyAssertion, verifyReport, verifyResult } from '#verify/index.ts'

type Kind = {
  readonly verify: (token: string, verification: Verification) => Promise<unknown>
  readonly typ: keyof typeof messageTypes
  readonly claims: { readonly [name: string]: unknown }
  readonly issuer: string
  readonly audience: string
}

const kinds: readonly (readonly [string, Kind])[] = [
  ['report', { verify: verifyReport, typ: 'eat+jwt', claims: exampleClaims(), issuer: deviceUrn, audience: issuer }],
  ['result', { verify: verifyResult, typ: 'posture-result+jwt', claims: aResult(), issuer, audience: deviceUrn }],
  [
    'assertion',
    {
      verify: verifyAssertion,
      typ: 'posture-assertion+jwt',
      claims: anAssertion(),
      issuer,
      audience: 'https://pay.example.com',
    },
  ],
]

const keys = await keySetOf([deviceJwk])

function verificationOf(kind: Kind, members: Partial<Verification> = {}): Verification {
  return {
    keys,
    issuer: kind.issuer,
    audience: kind.audience,
    maxTokenAgeSeconds: 120,
    now: exampleTime + 1,
    ...members,
  }
}

async function reasonOf(proven: Promise<unknown>): Promise<string> {
  try {
    await proven
    return 'accepted'
  } catch (thrown) {
    return isFailure(thrown, 'token_invalid') ? thrown.details.reason : String(thrown)
  }
}

describe.each(kinds)('A signed %s', (_name, kind) => {
  const token = signClaims(kind.typ, deviceKid, kind.claims)
  const check = (jws: string, members: Partial<Verification> = {}) =>
    reasonOf(kind.verify(jws, verificationOf(kind, members)))
  const withClaims = (members: object) => signClaims(kind.typ, deviceKid, { ...kind.claims, ...members })

  it('is proven, and comes back as its claims', async () => {
    expect(await kind.verify(token, verificationOf(kind))).toEqual(kind.claims)
  })

  it.each<[string, Partial<Verification>, string]>([
    ['from another issuer', { issuer: 'https://evil.example' }, 'another issuer'],
    ['from the issuer spelled otherwise', { issuer: `${kind.issuer}/` }, 'another issuer'],
    ['for another audience', { audience: 'https://other.example' }, 'another audience'],
    ['for the audience in capitals', { audience: kind.audience.toUpperCase() }, 'another audience'],
    ['that has expired', { now: Number(kind.claims['exp']), maxTokenAgeSeconds: 10_000 }, 'expired'],
    ['from the future', { now: exampleTime - 61 }, 'from the future'],
    ['that is too old', { now: exampleTime + 31, maxTokenAgeSeconds: 30 }, 'too old'],
    ['of a key that is not in the set', { keys: new Map() }, 'not trusted'],
  ])('%s is refused', async (_what, members, reason) => {
    expect(await check(token, members)).toContain(reason)
  })

  it('counts at the edges of its times', async () => {
    expect(await check(token, { now: Number(kind.claims['exp']) - 1, maxTokenAgeSeconds: 10_000 })).toBe('accepted')
    expect(await check(token, { now: exampleTime - 60 })).toBe('accepted')
    expect(await check(token, { now: exampleTime + 30, maxTokenAgeSeconds: 30 })).toBe('accepted')
  })

  it('signed by another key under the trusted name is refused', async () => {
    expect(await check(signClaims(kind.typ, deviceKid, kind.claims, strangerKey))).toContain('does not verify')
  })

  it('signed by a stranger is refused, whatever name the key has', async () => {
    const stranger = [...(await keySetOf([strangerJwk])).keys()][0] ?? ''
    expect(await check(signClaims(kind.typ, stranger, kind.claims, strangerKey))).toContain('not trusted')
  })

  it('that brings its key along is refused', async () => {
    const header = (members: object) => JSON.stringify({ alg: 'ES256', typ: kind.typ, ...members })
    for (const members of [{ jwk: strangerJwk }, { kid: deviceKid, jwk: strangerJwk }])
      expect(await check(signText(header(members), JSON.stringify(kind.claims), strangerKey))).toContain('of this kind')
  })

  it('with one more header member is refused', async () => {
    const header = JSON.stringify({ alg: 'ES256', typ: kind.typ, kid: deviceKid, crit: [] })
    expect(await check(signText(header, JSON.stringify(kind.claims)))).toContain('of this kind')
  })

  it('without a signature is refused', async () => {
    const [, payload] = token.split('.')
    const header = segment(JSON.stringify({ alg: 'none', typ: kind.typ, kid: deviceKid }))
    expect(await check(`${header}.${payload}.`)).toContain('of this kind')
  })

  it('in the place of any other message is refused', async () => {
    for (const typ of Object.keys(messageTypes).filter((each) => each !== kind.typ))
      expect(await check(signClaims(typ, deviceKid, kind.claims)), typ).toContain('of this kind')
  })

  it.each([
    ['no expiry', { exp: undefined }],
    ['an expiry as text', { exp: '1795510932' }],
    ['no time', { iat: undefined }],
    ['an audience that is a list', { aud: [kind.audience] }],
    ['no audience', { aud: undefined }],
    ['no issuer', { iss: undefined }],
    ['no id', { jti: undefined }],
  ])('with %s is refused', async (_what, members) => {
    expect(await check(withClaims(members))).not.toBe('accepted')
  })

  it('whose claims are no strict JSON is refused', async () => {
    const header = JSON.stringify({ alg: 'ES256', typ: kind.typ, kid: deviceKid })
    const text = JSON.stringify(kind.claims)
    const twice = `${text.slice(0, -1)},"iss":"${kind.issuer}"}`
    for (const payload of [twice, `${text} x`, '[]', 'null', `${text.slice(0, -1)},"n":1.5}`])
      expect(await check(signText(header, payload)), payload.slice(-20)).not.toBe('accepted')
  })

  it.each(['', '.', '..', 'a.b.c', token.slice(0, -1), `${token}=`, `${token}.x`, ` ${token}`, `${token}\n`])(
    'in another form is refused: %#',
    async (jws) => {
      expect(await check(jws)).toContain('of this kind')
    },
  )

  it.each<[string, object]>([
    ['no clock', { now: undefined }],
    ['a clock that is not a number', { now: Number.NaN }],
    ['a clock that is a Date', { now: new Date(exampleTime * 1000) }],
    ['no age', { maxTokenAgeSeconds: undefined }],
    ['an age that is not a number', { maxTokenAgeSeconds: Number.NaN }],
    ['an unbounded age', { maxTokenAgeSeconds: Number.POSITIVE_INFINITY }],
    ['no issuer', { issuer: undefined }],
    ['no audience', { audience: undefined }],
  ])('is never proven by a caller who gives %s', async (_what, members) => {
    const careless: Verification = Object.assign({ ...verificationOf(kind) }, members)
    await expect(kind.verify(token, careless)).rejects.toThrow(TypeError)
  })
})

describe('Tokens of different kinds', () => {
  it('are never taken for each other', async () => {
    for (const [name, kind] of kinds)
      for (const [other, { verify }] of kinds) {
        const token = signClaims(kind.typ, deviceKid, kind.claims)
        const reason = await reasonOf(verify(token, verificationOf(kind)))
        expect(reason === 'accepted', `${name} as ${other}`).toBe(name === other)
      }
  })

  it('of one gateway are ignored in what a newer one adds, but a report with more in it is none', async () => {
    const [, report] = kinds[0] ?? []
    const [, result] = kinds[1] ?? []
    if (report === undefined || result === undefined) throw new Error('kinds')
    const added = (kind: Kind) => signClaims(kind.typ, deviceKid, { ...kind.claims, next_year: 1 })
    expect(await result.verify(added(result), verificationOf(result))).toEqual(result.claims)
    expect(await reasonOf(report.verify(added(report), verificationOf(report)))).toContain(
      '/next_year: is not known here',
    )
  })
})

describe('A failed verification', () => {
  it('says why, and nothing of the token', async () => {
    const key: PrivateJwk = strangerKey
    const token = signClaims('eat+jwt', deviceKid, { ...exampleClaims(), swname: 'secret-name' }, key)
    const verification = { keys, issuer: deviceUrn, audience: issuer, maxTokenAgeSeconds: 120, now: exampleTime }
    const reason = await reasonOf(verifyReport(token, verification))
    expect(reason).toBe('signature does not verify')
  })
})
