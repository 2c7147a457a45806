import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { makeInvitation } from '#gateway/people/invitations.ts'
import { aChromium, describeInChromium } from '#test/support/a-chromium.ts'
import { aDevice, hashOf, newId } from '#test/support/a-device.ts'
import { aBook, ada, aRunningGateway, bob, type RunningGateway } from '#test/support/a-running-gateway.ts'
import { edsger, exceptionDocuments, grace } from '#test/support/a-staffed-gateway.ts'

describeInChromium('The page of the requester’s proof, in Chromium', () => {
  it('signs exactly what it shows, by keyboard alone, without breaking its own policy', async () => {
    const gateway = await aGateway()
    const { url, requestId } = await aRequest(gateway)
    const { page, faults } = await aPage(gateway, 'en-GB', ada.email)
    await page.goto(url)
    expect(await page.textContent('h1')).toBe('Ada, is this your request?')
    const shown = await page.textContent('ul.terms')
    expect(shown).toContain('It lasts 1 hour from the moment it is granted, and then ends by itself.')
    expect(shown).toContain('Access opens to Wiki and to nothing else.')
    expect(await page.textContent('blockquote')).toBe(hostile)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=status].good')
    expect(await page.isVisible('form')).toBe(false)
    expect(await stateOf(gateway, requestId)).toBe('pending')
    expect(faults).toEqual([])
    await page.goto(url)
    expect(await page.textContent('h1')).toBe('This request is confirmed already')
  })

  it('speaks German to whoever reads German', async () => {
    const gateway = await aGateway()
    const { url } = await aRequest(gateway)
    const { page } = await aPage(gateway, 'de-DE', ada.email)
    await page.goto(url)
    expect(await page.textContent('h1')).toBe('Ada, ist das Ihre Anfrage?')
    expect(await page.textContent('ul.terms')).toContain(
      'Die Ausnahme dauert ab der Erteilung 1 Stunde und endet dann von selbst.',
    )
    await page.click('button')
    await page.waitForSelector('[role=status].good')
  })

  it('takes no passkey of another person', async () => {
    const gateway = await aGateway()
    const { url, requestId } = await aRequest(gateway)
    await aPage(gateway, 'en-GB', ada.email)
    const { page } = await aPage(gateway, 'en-GB', bob.email)
    await page.goto(url)
    await page.click('button')
    await page.waitForSelector('[role=status].bad')
    expect(await page.textContent('[role=status]')).toContain('no passkey of Ada answered')
    expect(await page.isEnabled('button')).toBe(true)
    expect(await stateOf(gateway, requestId)).toBe('step_up_required')
  })

  it('takes no passkey that has not verified its user', async () => {
    const gateway = await aGateway()
    const { url, requestId } = await aRequest(gateway)
    const { page, authenticator, session } = await aPage(gateway, 'en-GB', ada.email)
    await session.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false })
    await page.goto(url)
    await page.click('button')
    await page.waitForSelector('[role=status].bad')
    expect(await stateOf(gateway, requestId)).toBe('step_up_required')
  })

  it.each([
    ['terms', { statement: { terms_digest: 'A'.repeat(43) } }],
    ['request', { statement: { request_id: '01a20cd0-3a10-7000-8000-0000000000a1' } }],
    ['challenge', { options: { challenge: 'A'.repeat(43) } }],
  ] as const)('signs nothing where the %s is another than what it shows', async (_what, changes) => {
    const gateway = await aGateway()
    const { url, requestId } = await aRequest(gateway)
    const { page } = await aPage(gateway, 'en-GB', ada.email)
    await page.route('**/challenge', async (route) => {
      const given = await route.fetch()
      const { statement, options, ...rest } = await given.json()
      const changed = 'statement' in changes ? changes.statement : {}
      const other = 'options' in changes ? changes.options : {}
      const json = { ...rest, statement: { ...statement, ...changed }, options: { ...options, ...other } }
      await route.fulfill({ response: given, json })
    })
    await page.goto(url)
    await page.click('button')
    await page.waitForSelector('[role=status].bad')
    expect(await page.textContent('[role=status]')).toContain('Nothing was signed')
    expect(await page.isEnabled('button')).toBe(false)
    expect(await stateOf(gateway, requestId)).toBe('step_up_required')
  })

  it('says to who has no passkey how to get one', async () => {
    const gateway = await aGateway()
    const { url } = await aRequest(gateway)
    const { page } = await aPage(gateway, 'en-GB')
    await page.goto(url)
    expect(await page.textContent('h1')).toBe('You have no passkey yet')
  })

  it('knows no link that it did not make', async () => {
    const gateway = await aGateway()
    const { page } = await aPage(gateway, 'en-GB')
    await page.goto(`${gateway.issuer}/step-up/${'A'.repeat(43)}`)
    expect(await page.textContent('h1')).toBe('This link is not known')
  })

  it.each(['light', 'dark'] as const)('fits a window of 320 px in %s colours, nothing cut off', async (colorScheme) => {
    const gateway = await aGateway()
    const { url } = await aRequest(gateway)
    await aPage(gateway, 'en-GB', ada.email)
    const { page } = await aPage(gateway, 'de-DE', undefined, { colorScheme, viewport: { width: 320, height: 900 } })
    await page.goto(url)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(320)
  })
})

/** A book speaks every language of the gateway. */
const inBothLanguages = aBook['checks.yaml'].replaceAll(/en: ([^}\n]+?)( ?\})/g, 'en: $1, de: $1$2')
const hostile = '<img src=x onerror=alert(1)> "the vendor" sent a broken update & a fix is on its way.'

async function aGateway(): Promise<RunningGateway> {
  return await aRunningGateway({
    people: [ada, bob, grace, edsger],
    languages: ['en', 'de'],
    policies: { ...aBook, 'checks.yaml': inBothLanguages, 'exceptions.yaml': exceptionDocuments },
  })
}

async function aRequest(gateway: RunningGateway): Promise<{ readonly url: string; readonly requestId: string }> {
  const device = await aDevice(gateway)
  device.readings = {
    firewall: { state: 'off' },
    'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 },
  }
  await device.attest()
  const claims = {
    ask: {
      draft_id: newId(),
      mode: 'normal',
      checks: ['firewall'],
      resources: ['wiki'],
      duration_s: 3600,
      category: 'debugging',
      reason: hostile,
      ticket: 'OPS-1234',
    },
    presence: { method: 'click', at: device.now },
    evidence: { seq: 1, hash: hashOf('x') },
  }
  const answer = await device.call('POST', '/v1/exceptions', {
    headers: { 'content-type': 'application/jose' },
    body: await device.message('exception-request+jwt', claims),
  })
  if (answer.status !== 201) throw new Error(`not asked: ${answer.text}`)
  return { url: answer.json.step_up_url, requestId: answer.json.request_id }
}

/** A page whose browser has a virtual authenticator, with the passkey of this person; `faults` are what its console complains of. */
async function aPage(
  gateway: RunningGateway,
  locale: string,
  email?: string,
  more: { readonly colorScheme?: 'light' | 'dark'; readonly viewport?: { width: number; height: number } } = {},
) {
  const browser = await aChromium()
  const page: Page = await (await browser.newContext({ locale, ...more })).newPage()
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId: authenticator } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  if (email !== undefined) {
    const { token } = await gateway.store.transact(async (rows) => {
      const person = await rows.people.findByEmail(email)
      if (person === undefined) throw new Error(`nobody has ${email}`)
      return await makeInvitation(rows, 'person', person.id, { person: null, nowMs: Date.now() })
    })
    await page.goto(`${gateway.issuer}/invite/${token}`)
    await page.click('button')
    await page.waitForSelector('[role=status].good')
  }
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.location().url.endsWith('/favicon.ico')) return // the browser asks by itself
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  return { page, faults, session, authenticator }
}

async function stateOf(gateway: RunningGateway, requestId: string): Promise<string | undefined> {
  return await gateway.store.read(async (rows) => (await rows.exceptions.find(requestId))?.state)
}
