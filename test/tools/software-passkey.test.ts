import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { describe, expect, it } from 'vitest'
import type { CreationOptions, RequestOptions } from '#contract/webauthn.ts'
import { verifyAssertion } from '#gateway/audit/verify-assertion.ts'
import { checkRegistration } from '#gateway/sessions/register-passkey.ts'
import { type PasskeyFaults, softwarePasskey } from '#tools/software-passkey.ts'

const origin = 'https://gate.example.com'
const party = { origin, rpId: 'gate.example.com' }
const challenge = Buffer.alloc(32, 5).toString('base64url')
const creation: CreationOptions = {
  rp: { id: party.rpId, name: 'Example' },
  user: { id: 'YWRh', name: 'ada@example.com', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 300_000,
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
}
const request: RequestOptions = {
  challenge,
  timeout: 300_000,
  rpId: party.rpId,
  allowCredentials: [],
  userVerification: 'required',
}

const faults: readonly (readonly [string, PasskeyFaults])[] = [
  ['nothing wrong', {}],
  ['no user verification', { userVerified: false }],
  ['no user presence', { userPresent: false }],
  ['another origin', { origin: 'https://evil.example' }],
  ['another relying party', { rpId: 'evil.example' }],
  ['another challenge', { challenge: Buffer.alloc(32, 6).toString('base64url') }],
  ['the type of a registration', { type: 'webauthn.create' }],
  ['a counter that went back', { counter: 1 }],
]

describe('A passkey in software', () => {
  it.each(faults)('with %s is judged the same by our verifier and by the library', async (_name, fault) => {
    const passkey = softwarePasskey(origin)
    const known = await checkRegistration(passkey.register(creation), challenge, party)
    passkey.sign(request)
    const assertion = passkey.sign(request, fault)
    const publicKey = Buffer.from(known.publicKey, 'base64url')
    const bytes = (text: string) => Buffer.from(text, 'base64url')
    const ours = verifyAssertion(
      {
        clientDataJson: bytes(assertion.response.clientDataJSON),
        authenticatorData: bytes(assertion.response.authenticatorData),
        signature: bytes(assertion.response.signature),
      },
      { challenge: bytes(challenge), ...party, publicKey, counter: 2 },
    )
    const { userHandle: _handle, ...response } = assertion.response
    const theirs = await verifyAuthenticationResponse({
      response: { id: assertion.id, rawId: assertion.rawId, type: 'public-key', clientExtensionResults: {}, response },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: party.rpId,
      credential: { id: known.credentialId, publicKey: new Uint8Array(publicKey), counter: 2 },
      requireUserVerification: true,
    }).then(
      ({ verified }) => verified,
      () => false,
    )
    expect(ours.kind === 'valid').toBe(theirs)
    expect(theirs).toBe(Object.keys(fault).length === 0)
  })
})
