import { randomBytes } from 'node:crypto'

/** 128 random bits as 22 characters of base64url: `jti`, `hid`, `draft_id`, `enrollment_id`. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}

/** 256 random bits as 43 characters of base64url: tokens and authorities. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** A UUIDv7 (RFC 9562 section 5.7) at the given time in milliseconds. */
export function uuidV7(nowMs: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
