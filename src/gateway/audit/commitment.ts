import { hash } from 'node:crypto'

/** base64url(SHA-256(salt ‖ text)): says what was recorded without showing it. `text` is JCS, `salt` 32 random bytes. */
export function commitment(salt: Uint8Array, text: string): string {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64url')
}
