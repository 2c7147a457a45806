import { describe, expect, it } from 'vitest'
import { consoleFigures } from '#gateway/http/console-limits.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { aConsole } from '#test/support/a-console.ts'

const ada: SettingsPerson = { email: 'ada@example.com', name: 'Ada', groups: [], admin: true, roles: [] }

describe('The limits of the console', () => {
  it('let an address make thirty calls a minute without a session', async () => {
    const there = await aConsole({ people: [ada], limits: consoleFigures })
    const browser = there.browser()
    for (let n = 0; n < 30; n += 1) expect((await browser.send('/v1/sign-in/challenge', {})).status).toBe(200)
    const refused = await browser.send('/v1/sign-in/challenge', {})
    expect([refused.status, refused.code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('let a session write sixty times a minute, and read on', async () => {
    const there = await aConsole({ people: [ada], limits: consoleFigures })
    const browser = await there.firstAdmin()
    for (let n = 0; n < 60; n += 1) await browser.send('/v1/me/sessions/end', { others: true })
    expect((await browser.send('/v1/me/sessions/end', { others: true })).code).toBe('rate_limited')
    expect((await browser.send('/v1/me')).status).toBe(200)
  })

  it('let a link be tried wrongly five times an hour', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = there.browser()
    for (let n = 0; n < 5; n += 1)
      expect((await browser.accept(there.firstToken ?? '', {}, { userVerified: false })).code).toBe('assertion_refused')
    expect((await browser.accept(there.firstToken ?? '')).code).toBe('rate_limited')
  })
})
