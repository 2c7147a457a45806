import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Evidence } from '#contract/audit-attachments.ts'

/** A passkey in software, in the hands of a test: real WebAuthn bytes. */
export type TestPasskey = {
  readonly credentialId: string
  /** COSE, base64url. */
  readonly publicKey: string
  assert(challenge: Uint8Array, changes?: AssertionChanges): Evidence
}

export type AssertionChanges = {
  readonly type?: string
  readonly origin?: string
  readonly rpId?: string
  readonly flags?: number
  readonly counter?: number
  readonly client?: object
}

export function aPasskey(kind: 'ES256' | 'RS256' = 'ES256', origin = 'https://gate.example.com'): TestPasskey {
  const { privateKey, publicKey } =
    kind === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const credentialId = randomBytes(16).toString('base64url')
  const cose = coseOf(publicKey, kind).toString('base64url')
  return {
    credentialId,
    publicKey: cose,
    assert(challenge, changes = {}) {
      const clientData = Buffer.from(
        JSON.stringify({
          type: changes.type ?? 'webauthn.get',
          challenge: Buffer.from(challenge).toString('base64url'),
          origin: changes.origin ?? origin,
          crossOrigin: false,
          ...changes.client,
        }),
      )
      const data = Buffer.alloc(37)
      createHash('sha256')
        .update(changes.rpId ?? new URL(origin).hostname)
        .digest()
        .copy(data)
      data.writeUInt8(changes.flags ?? 0x05, 32)
      data.writeUInt32BE(changes.counter ?? 0, 33)
      const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
      return {
        credential_id: credentialId,
        client_data_json: clientData.toString('base64url'),
        authenticator_data: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        public_key: cose,
      }
    },
  }
}

function coseOf(key: KeyObject, kind: 'ES256' | 'RS256'): Buffer {
  const jwk = key.export({ format: 'jwk' })
  const part = (text: string | undefined) => {
    const bytes = Buffer.from(text ?? '', 'base64url')
    const head =
      bytes.length < 24
        ? [0x40 | bytes.length]
        : bytes.length < 256
          ? [0x58, bytes.length]
          : [0x59, bytes.length >> 8, bytes.length & 255]
    return Buffer.concat([Buffer.from(head), bytes])
  }
  if (kind === 'ES256')
    return Buffer.concat([
      Buffer.from('a5010203262001', 'hex'),
      Buffer.from([0x21]),
      part(jwk.x),
      Buffer.from([0x22]),
      part(jwk.y),
    ])
  return Buffer.concat([Buffer.from('a401030339010020', 'hex'), part(jwk.n), Buffer.from([0x21]), part(jwk.e)])
}
