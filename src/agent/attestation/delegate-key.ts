import type { PublicJwk } from '#contract/wire-types.ts'
import type { Clock } from '#runtime/clock.ts'
import { makeP256Key } from './p256-key.ts'

/** The short-lived key an access token is bound to (protocol.md section 5). A proof needs the key its token was issued for. */
export type DelegateKey = {
  readonly publicJwk: PublicJwk
  /** RFC 7638 thumbprint, `jkt`. */
  readonly kid: string
  /** ES256 as r ‖ s, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

const longestUseMs = 24 * 60 * 60 * 1000

/** Gives the delegate key of this process; it is never written down, and a day later it is another one. */
export function delegateKeys(clock: Pick<Clock, 'nowMs'>): { current(): DelegateKey } {
  let held: { readonly key: DelegateKey; readonly madeAtMs: number } | undefined
  return {
    current() {
      const now = clock.nowMs()
      const isFresh = held !== undefined && now >= held.madeAtMs && now - held.madeAtMs < longestUseMs
      if (held === undefined || !isFresh) held = { key: makeDelegateKey(), madeAtMs: now }
      return held.key
    },
  }
}

function makeDelegateKey(): DelegateKey {
  const key = makeP256Key()
  return { publicJwk: key.publicJwk, kid: key.kid, sign: (bytes) => Promise.resolve(key.sign(bytes)) }
}
