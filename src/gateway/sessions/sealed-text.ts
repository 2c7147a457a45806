import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** The key of this use, from one that every replica has. */
export function sealKeyOf(master: Uint8Array): Uint8Array {
  return Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), 'postern/seal/1', 32))
}

/** AES-256-GCM: nonce, tag and cipher text, base64url. `about` must be the same when it is opened. */
export function sealText(key: Uint8Array, text: string, about: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64url')
}

/** Throws where the text was not sealed with this key for this purpose. */
export function openText(key: Uint8Array, sealed: string, about: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(Buffer.from(about))
    .setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}
