import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { dpopClaims } from '#contract/gateway-messages.ts'
import { thumbprintText } from '#contract/wire-types.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { hash } from '#runtime/digest.ts'
import { delegateJwk, delegateKid, deviceJwk, deviceKid, strangerJwk } from '#test/support/a-wire.ts'
import { readPayloadJson, readSegments, readStrictJws } from '#verify/strict-jws.ts'

const keys = deviceKeyCache()

describe('RFC 7515 appendix A.3', () => {
  const jws =
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'

  it('has a signature that verifies with its key, and with no other', () => {
    const { signingInput, signature } = readSegments(jws)
    expect(keys.verifies(deviceKid, deviceJwk, signingInput, signature)).toBe(true)
    expect(keys.verifies('stranger', strangerJwk, signingInput, signature)).toBe(false)
  })

  it('is no message of ours: it names neither typ nor key', () => {
    expect(() => readStrictJws(jws, 'eat+jwt')).toThrow('invalid_signature')
  })
})

describe('RFC 7638 section 3.1', () => {
  const required = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
  }

  it('is the hash of the canonical JSON of the required members', () => {
    expect(hash(canonicalJson(required))).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })

  it.each([
    ['the device key', deviceJwk, deviceKid],
    ['the delegate', delegateJwk, delegateKid],
    ['a third key', strangerJwk, undefined],
  ])('gives %s the thumbprint that jose gives it', async (_name, jwk, known) => {
    expect(thumbprintText(jwk)).toBe(canonicalJson(jwk))
    expect(hash(thumbprintText(jwk))).toBe(await calculateJwkThumbprint({ ...jwk }))
    if (known !== undefined) expect(hash(thumbprintText(jwk))).toBe(known)
  })
})

describe('The proofs printed in RFC 9449', () => {
  const head =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19'
  const forToken = `${head}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg`
  const forResource = `${head}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`

  it.each([
    ['for a token request', forToken],
    ['for a protected resource', forResource],
  ])('are read and verify with the key in their header: %s', (_what, proof) => {
    const read = readStrictJws(proof, 'dpop+jwt')
    expect(read.jwk).toEqual(delegateJwk)
    expect(keys.verifies(delegateKid, delegateJwk, read.signingInput, read.signature)).toBe(true)
  })

  it('bind the token by the hash we compute', () => {
    const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
    expect(readPayloadJson(readStrictJws(forResource, 'dpop+jwt').payload)).toMatchObject({ ath: hash(token) })
  })

  it('have the members of ours; only their jti is shorter than 128 bits', () => {
    const claims = dpopClaims.safeParse(readPayloadJson(readStrictJws(forResource, 'dpop+jwt').payload))
    expect(claims.error?.issues.map(({ path }) => path)).toEqual([['jti']])
  })
})
