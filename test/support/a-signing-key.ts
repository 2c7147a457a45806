import type { KeyStore } from '#agent/attestation/key-store.ts'
import { makeP256Key } from '#agent/attestation/p256-key.ts'

/** A device key in memory behind the key store's interface; `replace` stands for `remove` and `create`. */
export function aSigningKey(): KeyStore & { readonly created: () => number } {
  let key: ReturnType<typeof makeP256Key> | undefined
  let created = 0
  const there = () => {
    if (key === undefined) throw new Error('no key was made')
    return key
  }
  return {
    backEnd: 'keytar',
    state: async () =>
      key === undefined
        ? { kind: 'missing', reason: 'no-key' }
        : { kind: 'ok', kid: key.kid, tier: 'T1', createdAt: 1_795_510_800 },
    kid: async () => there().kid,
    publicJwk: async () => there().publicJwk,
    sign: async (bytes) => there().sign(bytes),
    async create() {
      if (key === undefined) {
        key = makeP256Key()
        created += 1
      }
      return key.publicJwk
    },
    async remove() {
      key = undefined
    },
    created: () => created,
  }
}
