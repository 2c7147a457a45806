/** What the session's Secret Service came to. A store that could not be judged is `unknown`, never `no-service`. */
export type SecretServiceState =
  /** Somebody answers for `org.freedesktop.secrets`. Without a default collection nothing is locked, and nothing can be read. */
  | { readonly kind: 'reachable'; readonly locked: boolean; readonly hasCollection: boolean }
  | { readonly kind: 'no-bus' }
  | { readonly kind: 'no-service' }
  | { readonly kind: 'unknown'; readonly why: 'timed-out' | 'denied' | 'unrecognised-output' | 'not-supported-here' }

/** The Secret Service, asked without a prompt and within a time limit: no question waits for a person. */
export type SecretService = {
  /** Whether `org.freedesktop.secrets` has an owner on the session bus now, or can be started by it. */
  hasOwner(): Promise<'yes' | 'activatable' | 'no' | 'no-bus' | 'unknown'>
  /** Whether the default collection is locked. `no-collection`: the service answers and has none. */
  isLocked(): Promise<'yes' | 'no' | 'no-collection' | 'unknown'>
  /** Both questions, judged: what a key store decides by. */
  state(): Promise<SecretServiceState>
  /** Tells when the state may have become better: unlocked, or come. Absent where nobody tells. */
  onHint?(tell: () => void): () => void
}
