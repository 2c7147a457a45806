import { id43 } from '#contract/wire-types.ts'
import type { Clock } from '#runtime/clock.ts'

export type NonceUse = 'device' | 'dpop'

/** The newest nonce of each use. Nonces are bound to a key, so one for another key does not count. */
export type NewestNonces = {
  /** `undefined` when there is none, or it is older than it was said to live. */
  newest(use: NonceUse, kid: string): string | undefined
  keep(use: NonceUse, kid: string, nonce: string | undefined, lifeSeconds?: number): void
  forget(use: NonceUse): void
}

/** What `POST /v1/nonce` says, for nonces that come in a header without it (protocol.md section 2). */
const usualLifeSeconds = 240

export function newestNonces(clock: Pick<Clock, 'nowMs'>): NewestNonces {
  const kept = new Map<NonceUse, { readonly kid: string; readonly nonce: string; readonly untilMs: number }>()
  return {
    newest(use, kid) {
      const found = kept.get(use)
      return found !== undefined && found.kid === kid && clock.nowMs() < found.untilMs ? found.nonce : undefined
    },
    keep(use, kid, nonce, lifeSeconds = usualLifeSeconds) {
      if (nonce === undefined || !id43.safeParse(nonce).success) return
      kept.set(use, { kid, nonce, untilMs: clock.nowMs() + lifeSeconds * 1000 })
    },
    forget(use) {
      kept.delete(use)
    },
  }
}
