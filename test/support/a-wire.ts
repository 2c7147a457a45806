import { createPrivateKey, sign } from 'node:crypto'
import { type AttestationClaims, attestationClaims } from '#contract/attestation-claims.ts'
import type { PostureAssertionClaims, PostureResultClaims } from '#contract/gateway-messages.ts'

/** The worked example of protocol.md section 4.1, and messages around it. */

/** The device key: RFC 7515 appendix A.3. */
export const deviceKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
} as const
export const deviceJwk = { kty: 'EC', crv: 'P-256', x: deviceKey.x, y: deviceKey.y } as const
export const deviceKid = 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'

/** The public key of the RFC 9449 examples. */
export const delegateJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
} as const
export const delegateKid = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

/** Another key, for what must not verify: the key of wycheproof's ES256 group. */
export const strangerKey = {
  kty: 'EC',
  crv: 'P-256',
  x: '04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY',
  y: 'UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw',
  d: 'yy49oPcINGK2ps0LmtxpB6UTEOiITghHBif6wDqmJ3c',
} as const
export const strangerJwk = { kty: 'EC', crv: 'P-256', x: strangerKey.x, y: strangerKey.y } as const

export const issuer = 'https://gate.example.com'
export const deviceId = '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1'
export const deviceUrn = `urn:uuid:${deviceId}`
/** `iat` of the example. */
export const exampleTime = 1_795_510_812

/** As printed, without the white space between members: 1359 bytes. */
export const examplePayload = [
  '{"eat_profile":"tag:postern.dev,2026:posture-eat:1",',
  '"iss":"urn:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1","aud":"https://gate.example.com",',
  '"iat":1795510812,"exp":1795510932,"jti":"Zk3vQ0mXr8LwT1yHc9bNeg",',
  '"eat_nonce":"UQwdJ7VGV1Y6NHU0t9Vx1IyV8N8AC7_-3imJqKXP3B8",',
  '"seq":42,"prev":"v7GQuewQv7kcsQ-MCrfdk_Vn2nxZ8HZP33G8hvEUmXc","intuse":"generic",',
  '"sueids":{"postern.dev":"AZ08Hwt6Xkwti28QITJDVGo"},',
  '"swname":"postern-agent","swversion":["1.0.0",16384],',
  '"oemboot":true,"dbgstat":"disabled","uptime":86512,"bootcount":57,',
  '"delegate":{"jwk":{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}},',
  '"submods":{',
  '"os":{"platform":"macos","arch":"arm64","virtual":"no"},',
  '"posture":{"signals":[',
  '{"id":"os-version","st":"observed","v":{"name":"macOS","version":"26.5.1","build":"25F80"},"at":1795510810,"ms":11,"src":"sw_vers"},',
  '{"id":"disk-encryption","st":"observed","v":{"state":"on"},"at":1795510810,"ms":64,"src":"fdesetup"},',
  '{"id":"firewall","st":"observed","v":{"state":"on","blockAll":false},"at":1795510810,"ms":38,"src":"socketfilterfw"},',
  '{"id":"enrollment","st":"unknown","why":"timed-out","at":1795510810,"ms":5000,"src":"profiles"}]},',
  '"agent":{"key_store":"keytar","integrity":"signed","channel":"stable","config_seq":7,"config_hash":"Hij226hFbSyY7z2lvajSeTvXbvIho7_3D6jSvrC4rcI","managed":false}}}',
].join('')

export const exampleHeader = '{"alg":"ES256","typ":"eat+jwt","kid":"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"}'
export const exampleSignature = 'zW4wIq4gJ0uUkfApXQ7O0yXC6fR_uBcsUphUoL8pdPjuO4z8jyxezHYkxBvomakw1Xwz4S89qxp-eL0mW6ZlOg'
export const exampleJws = `${segment(exampleHeader)}.${segment(examplePayload)}.${exampleSignature}`

/** The claims of the example, to be changed by a test. */
export function exampleClaims(): AttestationClaims {
  return attestationClaims.parse(JSON.parse(examplePayload))
}

export function segment(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url')
}

export type PrivateJwk = {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
}

/** A compact JWS over exactly these two texts. */
export function signText(header: string, payload: string | Uint8Array, key: PrivateJwk = deviceKey): string {
  const input = `${segment(header)}.${segment(payload)}`
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** A compact JWS as our own programs make one. */
export function signClaims(typ: string, kid: string, claims: object, key: PrivateJwk = deviceKey): string {
  return signText(JSON.stringify({ alg: 'ES256', typ, kid }), JSON.stringify(claims), key)
}

export function aResult(members: Partial<PostureResultClaims> = {}): PostureResultClaims {
  return {
    iss: issuer,
    aud: deviceUrn,
    iat: exampleTime,
    exp: exampleTime + 2700,
    jti: 'm0b1P3dQxWv9ZkJ4sT7uYg',
    sub: deviceUrn,
    status: 'contraindicated',
    submods: { os: 'affirming', posture: 'contraindicated', agent: 'affirming' },
    tier: 'T1',
    evidence: { seq: 42, hash: 'jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c' },
    book: 'Hij226hFbSyY7z2lvajSeTvXbvIho7_3D6jSvrC4rcI',
    checks: [
      { check: 'os-current', signal: 'os-version', outcome: 'met', at: exampleTime - 2 },
      {
        check: 'managed',
        signal: 'enrollment',
        outcome: 'unknown',
        observed: { kind: 'unknown', why: 'timed-out', at: exampleTime - 2, source: 'profiles' },
        required: { text: { en: 'Managed by the organisation' }, parameters: {} },
        since: exampleTime,
        remedy: null,
      },
    ],
    resources: [
      {
        id: 'payments',
        name: 'Payments',
        access: 'refuse',
        code: 'posture_failed',
        findings: [
          {
            check: 'managed',
            outcome: 'unknown',
            enforce: 'block',
            policies: ['staff'],
            grace_until: null,
            exception: null,
          },
        ],
      },
    ],
    grants: [],
    recheck_at: exampleTime + 2700,
    next_due: exampleTime + 1800,
    ...members,
  }
}

export function anAssertion(members: Partial<PostureAssertionClaims> = {}): PostureAssertionClaims {
  return {
    iss: issuer,
    aud: 'https://pay.example.com',
    sub: '019aa0c2-7f10-7000-8000-000000000001',
    email: 'ada@example.com',
    iat: exampleTime,
    exp: exampleTime + 60,
    jti: 'q1Yw8RrT2uI5oPaS6dF9gA',
    sid: 'v7GQuewQv7kcsQ-MCrfdk_Vn2nxZ8HZP33G8hvEUmXc',
    device: { id: deviceId, tier: 'T1', status: 'affirming', at: exampleTime - 30 },
    pol: ['staff@0a1b2c3d'],
    exc: [],
    ...members,
  }
}
