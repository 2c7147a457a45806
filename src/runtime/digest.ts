import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** base64url(SHA-256(x)), 43 characters: the `hash(x)` of protocol.md section 1. */
export function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url')
}

/** base64url(HMAC-SHA-256(key, x)), 43 characters. */
export function keyedHash(key: Uint8Array, content: string | Uint8Array): string {
  return createHmac('sha256', key).update(content).digest('base64url')
}

/** Compares two texts without telling by time where they differ. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
}
