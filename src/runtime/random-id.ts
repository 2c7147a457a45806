import { randomBytes, randomUUID } from 'node:crypto'

/** 128 random bits as 22 characters of base64url: `jti`, `hid`, `draft_id`, `enrollment_id`. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}

/** 256 random bits as 43 characters of base64url: tokens and authorities. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** A UUIDv7 (RFC 9562 section 5.7) at the given time in milliseconds. Its random bits are a version 4's, which Node has in stock. */
export function uuidV7(nowMs: number): string {
  const time = Math.trunc(nowMs).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
