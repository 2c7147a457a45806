/** How far a device key can be trusted (threats.md section 1): T0 a file, T1 the OS keychain, T2 a TPM, T3 a TPM whose maker is proven. */
export const keyTiers = ['T0', 'T1', 'T2', 'T3'] as const
export type KeyTier = (typeof keyTiers)[number]

export const wireKeyStores = ['tpm2', 'keytar', 'napi-keyring', 'safe-storage', 'file'] as const
export type WireKeyStore = (typeof wireKeyStores)[number]

export function isAtLeast(tier: KeyTier, wanted: KeyTier): boolean {
  return keyTiers.indexOf(tier) >= keyTiers.indexOf(wanted)
}

/** The tier a key store earns without a hardware proof; `tpm2` becomes T2 or T3 only through activation. */
export function tierOfKeyStore(store: WireKeyStore): KeyTier {
  return store === 'file' ? 'T0' : 'T1'
}
