import type { PublicJwk } from '#contract/wire-types.ts'
import type { GatewayKeys, KeyUse, SigningKey } from './signing-keys.ts'

/** The uses whose keys others must know. What `token` signs only the gateway reads. */
export const publishedUses = ['agent', 'assertion', 'event'] as const satisfies readonly KeyUse[]

export type PublishedKey = PublicJwk & {
  readonly kid: string
  readonly alg: 'ES256'
  readonly use: 'sig'
  readonly postern_use: (typeof publishedUses)[number]
}

/** How long `/.well-known/postern/jwks.json` may be cached; a new key is published twice as long before its first use. */
export const keySetMaxAgeSeconds = 3600

/** Content of `/.well-known/postern/jwks.json` (protocol.md section 2). */
export function keySet(keys: GatewayKeys): { readonly keys: readonly PublishedKey[] } {
  return {
    keys: publishedUses.map((use) => {
      const { jwk, kid } = keys[use]
      return { ...jwk, kid, alg: 'ES256', use: 'sig', postern_use: use }
    }),
  }
}

/** The keys an `agent-config+jwt` pins. */
export function pinnedKeys(
  keys: Pick<GatewayKeys, 'agent'>,
): readonly { readonly jwk: PublicJwk; readonly not_before: number }[] {
  return [keys.agent].map(({ jwk, notBefore }: SigningKey) => ({ jwk, not_before: notBefore }))
}
