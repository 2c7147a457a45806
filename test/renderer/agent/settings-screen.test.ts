import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Diagnostics, SettingsView } from '#contract/agent-windows.ts'
import { settingsEn } from '#contract/texts/windows/settings-en.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { windowsForTests } from '#test/support/a-memory-window.ts'
import { aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'

const view: SettingsView = {
  language: null,
  notifications: 'normal',
  quiet_hours: { from: '19:00', to: '08:00' },
  snoozed: [],
  autostart: { state: 'on', changeable: true },
  tray: 'shown',
  updates: { install_kind: 'deb', by: 'packages' },
  hide_quit: false,
  support: true,
  governed: [],
  gateway: {
    issuer: 'https://posture.example.com',
    organisation: 'Example',
    contact: 'it@example.com',
    owner: 'Ada',
    device_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
  },
  key: { back_end: 'keytar', state: 'ok', tier: 'T1', kid: `${'k'.repeat(42)}A`, created_at: noon - 86_400 },
}
const found: Diagnostics = {
  at: noon,
  findings: [
    { id: 'state-folder/fine', state: 'fine', says: 'The folder is yours.', why: null, todo: null },
    { id: 'gateway/unreachable', state: 'wrong', says: 'No gateway.', why: 'ENOTFOUND', todo: 'Check the network.' },
  ],
  facts: [{ name: 'version', value: '0.1.0' }],
  text: 'Postern 0.1.0\n[wrong] gateway/unreachable: No gateway.\n',
}

function shows(parts: Partial<SettingsView> = {}, more: MemoryAnswers = {}): MemoryAnswers {
  return {
    'route/take': () => ({ ok: true, value: { route: { screen: 'settings' } } }),
    'settings/read': () => ({ ok: true, value: { ...view, ...parts } }),
    'settings/change': (change) => {
      const { autostart, ...rest } = change
      return {
        ok: true,
        value: {
          ...view,
          ...parts,
          ...rest,
          ...(autostart === undefined ? {} : { autostart: { state: autostart ? 'on' : 'off', changeable: true } }),
        },
      }
    },
    'diagnostics/preview': () => ({ ok: true, value: found }),
    ...more,
  }
}

const open = windowsForTests()
const setting = (page: Page, name: string) => page.locator('.setting', { hasText: name })

describeInChromium('Settings that a person decides', () => {
  it('stand as they are in force, under their names', async () => {
    const { page, faults } = await open(aMemoryAgent(aSnapshot(), shows()))
    await page.waitForSelector('.setting')
    expect(await page.title()).toBe('Settings')
    expect(await page.locator('.page-sentence').textContent()).toBe('These settings are yours.')
    expect(await page.getByRole('switch', { name: 'Start at login' }).isChecked()).toBe(true)
    expect(await page.getByRole('button', { name: /Language/ }).textContent()).toContain('As the system')
    const said = await page.locator('.main').textContent()
    expect(said).toContain('Debian package')
    expect(said).toContain('T1: the system keychain')
    expect(said).toContain(settingsEn.key.sentence)
    expect(faults).toEqual([])
  })

  it('are changed by the agent, and show what it answered', async () => {
    const agent = aMemoryAgent(aSnapshot(), shows())
    const { page } = await open(agent)
    await page.getByRole('button', { name: /Notify me/ }).click()
    await page.getByRole('option', { name: 'Never' }).click()
    await page.waitForSelector(`text=${settingsEn.notifications.levelNotes.off}`)
    expect(agent.asked).toContainEqual({ name: 'settings/change', question: { notifications: 'off' } })
  })

  it('show of the start at login what became of it, not what was wished', async () => {
    const waits = { ...view, autostart: { state: 'requires-approval', changeable: true } } as const
    const agent = aMemoryAgent(
      aSnapshot(),
      shows(
        { autostart: { state: 'off', changeable: true } },
        { 'settings/change': () => ({ ok: true, value: waits }) },
      ),
    )
    const { page } = await open(agent)
    await page.waitForSelector(`text=${settingsEn.general.autostartNotes.off}`)
    await page.locator('[data-act=autostart]').click()
    await page.waitForSelector(`text=${settingsEn.general.autostartNotes['requires-approval']}`)
    expect(agent.asked).toContainEqual({ name: 'settings/change', question: { autostart: true } })
  })

  it('stay as they were where a change fails, with cause and code', async () => {
    const refusal = {
      ok: false,
      code: 'state_unwritable',
      details: { file: 'settings.json', reason: 'The disk is full (ENOSPC)' },
    } as const
    const { page } = await open(aMemoryAgent(aSnapshot(), shows({}, { 'settings/change': () => refusal })))
    await page.waitForSelector('.setting')
    await page.locator('[data-act=quiet-hours]').click()
    await setting(page, 'Quiet hours').locator('text=settings.json cannot be written').waitFor()
    expect(await page.getByRole('switch', { name: 'Quiet hours' }).isChecked()).toBe(true)
  })

  it('are still shown when they cannot be read again, with the cause', async () => {
    let isBroken = false
    const agent = aMemoryAgent(
      aSnapshot(),
      shows(
        {},
        { 'settings/read': () => (isBroken ? { ok: false, code: 'agent_not_running' } : { ok: true, value: view }) },
      ),
    )
    const { page } = await open(agent)
    await page.waitForSelector('.setting')
    isBroken = true
    agent.tell('snapshot/changed', aSnapshot({ language: 'en' }))
    await page.waitForSelector('text=No agent is running')
    expect(await setting(page, 'Quiet hours').count()).toBe(1)
  })

  it('undo a silenced reminder by the name of its check', async () => {
    let snoozed: SettingsView['snoozed'] = [{ check: 'firewall', until: noon + 3600 }]
    const agent = aMemoryAgent(
      aSnapshot({ snoozed }),
      shows(
        {},
        {
          'settings/read': () => ({ ok: true, value: { ...view, snoozed } }),
          'reminder/snooze': () => {
            snoozed = []
            return { ok: true, value: aSnapshot() }
          },
        },
      ),
    )
    const { page } = await open(agent)
    await page.getByRole('button', { name: 'Remind me again of Firewall' }).click()
    await page.waitForSelector('text=Silent until', { state: 'detached' })
    expect(agent.asked).toContainEqual({ name: 'reminder/snooze', question: { check: 'firewall', until: null } })
  })
})

describeInChromium('Settings that the organisation decides', () => {
  it('are shown with their value, marked, and without a control', async () => {
    const governed = ['Language', 'Notifications']
    const { page } = await open(aMemoryAgent(aSnapshot(), shows({ governed, language: 'en', notifications: 'quiet' })))
    await page.waitForSelector('.setting')
    expect(await page.locator('.page-sentence').textContent()).toBe('Your organisation decides 2 of these settings.')
    for (const [name, value] of [
      ['Language', 'English'],
      ['Notify me', 'Of refusals and deadlines only'],
    ] as const) {
      expect(await setting(page, name).textContent()).toContain('Managed by your organisation')
      expect(await setting(page, name).textContent()).toContain(value)
      expect(await setting(page, name).locator('button').count()).toBe(0)
    }
  })

  it('that are not followed are named', async () => {
    const managed = { governed: [], remarks: ['not-owned /etc/postern/policy.json'] }
    const { page } = await open(aMemoryAgent(aSnapshot({ managed }), shows()))
    await page.waitForSelector('text=not-owned /etc/postern/policy.json')
  })

  it('say that there is no tray where the desktop has none', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), shows({ tray: 'no-host' })))
    await page.waitForSelector('text=No tray on this desktop. Open Postern from the app menu')
  })
})

describeInChromium('Diagnostics', () => {
  it('look when asked, what is wrong first, with why and what to do', async () => {
    const agent = aMemoryAgent(aSnapshot(), shows())
    const { page } = await open(agent)
    await page.waitForSelector('[data-act=look]')
    expect(agent.asked.some(({ name }) => name === 'diagnostics/preview')).toBe(false)
    await page.click('[data-act=look]')
    await page.waitForSelector('text=One thing needs attention')
    expect(await page.locator('.rows', { hasText: 'No gateway.' }).textContent()).toMatch(
      /No gateway\..*ENOTFOUND.*Check the network\..*needs attention/,
    )
    expect(agent.asked).toContainEqual({ name: 'diagnostics/preview', question: { language: 'en' } })
  })

  it('keep what they found when a second look fails', async () => {
    let isBroken = false
    const agent = aMemoryAgent(
      aSnapshot(),
      shows(
        {},
        {
          'diagnostics/preview': () =>
            isBroken ? { ok: false, code: 'internal', logId: 'abc' } : { ok: true, value: found },
        },
      ),
    )
    const { page } = await open(agent)
    await page.click('[data-act=look]')
    await page.waitForSelector('text=No gateway.')
    isBroken = true
    await page.click('[data-act=look]')
    await page.waitForSelector('text=log abc')
    expect(await page.isVisible('text=No gateway.')).toBe(true)
  })

  it('show the export before it goes anywhere, and save exactly that', async () => {
    const agent = aMemoryAgent(
      aSnapshot(),
      shows({}, { 'diagnostics/save': () => ({ ok: true, value: { path: '/tmp/postern-diagnostics.txt' } }) }),
    )
    const { page } = await open(agent)
    await page.click('[data-act=look]')
    await page.click('[data-act=export]')
    expect(await page.locator('.export-text pre').textContent()).toBe(found.text)
    expect(agent.asked.some(({ name }) => name === 'diagnostics/save')).toBe(false)
    await page.click('button:has-text("Save as file")')
    await page.waitForSelector('text=Saved: /tmp/postern-diagnostics.txt')
    expect(agent.asked).toContainEqual({ name: 'diagnostics/save', question: { text: found.text } })
  })
})

describeInChromium('Quitting', () => {
  it('says what ends and when, and does nothing before it is confirmed', async () => {
    const agent = aMemoryAgent(
      aSnapshot({ result: aResult() }),
      shows({}, { 'app/quit': () => ({ ok: true, value: undefined }) }),
    )
    const { page } = await open(agent)
    await page.click('[data-act=quit]')
    const dialog = page.getByRole('alertdialog')
    expect(await dialog.textContent()).toContain(
      'Until Postern runs again this device sends no reports and loses access at 10:20.',
    )
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(agent.asked.some(({ name }) => name === 'app/quit')).toBe(false)
    await expect.poll(() => page.evaluate('document.activeElement.dataset.act')).toBe('quit')
    await page.click('[data-act=quit]')
    await dialog.getByRole('button', { name: 'Quit Postern' }).click()
    await expect.poll(() => agent.asked.filter(({ name }) => name === 'app/quit')).toHaveLength(1)
  })

  it('speaks of no access where there is none to lose', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot({ result: aResult({ exp: noon - 1 }) }), shows()))
    await page.click('[data-act=quit]')
    const said = await page.getByRole('alertdialog').textContent()
    expect(said).toContain('sends no reports.')
    expect(said).not.toContain('loses access')
  })

  it('is not offered where the organisation hides it', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), shows({ hide_quit: true })))
    await page.waitForSelector('.setting')
    expect(await page.locator('[data-act=quit]').count()).toBe(0)
  })
})

describeInChromium('Settings, to every eye', () => {
  const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

  it.each([
    { width: 880 },
    { width: 880, dark: true },
    { width: 880, forcedColours: true },
    { width: 320, language: 'de-DE' as const },
    { width: 880, locale: 'en-Arab-XB' as const },
    { width: 320, locale: 'en-XA' as const },
  ])('have nothing that axe finds, and nothing cut: %j', async (eyes) => {
    const { page, faults } = await open(aMemoryAgent(aSnapshot({ result: aResult() }), shows()), eyes)
    await page.click('[data-act=look]')
    await page.click('[data-act=export]')
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true)
    expect(faults).toEqual([])
    await page.evaluate(await readFile(axePath, 'utf8'))
    expect(
      await page.evaluate('axe.run().then((found) => found.violations.map(({ id, nodes }) => [id, nodes[0].html]))'),
    ).toEqual([])
  })

  it('are reached by keyboard, one after another', async () => {
    const { page } = await open(aMemoryAgent(aSnapshot(), shows()))
    await page.waitForSelector('.setting')
    const names: unknown[] = []
    for (let at = 0; at < 12; at += 1) {
      await page.keyboard.press('Tab')
      names.push(
        await page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent'),
      )
    }
    expect(names.join(' | ')).toMatch(/Start at login.*Quiet hours.*19:00.*08:00.*Copy.*Help of your organisation/)
  })
})

describeInChromium('A device that is not enrolled', () => {
  const nobody = {
    issuer: null,
    organisation: null,
    device_id: null,
    owner: null,
    stream: 'off',
    state: 'not-enrolled',
  } as const

  it('is managed by nobody, reports nothing, and can be enrolled from its settings', async () => {
    const agent = aMemoryAgent(aSnapshot(nobody), shows({ gateway: null }))
    const { page } = await open(agent)
    await page.waitForSelector('text=Closing the window does not end Postern.')
    expect(await page.locator('.sidebar-foot').count()).toBe(0)
    await page.getByRole('button', { name: 'Enrol this device…' }).click()
    await page.waitForSelector('[data-act=host]')
  })

  it('is no managed one because of a record whose key is over', async () => {
    const agent = aMemoryAgent(aSnapshot({ state: 'not-enrolled', stream: 'off' }), shows())
    const { page } = await open(agent)
    await page.waitForSelector('text=Closing the window does not end Postern.')
    expect(await page.locator('.sidebar-foot').count()).toBe(0)
  })
})

describeInChromium('A switch', () => {
  it('keeps the keyboard while it changes', async () => {
    const changed = Promise.withResolvers<void>()
    const agent = aMemoryAgent(
      aSnapshot(),
      shows(
        {},
        {
          'settings/change': async () => {
            await changed.promise
            return { ok: true, value: { ...view, quiet_hours: null } }
          },
        },
      ),
    )
    const { page } = await open(agent)
    const quiet = page.getByRole('switch', { name: 'Quiet hours' })
    await quiet.focus()
    await page.keyboard.press('Space')
    await expect.poll(() => agent.asked.some(({ name }) => name === 'settings/change')).toBe(true)
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('switch')
    changed.resolve()
    await expect.poll(() => quiet.isChecked()).toBe(false)
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('switch')
  })
})

describeInChromium('A window whose agent is gone', () => {
  it('calls itself live no more, and does once it answers again', async () => {
    let isGone = false
    const gone = { ok: false, code: 'agent_not_running' } as const
    const agent = aMemoryAgent(
      aSnapshot(),
      shows(
        {},
        {
          'agent/snapshot': () => (isGone ? gone : { ok: true, value: aSnapshot() }),
          'diagnostics/preview': () => (isGone ? gone : { ok: true, value: found }),
        },
      ),
    )
    const { page } = await open(agent)
    await page.waitForSelector('.stream-open')
    isGone = true
    await page.click('[data-act=look]')
    await page.waitForSelector('.sidebar-foot:has-text("Postern does not answer")')
    expect(await page.locator('.stream-open').count()).toBe(0)
    isGone = false
    await page.waitForSelector('.stream-open')
  })
})
