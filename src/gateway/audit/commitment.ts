import { createHash } from 'node:crypto'

/** base64url(SHA-256(salt ‖ text)): says what was recorded without showing it. `text` is JCS, `salt` 32 random bytes. */
export function commitment(salt: Uint8Array, text: string): string {
  return createHash('sha256').update(salt).update(text).digest('base64url')
}
