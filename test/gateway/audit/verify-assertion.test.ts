import { describe, expect, it } from 'vitest'
import type { Evidence } from '#contract/audit-attachments.ts'
import { challengeOf, relyingPartyOfLog, verifyEvidence } from '#gateway/audit/signed-statement.ts'
import { type AssertionChanges, aPasskey } from '#test/support/a-passkey.ts'

const party = relyingPartyOfLog('gate.example.com/audit')
const challenge = new Uint8Array(32).fill(9)

describe('The vector of exceptions.md section 7', () => {
  it('has this challenge', () => {
    const statement = {
      request_id: '01a20cd0-3a10-7000-8000-0000000000a1',
      revision: 1,
      terms_digest: 'U6UxH1tOO6s83u31R4TWZQuFfDoL0SRrs7ek7Fd50Yw',
      decision: 'approve',
      stage: 'security',
      nonce: Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64url'),
    } as const
    expect(Buffer.from(challengeOf('postern/vote/1', statement)).toString('base64url')).toBe(
      '0BqHfrSarCp8wGvQ1zRmonjJtY1NVdw73VAgQ-zpBqI',
    )
  })
})

describe('The relying party of a log', () => {
  it.each([
    ['gate.example.com/audit', 'https://gate.example.com', 'gate.example.com'],
    ['gate.example.com:8443/audit-2', 'https://gate.example.com:8443', 'gate.example.com'],
    ['localhost:8180/audit', 'http://localhost:8180', 'localhost'],
  ])('%s is %s', (logId, origin, rpId) => {
    expect(relyingPartyOfLog(logId)).toEqual({ origin, rpId })
  })
})

describe.each(['ES256', 'RS256'] as const)('An assertion by a key of %s', (kind) => {
  const passkey = aPasskey(kind)

  it('is valid over what it signed', () => {
    expect(verifyEvidence(passkey.assert(challenge), challenge, party)).toEqual({ kind: 'valid', counter: 0 })
  })

  it.each<readonly [string, AssertionChanges]>([
    ['type', { type: 'webauthn.create' }],
    ['origin', { origin: 'https://gate.example.com.evil.example' }],
    ['origin', { origin: 'http://gate.example.com' }],
    ['cross-origin', { client: { crossOrigin: true } }],
    ['cross-origin', { client: { topOrigin: 'https://evil.example' } }],
    ['rp-id', { rpId: 'example.com' }],
    ['user-present', { flags: 0x04 }],
    ['user-verified', { flags: 0x01 }],
    ['authenticator-data', { flags: 0x45 }],
    ['authenticator-data', { flags: 0x85 }],
  ])('is refused for %s', (fault, changes) => {
    expect(verifyEvidence(passkey.assert(challenge, changes), challenge, party)).toEqual({ kind: 'refused', fault })
  })

  it('is refused over another challenge, and by another key', () => {
    const evidence = passkey.assert(challenge)
    expect(verifyEvidence(evidence, new Uint8Array(32), party)).toEqual({ kind: 'refused', fault: 'challenge' })
    const other = { ...evidence, public_key: aPasskey(kind).publicKey }
    expect(verifyEvidence(other, challenge, party)).toEqual({ kind: 'refused', fault: 'signature' })
  })

  it('is refused with any byte of it changed', () => {
    const evidence = passkey.assert(challenge)
    const parts = ['client_data_json', 'authenticator_data', 'signature'] as const
    for (const part of parts) {
      const bytes = Buffer.from(evidence[part], 'base64url')
      for (let at = 0; at < bytes.length; at += 3) {
        const changed = Buffer.from(bytes)
        changed[at] = (bytes[at] ?? 0) ^ 1
        const wrong: Evidence = { ...evidence, [part]: changed.toString('base64url') }
        expect(verifyEvidence(wrong, challenge, party).kind, `${part} ${at}`).toBe('refused')
      }
    }
  })

  it('has a counter that never goes back', () => {
    const at = (counter: number) => passkey.assert(challenge, { counter })
    expect(verifyEvidence(at(8), challenge, party, 7)).toEqual({ kind: 'valid', counter: 8 })
    expect(verifyEvidence(at(7), challenge, party, 7)).toEqual({ kind: 'refused', fault: 'counter' })
    expect(verifyEvidence(at(0), challenge, party, 7)).toEqual({ kind: 'refused', fault: 'counter' })
    expect(verifyEvidence(at(0), challenge, party, 0)).toEqual({ kind: 'valid', counter: 0 })
  })
})

describe('A key that is no COSE key', () => {
  it.each(['', 'oA', 'pQECAyYgASFYIA', 'not base64 at all'])('%j is refused', (key) => {
    const evidence = { ...aPasskey().assert(challenge), public_key: key }
    expect(verifyEvidence(evidence, challenge, party)).toEqual({ kind: 'refused', fault: 'key' })
  })
})
