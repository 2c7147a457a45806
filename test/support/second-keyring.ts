import type { Keyring } from '#agent/attestation/key-stores/keytar-key-store.ts'

/**
 * Another library's way to the Secret Service in the shape that the key store uses: what the store promises must not hang
 * on one native module. Never falls back to the keyring of the kernel. It tells a missing entry by `undefined`.
 */
export async function secondKeyring(): Promise<Keyring> {
  const { AsyncEntry, findCredentialsAsync } = await import('@napi-rs/keyring')
  const entry = (service: string, account: string) =>
    new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
  return {
    getPassword: async (service, account) => (await entry(service, account).getPassword()) ?? null,
    setPassword: (service, account, password) => entry(service, account).setPassword(password),
    deletePassword: (service, account) => entry(service, account).deletePassword(),
    findCredentials: (service) => findCredentialsAsync(service),
  }
}
