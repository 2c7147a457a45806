import { describe, expect, it } from 'vitest'
import { isAtLeast, keyTiers, tierOfKeyStore, wireKeyStores } from '#domain/key-tier.ts'

describe('Key tiers', () => {
  it('rise from T0 to T3', () => {
    for (const [index, tier] of keyTiers.entries())
      for (const [other, wanted] of keyTiers.entries()) expect(isAtLeast(tier, wanted)).toBe(index >= other)
  })

  it('are earned by a store alone up to T1: hardware needs its proof', () => {
    expect(wireKeyStores.map((store) => [store, tierOfKeyStore(store)])).toEqual([
      ['tpm2', 'T1'],
      ['keytar', 'T1'],
      ['napi-keyring', 'T1'],
      ['safe-storage', 'T1'],
      ['file', 'T0'],
    ])
  })
})
