import { describe, expect, it } from 'vitest'
import { attestationClaims } from '#contract/attestation-claims.ts'
import { maxJsonDepth, parseStrictJson } from '#contract/strict-json.ts'
import { thumbprintText } from '#contract/wire-types.ts'
import { headCheck } from '#gateway/attestations/attestation-chain.ts'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { createNonces } from '#gateway/devices/nonce.ts'
import { messageHash } from '#gateway/keys/sign-message.ts'
import { hash } from '#runtime/digest.ts'
import {
  delegateJwk,
  delegateKid,
  deviceJwk,
  deviceKid,
  deviceUrn,
  exampleHeader,
  exampleJws,
  examplePayload,
  exampleTime,
  issuer,
} from '#test/support/a-wire.ts'
import { readStrictJws } from '#verify/strict-jws.ts'
import { verifyReport } from '#verify/verify-report.ts'

/** protocol.md section 4.1, bit for bit. */

const keys = deviceKeyCache()

/** What the gateway does with the example's bytes up to step 5. */
function accepts(jws: string): boolean {
  try {
    const read = readStrictJws(jws, 'eat+jwt')
    return read.kid === deviceKid && keys.verifies(deviceKid, deviceJwk, read.signingInput, read.signature)
  } catch {
    return false
  }
}

describe('The worked example of the protocol', () => {
  it('has a payload of 1359 bytes', () => {
    expect(Buffer.byteLength(examplePayload)).toBe(1359)
  })

  it('is a strict JWS whose header names the thumbprint of the key of RFC 7515 appendix A.3', () => {
    expect(hash(thumbprintText(deviceJwk))).toBe(deviceKid)
    const read = readStrictJws(exampleJws, 'eat+jwt')
    expect(read.kid).toBe(deviceKid)
    expect(Buffer.from(read.payload, 'base64url').toString()).toBe(examplePayload)
    expect(Buffer.from(exampleJws.split('.')[0] ?? '', 'base64url').toString()).toBe(exampleHeader)
  })

  it('has the signature of that key', () => {
    expect(accepts(exampleJws)).toBe(true)
  })

  it('is claims of the profile, as they stand', () => {
    const claims = attestationClaims.parse(parseStrictJson(examplePayload))
    expect(JSON.stringify(claims)).toBe(examplePayload)
  })

  it('is proven by the library', async () => {
    const verification = {
      keys: new Map([[deviceKid, deviceJwk]]),
      issuer: deviceUrn,
      audience: issuer,
      maxTokenAgeSeconds: 120,
      now: exampleTime + 1,
    }
    expect((await verifyReport(exampleJws, verification)).seq).toBe(42)
  })

  it('has the hash that the next report names as prev, and the head check of a refusal', () => {
    expect(messageHash(exampleJws)).toBe('jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c')
    expect(hash(readStrictJws(exampleJws, 'eat+jwt').signingInput)).toBe('jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c')
    expect(headCheck('jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c')).toBe('ROtnmeadjhpHCueyxXITSTPOzGKCUehDJPNe_P15JNo')
  })

  it('carries the nonce of its step for the device key; the delegate has another', () => {
    const master = Uint8Array.from({ length: 32 }, (_, index) => index)
    const nonces = createNonces(master, issuer)
    const now = 29_925_180 * 60
    expect(nonces.issue('device', deviceKid, now)).toBe('UQwdJ7VGV1Y6NHU0t9Vx1IyV8N8AC7_-3imJqKXP3B8')
    expect(hash(thumbprintText(delegateJwk))).toBe(delegateKid)
    expect(nonces.issue('dpop', delegateKid, now)).toBe('nA6xt1nRyr00mm6wuYia2GhFbT-FTBSkhoVzrEK_7IQ')
    expect(nonces.accepts('UQwdJ7VGV1Y6NHU0t9Vx1IyV8N8AC7_-3imJqKXP3B8', 'device', deviceKid, exampleTime)).toBe(true)
  })

  it('is no deeper than the JSON rules allow', () => {
    expect(maxJsonDepth).toBe(8)
    expect(() => parseStrictJson(examplePayload)).not.toThrow()
  })
})

describe('The worked example with one bit changed', () => {
  it('is refused, whichever bit it is', () => {
    const bytes = Buffer.from(exampleJws, 'latin1')
    const accepted: string[] = []
    for (let index = 0; index < bytes.length; index += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes)
        changed.writeUInt8((bytes[index] ?? 0) ^ (1 << bit), index)
        if (accepts(changed.toString('latin1'))) accepted.push(`${index}.${bit}`)
      }
    expect(accepted).toEqual([])
  })
})

/** The changes of wycheproof's base64 group, which has only HMACs, made to our example. */
const [header = '', payload = '', signature = ''] = exampleJws.split('.')
const unusedBits = `${signature.slice(0, -1)}h`

describe.each([
  ['spaces before the signature', `${header}.${payload}.    ${signature}`],
  ['a stray character before the signature', `${header}.${payload}.?${signature}`],
  ['a stray character behind the signature', `${header}.${payload}.${signature}?`],
  ['a line break behind the signature', `${header}.${payload}.${signature}\n`],
  ['a character replaced by a stray one', `${header}.${payload}.?${signature.slice(1)}`],
  ['spaces behind the header', `${header}    .${payload}.${signature}`],
  ['stray characters behind the header', `${header}####.${payload}.${signature}`],
  ['a stray character in the header', `${header.slice(0, 8)}?${header.slice(8)}.${payload}.${signature}`],
  ['padding behind the signature', `${header}.${payload}.${signature}==`],
  ['padding behind the payload', `${header}.${payload}=.${signature}`],
  ['spaces before the payload', `${header}.    ${payload}.${signature}`],
  ['stray characters before the payload', `${header}.####${payload}.${signature}`],
  ['a stray character behind the payload', `${header}.${payload}?.${signature}`],
  ['set unused bits in the signature', `${header}.${payload}.${unusedBits}`],
  ['the standard alphabet', `${header}.${payload}.${signature.replaceAll('_', '/').replaceAll('-', '+')}`],
  ['a fourth segment', `${header}.${payload}.${signature}.`],
  ['no signature', `${header}.${payload}.`],
])('The worked example with %s', (_what, changed) => {
  it('is refused', () => {
    expect(accepts(changed)).toBe(false)
  })
})
