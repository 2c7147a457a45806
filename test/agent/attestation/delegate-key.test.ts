import { describe, expect, it } from 'vitest'
import { delegateKeys } from '#agent/attestation/delegate-key.ts'
import { thumbprintText } from '#contract/wire-types.ts'
import { hash } from '#runtime/digest.ts'
import { aClock } from '#test/support/a-clock.ts'
import { isSignedBy } from '#test/support/key-store-facts.ts'

const day = 24 * 60 * 60 * 1000

describe('the delegate key', () => {
  it('signs ES256 and is named by its thumbprint', async () => {
    const key = delegateKeys(aClock()).current()
    const content = Buffer.from('a proof')
    expect(isSignedBy(key.publicJwk, content, await key.sign(content))).toBe(true)
    expect(key.kid).toBe(hash(thumbprintText(key.publicJwk)))
  })

  it('stays for a day and is another one from then on', async () => {
    const clock = aClock()
    const keys = delegateKeys(clock)
    const first = keys.current()
    await clock.advance(day - 1)
    expect(keys.current()).toBe(first)
    await clock.advance(1)
    expect(keys.current().kid).not.toBe(first.kid)
  })

  it('is replaced when the clock was set back, since its age is not known then', () => {
    let now = 10 * day
    const keys = delegateKeys({ nowMs: () => now })
    const first = keys.current()
    now -= 1
    expect(keys.current().kid).not.toBe(first.kid)
  })

  it('is another one in each process', () => {
    expect(delegateKeys(aClock()).current().kid).not.toBe(delegateKeys(aClock()).current().kid)
  })
})
