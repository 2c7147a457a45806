import type { MintedGrant, NewMove } from './moves.ts'
import type { GrantState } from './states.ts'
import type { Terms } from './terms.ts'

/** When a grant counts: `notBefore ≤ now < notAfter`, Unix seconds. */
export type GrantInterval = { readonly notBefore: number; readonly notAfter: number }

/**
 * The interval of terms minted at an instant (exceptions.md section 2): without `not_before` the whole duration from
 * minting on, however long it was pending; a planned window does not slide, and is over where it is over. Nothing
 * reaches past `until`, at which a borrowed device goes. Undefined where nothing is left of it.
 */
export function grantInterval(
  { not_before, duration_s }: Pick<Terms, 'not_before' | 'duration_s'>,
  mintedAt: number,
  until: number | null = null,
): GrantInterval | undefined {
  const notBefore = Math.max(mintedAt, not_before ?? mintedAt)
  const end = (not_before ?? mintedAt) + duration_s
  const notAfter = until === null ? end : Math.min(end, until)
  return notAfter > notBefore ? { notBefore, notAfter } : undefined
}

/** G1: the grant of approved terms, live at once, or at its time. */
export function mintGrant(
  id: string,
  terms: Pick<Terms, 'checks' | 'resources' | 'controls'>,
  { notBefore, notAfter }: GrantInterval,
  mintedAt: number,
): Extract<NewMove, { type: 'grant-minted' }> {
  const { checks, resources, controls } = terms
  const grant: MintedGrant = { id, checks, resources, controls, notBefore, notAfter }
  const state: GrantState = notBefore > mintedAt ? 'scheduled' : 'active'
  return { type: 'grant-minted', at: mintedAt, actor: null, state, grant }
}
