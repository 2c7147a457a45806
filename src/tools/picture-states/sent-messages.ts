import { hash } from 'node:crypto'
import type { SentHead, SentWhole } from '#contract/agent-windows.ts'
import { deviceId, issuer, kid, minute, now, readings } from './company.ts'
import { description } from './enroll-states.ts'

/** Messages of the ledger, whose sizes and hashes are those of the bytes that are shown. */

const encode = (text: string) => Buffer.from(text).toString('base64url')

/** A compact JWS of this content. Its signature is made up: nothing here verifies it. */
export function aMessage(id: string, typ: string, payload: object, parts: Partial<SentHead> = {}): SentWhole {
  const header = JSON.stringify({ alg: 'ES256', kid, typ })
  const body = JSON.stringify(payload)
  const signature = Buffer.from(hash('sha512', body, 'buffer')).toString('base64url')
  const jws = `${encode(header)}.${encode(body)}.${signature}`
  return {
    id,
    typ,
    at: now - 12 * minute,
    bytes: Buffer.byteLength(jws),
    receiver: issuer,
    reason: 'interval',
    outcome: 'accepted',
    code: null,
    ...parts,
    jws,
    header,
    payload: body,
    sha256: hash('sha256', jws, 'hex'),
  }
}

const base = (iat: number) => ({
  iss: `urn:uuid:${deviceId}`,
  aud: issuer,
  iat,
  exp: iat + 300,
  jti: 'k4W9xQ7mTzB1nLc5hYw8Rg',
  eat_nonce: 'fH2kV9xQ7mTzB1nLc5hYw8RdG2uJoFeAtX4iKr6qWyM',
})

/** A report as the agent signs it (protocol.md section 4). */
export function aReport(id: string, seq: number, parts: Partial<SentHead> = {}): SentWhole {
  const at = parts.at ?? now - 12 * minute
  const claims = {
    eat_profile: 'tag:postern.dev,2026:posture-eat:1',
    ...base(at),
    seq,
    prev: 'sP3kV9xQ7mTzB1nLc5hYw8RdG2uJoFeAtX4iKr6qWyM',
    intuse: 'generic',
    sueids: { 'postern.dev': 'AQx7mTzB1nLc5hYw8RdG2uA' },
    swname: 'postern',
    swversion: ['1.4.0', 16384],
    hwmodel: encode('Apple MacBook Pro 14'),
    uptime: 183_204,
    delegate: {
      jwk: {
        kty: 'EC',
        crv: 'P-256',
        x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
        y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
      },
    },
    submods: {
      os: { platform: 'macos', arch: 'arm64', virtual: 'none' },
      posture: { signals: readings().filter((reading) => isAgreed(reading.id)) },
      agent: { key_store: 'keytar', integrity: 'signed', channel: 'stable', config_seq: 41, managed: false },
    },
  }
  return aMessage(id, 'eat+jwt', claims, parts)
}

/** A field that nobody asked for is in no report. */
function isAgreed(field: string): boolean {
  return description.fields.some((each) => each === field)
}

export function headOfMessage(message: SentWhole): SentHead {
  const { jws: _jws, header: _header, payload: _payload, sha256: _sha256, ...head } = message
  return head
}
