import type { RelyingParty } from '#gateway/audit/signed-statement.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** What sessions and passkeys need beside their rows. */
export type SessionPorts = {
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly issuer: string
  readonly party: RelyingParty
  /** Shown by the authenticator, beside the name of the person. */
  readonly organisation: string
  /** Pools of the book in force that hold a person: `group:<id>`, `role:<name>`. */
  readonly poolsOf: (rows: Rows, personId: string) => Promise<readonly string[]>
  /** Whether the settings name people. */
  readonly listed: boolean
  /** 32 bytes that seal what the database must not give away. */
  readonly sealKey: Uint8Array
}
