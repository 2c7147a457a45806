/** A person as policies see one. `email` is the canonical address; groups are those in force now. */
export type Person = {
  readonly id: string
  readonly email: string
  readonly status: 'active' | 'inactive'
  readonly groups: readonly string[]
  readonly team?: string
}
