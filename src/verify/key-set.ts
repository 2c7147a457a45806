import { calculateJwkThumbprint } from 'jose'
import { anyJwks } from '#contract/enrollment.ts'
import { type PublicJwk, publicJwk } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'

/** Public keys by thumbprint. Only keys meant for the use asked for are in it. */
export type KeySet = ReadonlyMap<string, PublicJwk>

export type KeyUse = 'agent' | 'assertion' | 'event'

/**
 * The keys of one `postern_use` from a fetched `jwks.json`. A key with another `use` or `key_ops`, a `kid` that is not
 * its thumbprint (RFC 7638), or a `kid` that stands twice, in whatever use, makes the whole set unusable:
 * `Failure('token_invalid')`.
 */
export async function readKeySet(jwks: unknown, use: KeyUse): Promise<KeySet> {
  const parsed = anyJwks.safeParse(jwks)
  if (!parsed.success)
    throw new Failure('token_invalid', { reason: 'the key set is not a JWK Set' }, { cause: parsed.error })
  const names = parsed.data.keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]))
  if (new Set(names).size < names.length)
    throw new Failure('token_invalid', { reason: 'a key name stands twice in the set' })
  const keys = new Map<string, PublicJwk>()
  for (const entry of parsed.data.keys) {
    if (entry['postern_use'] !== use || entry.kty !== 'EC') continue
    if (entry['use'] !== 'sig' || entry['alg'] !== 'ES256' || !verifies(entry['key_ops']))
      throw new Failure('token_invalid', { reason: 'a key of the set is not for ES256 signatures' })
    const key = await keyOf(entry)
    const kid = await calculateJwkThumbprint(key)
    if (entry.kid !== kid)
      throw new Failure('token_invalid', { reason: 'a key of the set is not named by its thumbprint' })
    keys.set(kid, key)
  }
  return keys
}

/** A set of exactly these keys, each named by its thumbprint: for a device key, or keys pinned before. */
export async function keySetOf(keys: readonly PublicJwk[]): Promise<KeySet> {
  return new Map(await Promise.all(keys.map(async (key) => [await calculateJwkThumbprint(key), key] as const)))
}

async function keyOf(entry: { readonly [name: string]: unknown }): Promise<PublicJwk> {
  const parsed = publicJwk.safeParse({ kty: entry['kty'], crv: entry['crv'], x: entry['x'], y: entry['y'] })
  if (!parsed.success || 'd' in entry)
    throw new Failure('token_invalid', { reason: 'a key of the set is not a public P-256 key' })
  return parsed.data
}

function verifies(operations: unknown): boolean {
  return (
    operations === undefined || (Array.isArray(operations) && operations.length === 1 && operations[0] === 'verify')
  )
}
