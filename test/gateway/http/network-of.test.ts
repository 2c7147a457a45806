import { describe, expect, it } from 'vitest'
import { networkOf } from '#gateway/http/network-of.ts'

describe('An address', () => {
  const cases = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:0001:2:ffff::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8::', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ] as const
  for (const [address, network] of cases)
    it(`counts by what its holder owns: ${address}`, () => {
      expect(networkOf(address)).toBe(network)
    })
})
