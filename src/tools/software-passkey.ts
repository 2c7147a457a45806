import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { AssertionJson, CreationOptions, RegistrationJson, RequestOptions } from '#contract/webauthn.ts'

/** What a passkey may be made to do wrongly, so that its refusal can be shown. */
export type PasskeyFaults = {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly counter?: number
  readonly crossOrigin?: boolean
}

/**
 * An authenticator in software: it makes the bytes of WebAuthn (ES256, user verified, a counter) that a browser and a
 * passkey would make together. For tests and demonstrations alone: it stands in for a person who touches a key.
 */
export type SoftwarePasskey = {
  /** Known after `register`. */
  readonly credentialId: () => string
  register(options: CreationOptions, faults?: PasskeyFaults): RegistrationJson
  sign(options: RequestOptions, faults?: PasskeyFaults): AssertionJson
}

export function softwarePasskey(origin: string): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0
  let userHandle: string | undefined

  const clientData = (type: string, challenge: string, faults: PasskeyFaults) =>
    Buffer.from(
      JSON.stringify({
        type: faults.type ?? type,
        challenge: faults.challenge ?? challenge,
        origin: faults.origin ?? origin,
        crossOrigin: faults.crossOrigin ?? false,
      }),
    )
  const authenticatorData = (rpId: string, flags: number, faults: PasskeyFaults) => {
    counter = faults.counter ?? counter + 1
    const data = Buffer.alloc(37)
    createHash('sha256')
      .update(faults.rpId ?? rpId)
      .digest()
      .copy(data)
    const present = faults.userPresent === false ? 0 : 0x01
    const verified = faults.userVerified === false ? 0 : 0x04
    data.writeUInt8(flags | present | verified, 32)
    data.writeUInt32BE(counter, 33)
    return data
  }

  return {
    credentialId: () => id.toString('base64url'),
    register(options, faults = {}) {
      userHandle = options.user.id
      const data = Buffer.concat([
        authenticatorData(options.rp.id, 0x40, faults), // attested credential data follows
        Buffer.alloc(16), // no model
        Buffer.from([0, id.length]),
        id,
        coseKey(publicKey),
      ])
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        cborText('fmt'),
        cborText('none'),
        cborText('attStmt'),
        Buffer.from([0xa0]),
        cborText('authData'),
        cborBytes(data),
      ])
      return {
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key',
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, faults).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      }
    },
    sign(options, faults = {}) {
      const client = clientData('webauthn.get', options.challenge, faults)
      const data = authenticatorData(options.rpId, 0, faults)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key',
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
          ...(userHandle === undefined ? {} : { userHandle }),
        },
        clientExtensionResults: {},
      }
    },
  }
}

/** An EC2 key of COSE (RFC 9052 section 7): kty 2, alg -7, crv 1, x, y. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from('a5010203262001', 'hex'),
    Buffer.from([0x21]),
    cborBytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    cborBytes(Buffer.from(y, 'base64url')),
  ])
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)]) // shorter than 24
}

function cborBytes(bytes: Buffer): Buffer {
  const head =
    bytes.length < 24
      ? [0x40 | bytes.length]
      : bytes.length < 256
        ? [0x58, bytes.length]
        : [0x59, bytes.length >> 8, bytes.length & 0xff]
  return Buffer.concat([Buffer.from(head), bytes])
}
