import { describe, expect, it } from 'vitest'
import { languageOf } from '#gateway/http/plain-page.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { aConsole } from '#test/support/a-console.ts'

const hostile = '<script>alert(1)</script>"\'&'
const ada: SettingsPerson = { email: 'ada@example.com', name: hostile, groups: [], admin: true, roles: [] }

describe('The page of a one-time link', () => {
  it('greets its holder, whose name is text', async () => {
    const there = await aConsole({ people: [ada] })
    const page = await there.browser().send(`/invite/${there.firstToken}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('<script>alert')
    expect(page.text).toContain('Hello &#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;')
    expect(page.text).not.toContain('name="email"')
  })

  it('asks a first admin whom nobody named who they are, in their language', async () => {
    const there = await aConsole()
    const headers = { 'accept-language': 'de-DE,de;q=0.9,en;q=0.5' }
    const page = await there.browser().send(`/invite/${there.firstToken}`, undefined, { headers })
    expect(page.text).toContain('<html lang="de">')
    expect(page.text).toContain('name="email"')
  })

  it('runs nothing but our own script, in no frame, and leaves no trace of its address', async () => {
    const there = await aConsole()
    const { headers, text } = await there.browser().send(`/invite/${there.firstToken}`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text.match(/<script/g)).toHaveLength(1)
    expect(text).not.toMatch(/ on[a-z]+=| style=/)
  })

  it('uses nothing up, however often a mail scanner opens it', async () => {
    const there = await aConsole()
    for (let n = 0; n < 3; n += 1) await there.browser().send(`/invite/${there.firstToken}`)
    await there.firstAdmin()
  })

  it.each(['unknown', 'A'.repeat(43), 'x'.repeat(190)])('says the same of any link that is none: %s', async (token) => {
    const there = await aConsole()
    const page = await there.browser().send(`/invite/${token}`)
    expect(page.status).toBe(403)
    expect(page.text).toContain('This link cannot be used')
    expect(page.text).not.toContain('<script')
  })

  it('does not open once the link was used', async () => {
    const there = await aConsole()
    await there.firstAdmin()
    expect((await there.browser().send(`/invite/${there.firstToken}`)).status).toBe(403)
  })
})

describe('The language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['de', 'de'],
    ['fr, de;q=0.5', 'de'],
    ['en;q=0.1, de;q=0.9', 'de'],
    ['de;q=0', 'en'],
    ['*', 'en'],
  ])('for %s is %s', (accepted, language) => {
    expect(languageOf(accepted, ['en', 'de'])).toBe(language)
  })

  it('is one of those that the gateway has', () => {
    expect(languageOf('en', ['de'])).toBe('de')
  })
})
