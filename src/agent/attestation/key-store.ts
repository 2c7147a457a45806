import type { KeyBackEnd } from '#contract/attestation-state.ts'
import type { PublicJwk } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'
import type { KeyTier } from '#domain/key-tier.ts'

/** Why there is no key to sign with: none was made yet, it is gone, or it was made on another machine. */
export const missingReasons = ['no-key', 'key-gone', 'other-machine'] as const
export type MissingReason = (typeof missingReasons)[number]

/** Why a key cannot be reached for now: the collection is locked, or a call (perhaps a prompt) is not answered. */
export const lockedReasons = ['collection-locked', 'no-answer'] as const
export type LockedReason = (typeof lockedReasons)[number]

export const unavailableReasons = [
  'no-session-bus',
  'no-secret-service',
  'no-collection', // the service answers, and has nowhere to keep anything
  'cannot-ask', // nothing here could tell whether the service is locked, so it is left alone
  'not-judged', // the service gave no usable answer
  'back-end-missing', // the native module does not load
  'back-end-error',
  'not-kept', // what was stored did not come back
  'recorded-elsewhere', // the record names another back-end, and no tier is changed silently
  'file-not-allowed',
  'file-link',
  'file-kind',
  'file-owner',
  'file-mode',
  'file-system', // not known to be a local one
] as const
export type UnavailableReason = (typeof unavailableReasons)[number]

export type LockedKey = { readonly kind: 'locked'; readonly reason: LockedReason }
export type UnavailableKey = { readonly kind: 'unavailable'; readonly reason: UnavailableReason }
export type NoKey = { readonly kind: 'missing'; readonly reason: MissingReason } | LockedKey | UnavailableKey

/** The five states of desktop.md section 10. Only `ok` and `file` sign. */
export type KeyState =
  | { readonly kind: 'ok' | 'file'; readonly kid: string; readonly tier: KeyTier; readonly createdAt: number }
  | NoKey

/**
 * The device key, wherever it is kept. It signs and never hands out a key. Each call judges the state anew, so a keychain
 * that is locked stops signing at once. Failures of all but `state`: `key_missing`, `key_locked`, `key_unavailable`,
 * `file_key_refused`, their `reason` one of the lists above. Failures of all: `state_unreadable`, `state_too_new`.
 */
export type KeyStore = {
  readonly backEnd: KeyBackEnd
  state(): Promise<KeyState>
  /** RFC 7638 thumbprint of the key on record; the secret is not read for it. */
  kid(): Promise<string>
  publicJwk(): Promise<PublicJwk>
  /** ES256 over the bytes as given: r ‖ s, 64 bytes (RFC 7518 section 3.4). */
  sign(bytes: Uint8Array): Promise<Uint8Array>
  /** Makes the key, unless there is one: then nothing is made. Refused while the state is locked or not known. */
  create(): Promise<PublicJwk>
  /** Ends the key and its record. Without a key there is nothing to do; refused where the store cannot be reached. */
  remove(): Promise<void>
}

/** The failure that says why a key cannot be used. */
export function keyFailure(state: NoKey): Failure {
  if (state.kind === 'locked') return new Failure('key_locked', {})
  if (state.kind === 'missing') return new Failure('key_missing', { reason: state.reason })
  return new Failure(isOfFile(state.reason) ? 'file_key_refused' : 'key_unavailable', { reason: state.reason })
}

function isOfFile(reason: UnavailableReason): boolean {
  return reason.startsWith('file-')
}
