import { isIP } from 'node:net'
import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ServiceTokenRecord } from '#gateway/storage/service-token-store.ts'
import { hash } from '#runtime/digest.ts'
import { randomSecret, uuidV7 } from '#runtime/random-id.ts'
import { type Acting, eventBase, type SignedAct } from './acting.ts'

const mostLive = 50
const longestSeconds = 400 * 86_400
const usedEverySeconds = 60
export const tokenForm = /^pst_[A-Za-z0-9_-]{43}$/

export type TokenWish = {
  readonly name: string
  readonly scopes: readonly string[]
  readonly expires_at: number
  readonly from?: readonly string[]
}

/** Makes a token by which a program reads. Failures: `state_conflict` (50 live), `schema_invalid` (its end, a range). */
export async function addServiceToken(
  rows: Rows,
  wish: TokenWish,
  acting: Acting & { readonly person: string },
  signed: SignedAct,
): Promise<{ readonly token: string; readonly record: ServiceTokenRecord }> {
  const now = Math.floor(acting.nowMs / 1000)
  const wrong = (pointer: string, detail: string) => new Failure('schema_invalid', { errors: [{ pointer, detail }] })
  if (wish.expires_at <= now || wish.expires_at > now + longestSeconds)
    throw wrong('/expires_at', 'must be within 400 days')
  for (const [index, range] of (wish.from ?? []).entries())
    if (!isRange(range)) throw wrong(`/from/${index}`, 'must be a range with its length, such as 10.0.0.5/32')
  const live = (await rows.serviceTokens.list()).filter((token) => tokenState(token, now) === 'open')
  if (live.length >= mostLive) throw new Failure('state_conflict', { state: 'full' })
  const token = `pst_${randomSecret()}`
  const record: ServiceTokenRecord = {
    id: uuidV7(acting.nowMs),
    tokenHash: hash(token),
    name: wish.name,
    scopes: [...new Set(wish.scopes)].sort(),
    from: wish.from ?? [],
    madeBy: acting.person,
    madeAt: now,
    expiresAt: wish.expires_at,
    usedAt: null,
    revokedAt: null,
  }
  await rows.serviceTokens.insert(record)
  await recordEvent(rows, {
    type: 'service-token-made',
    ...eventBase(acting, signed, { name: { text: record.name } }),
    object: { system: `service-token/${record.id}` },
    members: { token_id: record.id, scopes: record.scopes, expires_at: record.expiresAt, signed: signed.signed },
  })
  return { token, record }
}

/** Takes a token back. Failures: `not_found`, `state_conflict`. */
export async function revokeServiceToken(rows: Rows, id: string, acting: Acting): Promise<void> {
  const now = Math.floor(acting.nowMs / 1000)
  const token = await rows.serviceTokens.find(id)
  if (token === undefined) throw new Failure('not_found', {})
  const state = tokenState(token, now)
  if (state !== 'open' || !(await rows.serviceTokens.revoke(id, now))) throw new Failure('state_conflict', { state })
  await recordEvent(rows, {
    type: 'service-token-revoked',
    ...eventBase(acting),
    object: { system: `service-token/${id}` },
    members: { token_id: id, scopes: token.scopes, expires_at: token.expiresAt, signed: null },
  })
}

export function tokenState({ revokedAt, expiresAt }: ServiceTokenRecord, now: number): 'open' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked'
  return expiresAt > now ? 'open' : 'expired'
}

/** Whether the time of this use is worth a write. */
export function isUsedAnew({ usedAt }: ServiceTokenRecord, now: number): boolean {
  return usedAt === null || now - usedAt >= usedEverySeconds
}

function isRange(text: string): boolean {
  const [network = '', prefix = '', ...rest] = text.split('/')
  const kind = isIP(network)
  return rest.length === 0 && kind !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (kind === 4 ? 32 : 128)
}
