import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { aChromium, describeInChromium } from '#test/support/a-chromium.ts'
import { aRunningGateway } from '#test/support/a-running-gateway.ts'

const people = [{ email: 'ada@example.com', name: 'Ada', groups: [], admin: true, roles: [] }]

describeInChromium('The page of a one-time link, in Chromium', () => {
  it('registers a passkey of the authenticator, by keyboard alone, without breaking its own policy', async () => {
    const gateway = await aRunningGateway({ people })
    const { page, faults } = await aPageWithPasskeys('en-GB')
    await page.goto(gateway.firstAdminUrl ?? '')
    expect(await page.textContent('h1')).toBe('Hello Ada')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=status].good')
    expect(await page.textContent('[role=status]')).toBe('Your passkey is registered. You can close this page.')
    const me = await page.evaluate(async () => {
      const answer = await fetch('/v1/me')
      return answer.text()
    })
    expect(JSON.parse(me)).toMatchObject({ person: { email: 'ada@example.com' }, roles: ['admin'], passkeys: 1 })
    expect(faults).toEqual([])
  })

  it('says in German that a link was used', async () => {
    const gateway = await aRunningGateway({ people, languages: ['en', 'de'] })
    const { page } = await aPageWithPasskeys('de-DE')
    await page.goto(gateway.firstAdminUrl ?? '')
    await page.click('button')
    await page.waitForSelector('[role=status].good')
    await page.goto(gateway.firstAdminUrl ?? '')
    expect(await page.textContent('h1')).toBe('Dieser Link kann nicht verwendet werden')
  })

  it('registers nothing where the user is not verified', async () => {
    const gateway = await aRunningGateway({ people })
    const { page } = await aPageWithPasskeys('en-GB', { isUserVerified: false })
    await page.goto(gateway.firstAdminUrl ?? '')
    await page.click('button')
    await page.waitForSelector('[role=status].bad')
    expect(await gateway.store.read((rows) => rows.passkeys.counts())).toEqual(new Map())
  })
})

/** A page whose browser has a virtual authenticator; `faults` are what its console complains of. */
async function aPageWithPasskeys(
  locale: string,
  wish: { readonly isUserVerified: boolean } = { isUserVerified: true },
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const browser = await aChromium()
  const page = await (await browser.newContext({ locale })).newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: wish.isUserVerified,
      automaticPresenceSimulation: true,
    },
  })
  return { page, faults }
}
