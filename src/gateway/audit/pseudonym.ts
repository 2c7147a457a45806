import { keyedHash } from '#runtime/digest.ts'

/** For documents and parts of the system, which are no secret: 32 zero bytes. */
export const openPseudonymKey = new Uint8Array(32)

/** base64url(HMAC-SHA-256(key, "postern/pseudonym/1" ‖ 00 ‖ kind ‖ 00 ‖ id)) (audit.md section 2). */
export function pseudonym(key: Uint8Array, kind: 'person' | 'device' | 'document' | 'system', id: string): string {
  return keyedHash(key, `postern/pseudonym/1\0${kind}\0${id}`)
}
