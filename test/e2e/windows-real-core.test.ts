import { join } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { loadConnectSocket } from '#agent/gateway-client/web-socket.ts'
import type { Entry } from '#contract/texts/say.ts'
import { exceptionsEn } from '#contract/texts/windows/exceptions-en.ts'
import { requestEn } from '#contract/texts/windows/request-en.ts'
import { statusEn } from '#contract/texts/windows/status-en.ts'
import { serveLoopback } from '#dev-shell/serve-loopback.ts'
import { servedWindows } from '#dev-shell/serve-windows.ts'
import { observed } from '#domain/reading.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { chromiumPath, describeInChromium } from '#test/support/a-chromium.ts'
import { aStaffedGateway, edsger, grace } from '#test/support/a-staffed-gateway.ts'
import { anAgent } from '#test/support/an-agent.ts'

const root = join(import.meta.dirname, '..', '..')
const reason = 'The debugger needs a port that the firewall closes; the fix is under way.'

describeInChromium('A window over the real core and a real gateway, without a mouse', () => {
  it('enrols with consent, says what fails, asks for an exception, opens, and ends it', {
    timeout: 90_000,
  }, async () => {
    const gateway = await aStaffedGateway()
    const opened: string[] = []
    const agent = await anAgent({
      connectSocket: () => loadConnectSocket(systemClock()),
      open: {
        settingsPane: async () => undefined,
        support: async () => undefined,
        gatewayPage: async (page, { issuer, id }) => void opened.push(`${issuer}/${page}/${id}`),
      },
    })
    agent.firewall.now = observed({ state: 'off' }, 'nft')
    const { core, ask } = await agent.aProcess()
    const { page, faults } = await aWindowOn(core)
    const code = await gateway.token()

    // 1. Nothing is enrolled: the link is typed, the gateway describes itself, the person agrees.
    await page.locator('[data-act=host]').waitFor()
    await tabTo(page, page.locator('[data-act=host]'))
    await page.keyboard.type(`postern://enroll?server=${encodeURIComponent(gateway.issuer)}&code=${code}`)
    await press(page, page.locator('[data-act=continue]'))
    await page.getByText('Example', { exact: false }).first().waitFor()
    await press(page, page.locator('[data-act=enroll]'))
    await press(page, page.locator('[data-act=show-status]'))

    // 2. The verdict, and the finding that closes the wiki.
    await press(page, page.getByRole('button', { name: labelOf(statusEn.actions.request) }).first())

    // 3. The request, until it has to be confirmed.
    await tabTo(page, page.getByLabel(requestEn.ask.reason))
    await page.keyboard.type(reason)
    await press(page, page.locator('[data-act=send]'))
    await page.getByText(labelOf(exceptionsEn.states.step_up_required)).first().waitFor()
    await press(page, page.locator('[data-act=continue]'))
    await expect.poll(() => opened).toHaveLength(1)
    expect((await gateway.prove(opened[0] ?? '')).status).toBe(200)
    const requestId = core.snapshot.read().exceptions.requests[0]?.request_id ?? ''
    await page.getByText('Waiting: 0 of 2 approvals').first().waitFor()

    // 4. Approved elsewhere, and told at once.
    await gateway.vote(grace.email, requestId, 'security')
    await page.getByText('Waiting: 1 of 2 approvals').first().waitFor()
    await gateway.vote(edsger.email, requestId, 'platform')
    await page
      .getByText(/^Active until /)
      .first()
      .waitFor()
    await expect.poll(() => accessTo(core.snapshot.read(), 'wiki')).toBe('allow')

    // 5. Ended by the person, who says so twice.
    await press(page, page.getByRole('button', { name: exceptionsEn.actions.end, exact: true }))
    const question = page.getByRole('alertdialog')
    await question.waitFor()
    await press(page, question.getByRole('button', { name: exceptionsEn.actions.end, exact: true }))
    await page
      .getByText(/^Ended at /)
      .first()
      .waitFor()
    await expect.poll(() => accessTo(core.snapshot.read(), 'wiki')).toBe('refuse')
    expect(await ask('exception/show', { request_id: requestId })).toMatchObject({
      ok: true,
      value: { reason, grant: { state: 'revoked' } },
    })
    expect(faults).toEqual([])
  })
})

type Core = Awaited<ReturnType<Awaited<ReturnType<typeof anAgent>>['aProcess']>>['core']

async function aWindowOn(core: Core): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const browser: Browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: ['--no-sandbox'],
  })
  onTestFinished(() => browser.close())
  const addresses: string[] = []
  const close = await serveLoopback({
    pages: await servedWindows(root),
    answer: core.answers('window'),
    onNotice: core.onNotice,
    onAddress: (address) => void addresses.push(address),
    clock: systemClock(),
    log: silentLog,
  })
  onTestFinished(close)
  const page = await (await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })).newPage()
  page.setDefaultTimeout(15_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text())
  })
  await page.goto(addresses[0] ?? '')
  expect(page.url()).not.toContain('#')
  return { page, faults }
}

/** Tab after Tab until it has the focus; forward as a person goes. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let step = 0; step < 100; step += 1) {
    if (await target.evaluate((element) => element.matches(':focus, :has(:focus)'))) return
    await page.keyboard.press('Tab')
  }
  throw new Error('no Tab leads there')
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

function accessTo(snapshot: ReturnType<Core['snapshot']['read']>, resource: string): string | undefined {
  return snapshot.result?.resources.find(({ id }) => id === resource)?.access
}

function labelOf(entry: Entry): string {
  return typeof entry === 'string' ? entry : entry.other
}
