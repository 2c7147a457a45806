import * as z from 'zod'
import { base64urlBytes, base64urlNumber, isCanonicalBase64url } from './base64url.ts'

/** The small types that every message is made of (protocol.md section 1). */

export const profile = 'tag:postern.dev,2026:posture-eat:1'

/** Unix seconds, UTC. */
export const time = z.int().min(0)
export const count = z.int().min(0)
export const text = z.string().max(4096)
export const shortText = z.string().min(1).max(64)

/** 128 random bits, 22 characters of canonical base64url. */
export const id22 = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/)
/** 256 bits, 43 characters of canonical base64url: hashes, nonces, tokens, thumbprints. */
export const id43 = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)
/** UUIDv7 (RFC 9562), lower case. */
export const uuid7 = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
export const deviceUrn = z
  .string()
  .regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

/** Sixteen random bytes behind the type byte 01 (RFC 9711 section 4.2.2). */
export const sueid = z.string().regex(/^A[Q-Za-f][A-Za-z0-9_-]{20}[AEIMQUYcgkosw048]$/)

export const base64url = (maxBytes: number) =>
  z.string().refine((value) => isCanonicalBase64url(value) && base64urlBytes(value) <= maxBytes, {
    error: `base64url of at most ${maxBytes} bytes`,
  })

/**
 * `https://host[:port]`, or a loopback form; compared as an exact string. The host is lower-case ASCII: what a URL parser
 * would read differently than a person does (a backslash, an escape, another alphabet) is no issuer.
 */
export const issuer = z
  .string()
  .max(300)
  .regex(/^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)(:[1-9][0-9]{0,4})?$/)

/** The grammar of semver.org, version 2.0.0. */
export const semver = z
  .string()
  .max(64)
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/,
  )

/** A compact JWS, form only. */
export const compactJws = z
  .string()
  .max(65_536)
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)

/** EAT `swversion`: 16384 is the semver scheme of RFC 9393. */
export const softwareVersion = z.tuple([semver, z.literal(16384)])

const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

/** A public P-256 key, nothing else in it, its point on the curve (RFC 7518 section 6.2). */
export const publicJwk = z
  .strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: id43, y: id43 })
  // A coordinate of the wrong form has its own issue already.
  .refine(({ x, y }) => isCoordinate(x) && isCoordinate(y) && isOnCurve(base64urlNumber(x), base64urlNumber(y)), {
    error: 'a point on P-256',
  })
export type PublicJwk = z.infer<typeof publicJwk>

function isCoordinate(text: string): boolean {
  return text.length === 43 && isCanonicalBase64url(text)
}

function isOnCurve(x: bigint, y: bigint): boolean {
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n
}

/** The text whose SHA-256 is the RFC 7638 thumbprint. */
export function thumbprintText(jwk: PublicJwk): string {
  return `{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`
}

/** base claims of a device (protocol.md section 1), `iss` included. */
export const deviceBase = {
  iss: deviceUrn,
  aud: issuer,
  iat: time,
  exp: time,
  jti: id22,
  eat_nonce: id43,
} as const

/** base claims of the gateway. */
export const gatewayBase = { iss: issuer, aud: deviceUrn, iat: time, exp: time, jti: id22 } as const
