import { createHmac, hash as digest, timingSafeEqual } from 'node:crypto'

/** base64url(SHA-256(x)), 43 characters: the `hash(x)` of protocol.md section 1. */
export function hash(content: string | Uint8Array): string {
  return digest('sha256', content, 'base64url')
}

/** SHA-256 in hex, as `sha256sum` prints it. */
export function hexHash(content: string | Uint8Array): string {
  return digest('sha256', content, 'hex')
}

/** base64url(HMAC-SHA-256(key, x)), 43 characters. */
export function keyedHash(key: Uint8Array, content: string | Uint8Array): string {
  return createHmac('sha256', key).update(content).digest('base64url')
}

/** Compares two texts without telling by time where they differ. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(digest('sha256', left, 'buffer'), digest('sha256', right, 'buffer'))
}
