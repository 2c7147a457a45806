import { chown, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { exceptionsEn } from '#contract/texts/windows/exceptions-en.ts'
import { requestEn } from '#contract/texts/windows/request-en.ts'
import { statusEn } from '#contract/texts/windows/status-en.ts'
import { aGatewayProgram, type GatewayProgram } from '#test/support/a-gateway-program.ts'
import { exceptionDocuments } from '#test/support/a-staffed-gateway.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { anSshKey } from '#test/support/an-ssh-key.ts'
import { type StandIn, standIn } from '#tools/demo/stand-in.ts'
import { type DrivenApp, driveApp, whyNotHere } from './a-driven-app.ts'
import { countKeys, type TrayOfApp, trayOf, until } from './a-tray.ts'

// One person's way through the app in Electron, from a link to the end of an exception, at a gateway that runs beside it.

vi.setConfig({ testTimeout: 40_000, hookTimeout: 90_000 })

const missing = await whyNotHere()

const book = `kind: Check
id: ssh-keys
title: { en: SSH keys have a passphrase }
signal: ssh-keys
severity: low
maxAge: 30m
pass: 'value.unprotected == 0'
expected: { en: none without a passphrase }
examples: { pass: { unprotected: 0, protected: 1 }, fail: { unprotected: 1, protected: 0 } }
why: { en: Whoever copies such a key can use it }
remedy: { linux: { steps: { en: [Run ssh-keygen -p] } }, macos: { steps: { en: [Run ssh-keygen -p] } }, windows: { steps: { en: [Run ssh-keygen -p] } } }
exemptable: { allowed: true, covers: [violated, unknown], reasons: [debugging] }
---
kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal] }
maxSilence: 45m
require: [{ check: ssh-keys, enforce: approval }]
---
${exceptionDocuments}`

const people = [
  { email: 'grace@example.com', name: 'Grace', groups: ['security'], admin: false },
  { email: 'edsger@example.com', name: 'Edsger', groups: ['platform'], admin: false },
  { email: 'ivy@example.com', name: 'Ivy', groups: [], admin: true },
] as const

const reason = 'A tool that reads no passphrase is replaced this week.'

describe('A person with the app in Electron', () => {
  let stage: Stage
  let app: DrivenApp
  let page: Page
  let tray: TrayOfApp
  let gateway: GatewayProgram
  let link: string
  let ada: StandIn
  let grace: StandIn
  let edsger: StandIn
  const faults: string[] = []
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    const place = { env: { PATH: '/usr/bin:/bin', HOME: stage.folder } }
    const [driven, made] = await Promise.all([driveApp(stage), aGatewayProgram(stage, place, { book, people })])
    app = driven
    gateway = made
    const { uid, gid } = await stat(app.session.home)
    const keys = join(app.session.home, '.ssh')
    await mkdir(keys, { mode: 0o700 })
    await writeFile(join(keys, 'id_test'), anSshKey(), { mode: 0o600 })
    for (const path of [keys, join(keys, 'id_test')]) await chown(path, uid, gid)

    const token = await gateway.token()
    link = token.link
    const ivy = standIn(gateway.issuer, 'Ivy')
    await ivy.accept(String(gateway.ready['first_admin']))
    ada = standIn(gateway.issuer, 'Ada')
    await ada.accept(token.inviteUrl)
    const list = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
    const { items } = await ivy.get('/v1/admin/people', list)
    const invite = async (name: string) => {
      const person = standIn(gateway.issuer, name)
      const id = items.find((each) => each.name === name)?.id ?? ''
      const invited = await ivy.actSigned('/v1/admin/people/{id}/invitations', { id }, z.object({ url: z.string() }))
      await person.accept(invited.url)
      return person
    }
    grace = await invite('Grace')
    edsger = await invite('Edsger')

    page = await app.window()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) faults.push(message.text())
    })
    tray = await trayOf(app.tray)
  })
  afterAll(() => stage.end())

  const told = () => app.notifications.shown.map(({ summary, body }) => `${summary}: ${body}`)

  it('follows a link, reads who asks, and sends nothing before the button', async () => {
    expect(await app.session.start([app.program, link]).ended).toMatchObject({ code: 0 })
    await page.locator('[data-act=continue]').waitFor()
    expect(await countKeys(app.tray.service, 'dev.postern.agent.development')).toBe(0)
    expect(await page.evaluate("window.postern.ask('privacy/sent', {})")).toMatchObject({ value: { items: [] } })
    await page.locator('[data-act=continue]').click()
    await page.locator('[data-act=enroll]').waitFor()
    expect(await page.evaluate("window.postern.ask('privacy/sent', {})")).toMatchObject({ value: { items: [] } })
  })

  it('enrols, with a key in the real keychain', async () => {
    await page.locator('[data-act=enroll]').click()
    await page.locator('[data-act=show-status]').click()
    expect(await countKeys(app.tray.service, 'dev.postern.agent.development')).toBe(1)
  })

  it('is told what fails: in the window, in the tray, by a notification', async () => {
    await page.getByText('SSH keys have a passphrase').first().waitFor()
    await until(async () => (await tray.tooltip()).includes('Access refused'))
    expect(await tray.rows()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SSH keys have a passphrase: /), 'Request an exception…']),
    )
    await until(() => told().some((text) => text.startsWith('Access refused')))
  })

  let requestId = ''
  it('asks for an exception, which has to be confirmed in the browser', async () => {
    await page.getByRole('button', { name: statusEn.actions.request }).first().click()
    await page.getByLabel(requestEn.ask.reason).fill(reason)
    await page.locator('[data-act=send]').click()
    await page.getByText('Confirm it is you to send this request').first().waitFor()
    await page.locator('[data-act=continue]').click()
    await until(async () => (await app.session.opened()).length === 1)
    const [address = ''] = await app.session.opened()
    expect(address).toMatch(new RegExp(`^${gateway.issuer}/step-up/[\\w-]{43}$`))
    requestId = String(
      await page.evaluate(
        "window.postern.ask('agent/snapshot').then(({ value }) => value.exceptions.requests[0].request_id)",
      ),
    )
    await ada.prove(address)
    await page.getByText('Waiting: 0 of 2 approvals').first().waitFor()
  })

  it('sees each approval, and access, as they come', async () => {
    await grace.approve(requestId, 'security')
    await page.getByText('Waiting: 1 of 2 approvals').first().waitFor()
    await edsger.approve(requestId, 'platform')
    await page
      .getByText(/^Active until /)
      .first()
      .waitFor()
    await until(async () => (await tray.tooltip()).includes('Access by exception'))
    await until(() => told().some((text) => /approved/i.test(text)))
  })

  it('ends it, and is told that access is closed again', async () => {
    await page.getByRole('button', { name: exceptionsEn.actions.end, exact: true }).click()
    const question = page.getByRole('alertdialog')
    await question.getByRole('button', { name: exceptionsEn.actions.end, exact: true }).click()
    await page
      .getByText(/^Ended at /)
      .first()
      .waitFor()
    await until(async () => (await tray.tooltip()).includes('Access refused'))
  })

  it('reads every byte that was sent', async () => {
    await tray.click('What we send')
    await expect.poll(() => page.title()).toMatch(/What we send/)
    const sent: unknown = await page.evaluate(`(async () => {
      const page = await window.postern.ask('privacy/sent', {})
      return window.postern.ask('privacy/payload', { id: page.value.items[0].id })
    })()`)
    expect(sent).toMatchObject({ ok: true, value: { jws: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) } })
  })

  it('is told that the gateway is gone, by the time of the last verdict', async () => {
    await gateway.program.stop()
    await tray.click('Check now')
    await until(async () => (await tray.tooltip()).includes('Gateway not reachable since'))
  })

  it('is told that the keychain is locked, while the window goes on answering', async () => {
    await app.tray.service.call({
      destination: 'org.freedesktop.secrets',
      path: '/org/freedesktop/secrets',
      interface: 'org.freedesktop.Secret.Service',
      member: 'Lock',
      signature: 'ao',
      body: [['/org/freedesktop/secrets/collection/login']],
    })
    const checking = page.evaluate("window.postern.ask('key/try-again')")
    const began = performance.now()
    expect(await page.evaluate("window.postern.ask('agent/snapshot')")).toMatchObject({ ok: true })
    expect(performance.now() - began).toBeLessThan(2000)
    await checking
    await until(async () => (await tray.tooltip()).includes('Keychain locked'))
    expect(await tray.rows()).toContain('Try again')
    await until(() => told().some((text) => text.startsWith('Keychain locked')))
  })

  it('is shown nothing that broke the rules of the page', () => {
    expect(faults).toEqual([])
  })
})
