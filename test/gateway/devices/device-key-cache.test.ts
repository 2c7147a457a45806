import { describe, expect, it } from 'vitest'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { deviceJwk, deviceKid, exampleJws, strangerJwk } from '#test/support/a-wire.ts'

const at = exampleJws.lastIndexOf('.')
const input = exampleJws.slice(0, at)
const signature = exampleJws.slice(at + 1)

describe('The cache of device keys', () => {
  it('verifies with the key it is given, again and again', () => {
    const keys = deviceKeyCache()
    expect(keys.verifies(deviceKid, deviceJwk, input, signature)).toBe(true)
    expect(keys.verifies(deviceKid, deviceJwk, input, signature)).toBe(true)
    expect(keys.verifies('another', strangerJwk, input, signature)).toBe(false)
  })

  it('goes on when it is full', () => {
    const keys = deviceKeyCache(1)
    for (let turn = 0; turn < 3; turn += 1) {
      expect(keys.verifies('another', strangerJwk, input, signature)).toBe(false)
      expect(keys.verifies(deviceKid, deviceJwk, input, signature)).toBe(true)
    }
  })

  it.each([
    ['another text', `${input}x`, signature],
    ['an empty signature', input, ''],
    ['a short signature', input, signature.slice(4)],
    ['a long signature', input, `${signature}AAAA`],
    ['zeros', input, 'A'.repeat(86)],
  ])('says no to %s, and does not throw', (_what, text, given) => {
    expect(deviceKeyCache().verifies(deviceKid, deviceJwk, text, given)).toBe(false)
  })
})
