import { randomBytes } from 'node:crypto'
import type { Rows } from '#gateway/storage/rows.ts'

/** The public salt of serial and machine hashes, 43 characters; made once per gateway and never changed (protocol.md section 2). */
export async function hintSalt(rows: Pick<Rows, 'meta'>): Promise<string> {
  const known = await rows.meta.get('hint-salt')
  if (known !== undefined) return known
  const salt = randomBytes(32).toString('base64url')
  await rows.meta.put('hint-salt', salt)
  return salt
}
