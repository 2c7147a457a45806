import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNonces, nonceLifeSeconds } from '#gateway/devices/nonce.ts'
import { delegateKid, deviceKid, issuer } from '#test/support/a-wire.ts'

const master = Uint8Array.from({ length: 32 }, (_, index) => index)
const nonces = createNonces(master, issuer)
const start = 29_925_180 * 60

describe('A nonce', () => {
  it('is taken for as long as it is promised, and at most 300 s', () => {
    fc.assert(
      fc.property(fc.nat({ max: 59 }), fc.integer({ min: -400, max: 700 }), (second, later) => {
        const issued = start + second
        const taken = nonces.accepts(nonces.issue('device', deviceKid, issued), 'device', deviceKid, issued + later)
        if (later >= 0 && later <= nonceLifeSeconds) expect(taken).toBe(true)
        if (later >= 300) expect(taken).toBe(false)
        if (later < -119) expect(taken).toBe(false) // a replica whose clock is behind may see it up to two steps early
      }),
    )
  })

  it('is taken one step early, for the clock of another replica, and no earlier', () => {
    const nonce = nonces.issue('device', deviceKid, start)
    expect(nonces.accepts(nonce, 'device', deviceKid, start - 1)).toBe(true)
    expect(nonces.accepts(nonce, 'device', deviceKid, start - 60)).toBe(true)
    expect(nonces.accepts(nonce, 'device', deviceKid, start - 61)).toBe(false)
  })

  it('is taken until its fifth minute ends', () => {
    const nonce = nonces.issue('device', deviceKid, start)
    expect(nonces.accepts(nonce, 'device', deviceKid, start + 299)).toBe(true)
    expect(nonces.accepts(nonce, 'device', deviceKid, start + 300)).toBe(false)
  })

  it('is good for its key, its use, its gateway and its secret alone', () => {
    const nonce = nonces.issue('device', deviceKid, start)
    expect(nonces.accepts(nonce, 'device', delegateKid, start)).toBe(false)
    expect(nonces.accepts(nonce, 'dpop', deviceKid, start)).toBe(false)
    expect(createNonces(master, 'https://gate.example.org').accepts(nonce, 'device', deviceKid, start)).toBe(false)
    expect(createNonces(new Uint8Array(32), issuer).accepts(nonce, 'device', deviceKid, start)).toBe(false)
    expect(createNonces(master, issuer).accepts(nonce, 'device', deviceKid, start)).toBe(true)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', [nonces.issue('device', deviceKid, start)]],
    ['an empty text', ''],
    ['a shorter one', nonces.issue('device', deviceKid, start).slice(1)],
    ['one with padding', `${nonces.issue('device', deviceKid, start)}=`],
    ['one of the standard alphabet', nonces.issue('device', deviceKid, start).replace(/[-_]/g, '+')],
    ['zeros', 'A'.repeat(43)],
  ])('is not %s', (_what, given) => {
    expect(nonces.accepts(given, 'device', deviceKid, start)).toBe(false)
  })

  it('has one spelling: unused bits may not be set', () => {
    const nonce = nonces.issue('device', deviceKid, start)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const taken = [...alphabet].filter((last) => nonces.accepts(nonce.slice(0, 42) + last, 'device', deviceKid, start))
    expect(taken).toEqual([nonce.charAt(42)])
  })

  it('keeps uses apart even where key and use could run together', () => {
    expect(nonces.issue('device', 'x', start)).not.toBe(nonces.issue('dpop', 'x', start))
    expect(createNonces(master, 'a\0b').issue('device', 'c', start)).toBeTypeOf('string')
  })
})
