import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { PrivacyCatalogue, SentHead, SentPage } from '#contract/agent-windows.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import { privacyEn } from '#contract/texts/windows/privacy-en.ts'
import { hexHash } from '#runtime/digest.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { windowsForTests } from '#test/support/a-memory-window.ts'
import { aSnapshot, noon } from '#test/support/a-snapshot.ts'

const issuer = 'https://posture.example.com'
const id22 = (n: number) => `${String(n).padStart(21, '0')}A`
const encode = (text: string) => Buffer.from(text).toString('base64url')
const header = '{"alg":"ES256","typ":"eat+jwt"}'
const payload = JSON.stringify({
  iss: 'urn:uuid:01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
  seq: 7,
  swversion: ['0.1.0', 16384],
  uptime: 93_600,
  submods: {
    os: { platform: 'linux', arch: 'x64', virtual: 'kvm' },
    posture: {
      signals: [
        { id: 'firewall', st: 'observed', v: { state: 'on' }, at: noon, ms: 3, src: 'nft' },
        { id: 'secure-boot', st: 'unknown', why: 'denied', at: noon, ms: 3, src: 'efi' },
        { id: 'ssh-keys', st: 'na', why: 'not-present', at: noon, ms: 3, src: 'ssh' },
      ],
    },
    agent: { key_store: 'keytar', integrity: 'signed', channel: 'stable', managed: true },
  },
})
const jws = `${encode(header)}.${encode(payload)}.c2lnbmF0dXJl`

const head = (n: number, parts: Partial<SentHead> = {}): SentHead => ({
  id: id22(n),
  typ: 'eat+jwt',
  at: noon - n * 60,
  bytes: jws.length,
  receiver: issuer,
  reason: 'changed',
  outcome: 'accepted',
  code: null,
  ...parts,
})
const catalogue: PrivacyCatalogue = {
  fields: [...fieldIds],
  asked: ['device-key', 'firewall'],
  agreed: ['device-key', 'firewall'],
  missing: [],
  consent: { by: 'user', at: noon - 86_400 },
  organisation: 'Example',
  contact: 'it@example.com',
  url: 'https://example.com/privacy',
  retention_days: 90,
}

/** The answers of an agent whose ledger holds these. */
function ledger(heads: readonly SentHead[], more: Partial<SentPage> = {}): MemoryAnswers {
  return {
    'route/take': () => ({ ok: true, value: { route: { screen: 'privacy' } } }),
    'privacy/catalogue': () => ({ ok: true, value: catalogue }),
    'privacy/sent': ({ before, typ, count = 20 }) => {
      const all = heads.filter((each) => typ === undefined || each.typ === typ)
      const first = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
      const items = all.slice(first, first + count)
      const older = first + count < all.length ? (items.at(-1)?.id ?? null) : null
      return { ok: true, value: { items, older, waiting: [], ...more } }
    },
    'privacy/payload': ({ id }) => {
      const found = heads.find((each) => each.id === id)
      if (found === undefined) return { ok: false, code: 'not_found' }
      return { ok: true, value: { ...found, jws, header, payload, sha256: hexHash(jws) } }
    },
  }
}

const open = windowsForTests()
const sentence = (page: Page) => page.locator('.page-sentence').textContent()

describeInChromium('What we send, of a device that reports', () => {
  it('says when the last report went out, and how it reads in words', async () => {
    const { page, faults } = await open(aMemoryAgent(aSnapshot(), ledger([head(12)])))
    await page.waitForSelector('.report')
    expect(await page.title()).toBe('What we send')
    expect(await sentence(page)).toBe('The last report was sent 12 minutes ago.')
    const said = await page.locator('.report').textContent()
    expect(said).toContain('Firewallon')
    expect(said).toContain('Secure Bootnot read: may not be read without more rights')
    expect(said).toContain('SSH keys without passphrasedoes not apply: there is no such thing on this machine')
    expect(said).toContain('System and processorLinux, x64, virtual machine, settings managed')
    expect(said).toContain('Time since the start1 day, 2 hours')
    expect(said).toContain('seq')
    expect(faults).toEqual([])
  })

  it('shows the message, its header and its payload byte for byte, with its hash', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), ledger([head(12)])))
    for (const [name, text] of [
      ['Message', jws],
      ['Header', header],
      ['Payload', payload],
    ] as const) {
      await page.click(`.message .pill:has-text("${name}")`)
      expect(await page.locator('.bytes-text pre').textContent()).toBe(text)
    }
    expect(await page.locator('.bytes-hash code').textContent()).toBe(hexHash(jws))
  })

  it('copies exactly the bytes that are shown, and saves the message as a file', async () => {
    const agent = aMemoryAgent(aSnapshot(), {
      ...ledger([head(12)]),
      'privacy/save': () => ({ ok: true, value: { path: '/home/ada/eat-jwt.jws' } }),
    })
    const { page } = await open(agent)
    await page.click('[data-act=show-bytes]')
    await page.click('.bytes button:has-text("Copy")')
    await page.waitForSelector('.bytes button:has-text("Copied")')
    expect(agent.asked).toContainEqual({ name: 'clipboard/copy', question: { text: jws } })
    await page.click('.bytes button:has-text("Save as file")')
    await page.waitForSelector('text=Saved: /home/ada/eat-jwt.jws')
    expect(agent.asked).toContainEqual({ name: 'privacy/save', question: { id: id22(12) } })
  })

  it('says why a report was refused, and that nobody knows of one without an answer', async () => {
    const refused = head(1, { outcome: 'refused', code: 'clock_skew' })
    const { page } = await open(aMemoryAgent(aSnapshot(), ledger([refused, head(2, { outcome: 'unconfirmed' })])))
    await page.waitForSelector('.message-answer')
    expect(await sentence(page)).toBe('The last report was refused 1 minute ago.')
    expect(await page.locator('.message-answer').textContent()).toBe(
      'refused: The clock of this device is wrong (clock_skew)',
    )
    expect(await page.locator('.rows .row', { hasText: 'not confirmed' }).count()).toBe(1)
  })

  it('asks for the bytes of a message when it is opened, not before', async () => {
    const agent = aMemoryAgent(aSnapshot(), ledger(Array.from({ length: 20 }, (_, n) => head(n + 1))))
    const { page } = await open(agent)
    const rows = page.locator('ul[aria-label="Everything that was sent"] > li')
    await rows.nth(19).waitFor()
    await page.waitForSelector('.report')
    const payloads = () => agent.asked.filter(({ name }) => name === 'privacy/payload').map(({ question }) => question)
    expect(new Set(payloads())).toEqual(new Set([{ id: id22(1) }]))
    await rows.nth(4).locator('button').first().click()
    await rows.nth(4).locator('.report').waitFor()
    expect(payloads().at(-1)).toEqual({ id: id22(5) })
  })

  it('lists every message in plain words, page after page, each once', async () => {
    const all = [head(1), ...Array.from({ length: 44 }, (_, n) => head(n + 2, { typ: 'dpop+jwt', reason: null }))]
    const { page } = await open(aMemoryAgent(aSnapshot(), ledger(all)))
    const rows = page.locator('ul[aria-label="Everything that was sent"] > li')
    await rows.nth(19).waitFor()
    for (const count of [40, 45]) {
      await page.click('button:has-text("Show more")')
      await rows.nth(count - 1).waitFor()
    }
    expect(await rows.count()).toBe(45)
    expect(await page.isVisible('button:has-text("Show more")')).toBe(false)
    expect(await rows.nth(1).textContent()).toContain('Proof that the connection is ours')
  })

  it('shows a new message as soon as it is told, and keeps what was read below', async () => {
    let heads = Array.from({ length: 25 }, (_, n) => head(n + 1))
    const answers = () => ledger(heads)
    const agent = aMemoryAgent(aSnapshot(), {
      ...ledger(heads),
      'privacy/sent': (question) => answers()['privacy/sent']?.(question) ?? { ok: false, code: 'not_found' },
      'privacy/payload': (question) => answers()['privacy/payload']?.(question) ?? { ok: false, code: 'not_found' },
    })
    const { page } = await open(agent)
    const rows = page.locator('ul[aria-label="Everything that was sent"] > li')
    await rows.nth(19).waitFor()
    await page.click('button:has-text("Show more")')
    await rows.nth(24).waitFor()
    heads = [head(0), ...heads]
    agent.tell('snapshot/changed', aSnapshot({ told_at: noon + 1 }))
    await rows.nth(25).waitFor()
    expect(await rows.count()).toBe(26)
    expect(await sentence(page)).toBe('The last report was sent just now.')
  })

  it('keeps what was shown when the ledger cannot be read any more, and says why', async () => {
    let isBroken = false
    const answers = ledger([head(12)])
    const agent = aMemoryAgent(aSnapshot(), {
      ...answers,
      'privacy/sent': (question) =>
        isBroken
          ? {
              ok: false,
              code: 'state_unreadable',
              details: { file: 'sent-ledger', reason: 'Its rights do not let Postern in (EACCES)' },
            }
          : (answers['privacy/sent']?.(question) ?? { ok: false, code: 'not_found' }),
    })
    const { page } = await open(agent)
    await page.waitForSelector('.report')
    isBroken = true
    agent.tell('snapshot/changed', aSnapshot({ told_at: noon + 1 }))
    await page.waitForSelector('text=sent-ledger cannot be read')
    expect(await page.isVisible('.report')).toBe(true)
  })
})

describeInChromium('What may be sent', () => {
  it('describes every field there is: what it means, why it is read, who sees it, and how long it is kept', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), ledger([head(12)])))
    await page.waitForSelector('.field-group')
    const rows = page.locator('.field-group .row')
    expect(await rows.count()).toBe(fieldIds.length)
    expect(await page.locator('.field-group h3').allTextContents()).toEqual([
      'Agreed: 2 fields',
      `Not asked for here: ${fieldIds.length - 2} fields`,
    ])
    await page.getByRole('button', { name: /^Not asked for here/ }).click()
    const firewall = rows.filter({ hasText: privacyEn.signals.firewall.means })
    await firewall.locator('button').click()
    const detail = await firewall.locator('.field-detail').textContent()
    expect(detail).toContain(privacyEn.signals.firewall.why)
    expect(detail).toContain('auditors of Example')
    expect(detail).toContain('for 90 days')
  })

  it('names what is never collected', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), ledger([])))
    for (const name of ['Files', 'Browsing', 'Keystrokes', 'Location', 'App contents'])
      expect(await page.locator('.never dt', { hasText: name }).count()).toBe(1)
  })

  it('says of a device from which nothing was sent that nothing has left it', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), ledger([])))
    await page.waitForSelector('.page-sentence')
    expect(await sentence(page)).toBe('Nothing has left this device.')
  })

  it('says what waits while the gateway is away', async () => {
    const waiting: SentPage['waiting'] = [
      { kind: 'report', since: noon - 600 },
      { kind: 'request', since: noon - 300, draft_id: id22(5), checks: ['firewall'] },
    ]
    const { page } = await open(aMemoryAgent(aSnapshot({ state: 'offline' }), ledger([head(12)], { waiting })))
    await page.waitForSelector('text=Waiting to be sent')
    expect(await sentence(page)).toBe('Something waits to be sent.')
    expect(await page.isVisible('text=Request for an exception: Firewall')).toBe(true)
  })
})

describeInChromium('A field that is asked for later', () => {
  const consent = { by: 'user', missing: ['secure-boot'], unseen: false } as const
  const asking = aSnapshot({ consent: { ...consent, missing: ['secure-boot'] } })
  const asks: PrivacyCatalogue = {
    ...catalogue,
    asked: [...catalogue.asked, 'secure-boot'],
    missing: ['secure-boot'],
  }

  it('is explained, and agreed to with one button that names exactly it', async () => {
    let now = asks
    const agent = aMemoryAgent(asking, {
      ...ledger([head(12)]),
      'privacy/catalogue': () => ({ ok: true, value: now }),
      'privacy/accept-fields': () => {
        now = { ...catalogue, asked: asks.asked, agreed: asks.asked }
        return { ok: true, value: aSnapshot() }
      },
    })
    const { page } = await open(agent)
    await page.waitForSelector('.asked-field')
    expect(await sentence(page)).toBe('Example asks for one more field. It stays here until you agree.')
    expect(await page.locator('.asked-field').textContent()).toContain(privacyEn.signals['secure-boot'].why)
    expect(agent.asked.some(({ name }) => name === 'privacy/accept-fields')).toBe(false)
    await page.click('button:has-text("Agree to send it")')
    await page.waitForSelector('.asked-field', { state: 'detached' })
    expect(agent.asked).toContainEqual({ name: 'privacy/accept-fields', question: { fields: ['secure-boot'] } })
    await page.waitForSelector('text=Agreed: 3 fields')
  })

  it('stays where it is when agreeing fails, with the cause', async () => {
    const agent = aMemoryAgent(asking, {
      ...ledger([head(12)]),
      'privacy/catalogue': () => ({ ok: true, value: asks }),
      'privacy/accept-fields': () => ({ ok: false, code: 'consent_changed' }),
    })
    const { page } = await open(agent)
    await page.click('button:has-text("Agree to send it")')
    await page.waitForSelector("text=The gateway's description has changed")
    expect(await page.locator('.asked-field').count()).toBe(1)
  })

  it('that policy agreed to is to be read, with one button', async () => {
    const unseen = aSnapshot({ consent: { by: 'policy', missing: [], unseen: true } })
    const agent = aMemoryAgent(unseen, {
      ...ledger([head(12)]),
      'privacy/accept-fields': () => ({ ok: true, value: aSnapshot() }),
    })
    const { page } = await open(agent)
    await page.waitForSelector('.policy-agreed')
    expect(await sentence(page)).toBe('Your organisation enrolled this device. This is what is sent.')
    await page.click('button:has-text("I have read it")')
    await page.waitForSelector('.policy-agreed', { state: 'detached' })
    expect(agent.asked).toContainEqual({ name: 'privacy/accept-fields', question: { fields: [] } })
  })
})

describeInChromium('What we send, to every eye', () => {
  const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

  it.each([
    { width: 880 },
    { width: 880, dark: true },
    { width: 320, language: 'de-DE' as const },
    { width: 880, locale: 'en-Arab-XB' as const },
    { width: 320, locale: 'en-XA' as const },
  ])('has nothing that axe finds, and nothing cut: %j', async (eyes) => {
    const { page, faults } = await open(aMemoryAgent(aSnapshot(), ledger([head(12), head(13)])), eyes)
    await page.waitForSelector('.report')
    await page.click('[data-act=show-bytes]')
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true)
    expect(faults).toEqual([])
    await page.evaluate(await readFile(axePath, 'utf8'))
    expect(
      await page.evaluate('axe.run().then((found) => found.violations.map(({ id, nodes }) => [id, nodes[0].html]))'),
    ).toEqual([])
  })

  it('shows hostile text as text', async () => {
    const hostile = '<img src=x onerror=alert(1)>\u202e'
    const heads = [head(12, { typ: hostile, receiver: hostile, reason: hostile.slice(0, 40) })]
    const agent = aMemoryAgent(aSnapshot(), {
      ...ledger(heads),
      'privacy/catalogue': () => ({
        ok: true,
        value: { ...catalogue, organisation: hostile, contact: hostile, asked: [hostile], agreed: [hostile] },
      }),
    })
    const { page, faults } = await open(agent)
    await page.waitForSelector('.field-group')
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('.main').textContent()).not.toContain('\u202e')
    expect(faults).toEqual([])
  })
})
