import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Ownership } from '#gateway/storage/device-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { randomSecret, uuidV7 } from '#runtime/random-id.ts'

/** How long an enrolment token may be used, in seconds. */
export const tokenLifeSeconds = 86_400

export type TokenWish = {
  readonly email: string
  readonly ownership: Ownership
  /** When the device ends by itself, Unix seconds. */
  readonly until: number | null
  readonly assetTag?: string
  readonly serialHash?: string
}

export type IssuedToken = {
  /** 43 characters; told once and kept only as a hash. */
  readonly code: string
  readonly expiresAt: number
  readonly owner: { readonly name: string; readonly email: string }
}

/** Makes a one-use enrolment token for a person. Failure: `unknown_person`. Inside a transaction. */
export async function issueToken(rows: Rows, wish: TokenWish, nowMs: number): Promise<IssuedToken> {
  const owner = await rows.people.findByEmail(wish.email)
  if (owner === undefined || owner.status !== 'active') throw new Failure('unknown_person', { email: wish.email })
  const at = Math.floor(nowMs / 1000)
  const code = randomSecret()
  const id = uuidV7(nowMs)
  const expiresAt = at + tokenLifeSeconds
  await rows.tokens.insert({
    id,
    tokenHash: hash(code),
    ownerId: owner.id,
    ownership: wish.ownership,
    until: wish.until,
    assetTag: wish.assetTag ?? null,
    serialHash: wish.serialHash ?? null,
    createdAt: at,
    createdBy: null,
    expiresAt,
    usedAt: null,
    usedKid: null,
    revokedAt: null,
  })
  await recordEvent(rows, {
    type: 'enrollment-token-made',
    at,
    actor: null,
    object: { person: owner.id },
    members: { token_id: id, ownership: wish.ownership, until: wish.until, expires_at: expiresAt, batch: null },
  })
  return { code, expiresAt, owner: { name: owner.name, email: owner.email } }
}
