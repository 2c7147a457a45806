import { expect, it } from 'vitest'
import type { EnrollmentPreview, Snapshot } from '#contract/ipc.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { windowsForTests } from '#test/support/a-memory-window.ts'
import { aSnapshot } from '#test/support/a-snapshot.ts'

const link =
  'postern://enroll?server=https%3A%2F%2Fposture.example.com&code=q2mV0yJv9Qn6s1Xh3tKpZbW8dLrGfUe4aCoNiTjMx7I'
const preview: EnrollmentPreview = {
  issuer: 'https://posture.example.com',
  organisation: 'Example',
  fields: ['firewall', 'device-name', 'eye-colour'],
  retention_days: 90,
  contact: 'it@example.com',
  url: 'https://www.example.com/privacy',
  consent: 'cN8tV3xQ7mTzB1nLc5hYw9RdG2uJoFeAsX4iKr6qWyM',
  modes: ['token'],
  key_store: 'keytar',
}
const nobody = (parts: Partial<Snapshot> = {}) =>
  aSnapshot({ state: 'not-enrolled', issuer: null, organisation: null, owner: null, device_id: null, ...parts })

/** What was asked besides the state and the place. */
const acts = ({ asked }: MemoryAgent) => asked.filter(({ name }) => name !== 'agent/snapshot' && name !== 'route/take')

const answers: MemoryAnswers = {
  'route/take': () => ({ ok: true, value: { route: { screen: 'enroll', link } } }),
  'enrollment/preview': () => ({ ok: true, value: preview }),
  'enrollment/confirm': () => ({ ok: true, value: aSnapshot({ state: 'starting' }) }),
  'enrollment/cancel': () => ({ ok: true, value: undefined }),
}

const open = windowsForTests()

describeInChromium('A device that is to be enrolled by a link', () => {
  it('asks nobody anything before "Continue", and shows all that may ever be sent', async () => {
    const agent = aMemoryAgent(nobody(), answers)
    const { page, faults } = await open(agent)
    await page.waitForSelector('text=posture.example.com asks to enrol this device.')
    expect(await page.locator('.field-name').count()).toBe(26)
    expect(await page.isVisible('text=Never collected: files, browsing')).toBe(true)
    expect(acts(agent)).toEqual([])
    expect(faults).toEqual([])
  })

  it('agrees to exactly the description that was shown', async () => {
    const agent = aMemoryAgent(nobody(), answers)
    const { page, faults } = await open(agent)
    await page.click('[data-act=continue]')
    await page.waitForSelector('text=Enrol with Example?')
    expect(acts(agent)).toEqual([{ name: 'enrollment/preview', question: { link } }])
    expect(await page.locator('.field-name').allTextContents()).toEqual(['Firewall', 'name of this device'])
    expect(await page.isVisible('text=1 more that this version does not know and will not send.')).toBe(true)
    await page.click('[data-act=enroll]')
    await page.waitForSelector('text=Enrolled with Example.')
    expect(acts(agent)[1]).toEqual({ name: 'enrollment/confirm', question: { link, consent: preview.consent } })
    await page.click('[data-act=show-status]')
    await page.waitForSelector('nav')
    expect(faults).toEqual([])
  })

  it('takes back what was begun where a person says no', async () => {
    const agent = aMemoryAgent(nobody(), answers)
    const { page } = await open(agent)
    await page.click('[data-act=continue]')
    await page.click('[data-act=not-now]')
    await page.waitForSelector('text=This device is not enrolled. Nothing is sent.')
    expect(acts(agent).map(({ name }) => name)).toEqual(['enrollment/preview', 'enrollment/cancel'])
  })

  it('shows both addresses where the gateway is another', async () => {
    const agent = aMemoryAgent(nobody(), {
      ...answers,
      'enrollment/preview': () => ({
        ok: false,
        code: 'gateway_identity',
        details: { expected: 'https://posture.example.com', seen: 'https://posture.examp1e.com' },
      }),
    })
    const { page } = await open(agent)
    await page.click('[data-act=continue]')
    await page.waitForSelector('[role=alert]')
    const said = await page.locator('[role=alert]').textContent()
    expect(said).toContain('It says it is https://posture.examp1e.com, but https://posture.example.com was asked.')
    expect(await page.isVisible('[data-act=enroll]')).toBe(false)
  })

  it('says in words why the keychain cannot be used', async () => {
    const agent = aMemoryAgent(nobody(), {
      ...answers,
      'enrollment/confirm': () => ({ ok: false, code: 'key_unavailable', details: { reason: 'no-session-bus' } }),
    })
    const { page } = await open(agent)
    await page.click('[data-act=continue]')
    await page.click('[data-act=enroll]')
    await page.waitForSelector('[role=alert]')
    expect(await page.locator('[role=alert]').textContent()).toContain('There is no session bus')
  })

  it('says before it is tried that the keychain is locked', async () => {
    const locked = { kind: 'keytar', state: 'locked', reason: 'collection-locked' } as const
    const { page } = await open(aMemoryAgent(nobody({ key_store: locked }), answers))
    await page.click('[data-act=continue]')
    await page.waitForSelector('text=The keychain is locked')
  })

  it('waits for an administrator, and follows by itself', async () => {
    const agent = aMemoryAgent(nobody(), {
      ...answers,
      'enrollment/confirm': () => ({ ok: true, value: aSnapshot({ state: 'waiting-approval' }) }),
    })
    const { page } = await open(agent)
    await page.click('[data-act=continue]')
    await page.click('[data-act=enroll]')
    await page.waitForSelector('text=Waiting for Example to approve this device.')
    agent.tell('snapshot/changed', aSnapshot({ state: 'starting' }))
    await page.waitForSelector('text=Enrolled with Example.')
  })

  it('is told that it has a gateway already', async () => {
    const agent = aMemoryAgent(aSnapshot(), answers)
    const { page } = await open(agent)
    await page.waitForSelector('text=This device is already enrolled with posture.example.com.')
    expect(await page.isVisible('[data-act=continue]')).toBe(false)
    expect(acts(agent)).toEqual([])
  })

  it('says that a link is not complete, and lets a person type instead', async () => {
    const agent = aMemoryAgent(nobody(), {
      ...answers,
      'route/take': () => ({ ok: true, value: { route: { screen: 'enroll', link: 'postern://enroll?code=<b>' } } }),
    })
    const { page } = await open(agent)
    await page.waitForSelector('text=This enrolment link is not complete')
    await page.click('[data-act=continue]')
    expect(await page.isVisible('text=Type the address first.')).toBe(true)
    await page.fill('[data-act=host]', 'posture.example.com')
    await page.fill('[data-act=code]', 'q2mV0yJv9Qn6s1Xh3tKpZbW8dLrGfUe4aCoNiTjMx7I')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Enrol with Example?')
    expect(acts(agent)).toEqual([{ name: 'enrollment/preview', question: { link } }])
  })
})

describeInChromium('A device that its organisation enrolled', () => {
  it('shows once what is sent, and says that it was shown', async () => {
    const unseen = aSnapshot({ consent: { by: 'policy', missing: [], unseen: true } })
    const agent = aMemoryAgent(unseen, {
      'privacy/catalogue': () => ({
        ok: true,
        value: {
          fields: ['firewall'],
          asked: ['firewall'],
          agreed: ['firewall'],
          missing: [],
          consent: { by: 'policy', at: 1 },
          organisation: 'Example',
          contact: 'it@example.com',
          url: null,
          retention_days: 90,
        },
      }),
      'privacy/accept-fields': () => ({ ok: true, value: aSnapshot() }),
    })
    const { page, faults } = await open(agent)
    await page.waitForSelector('text=Example enrolled this device.')
    await page.click('[data-act=understood]')
    await page.waitForSelector('nav')
    expect(acts(agent).at(-1)).toEqual({ name: 'privacy/accept-fields', question: { fields: [] } })
    expect(faults).toEqual([])
  })
})

describeInChromium('What was typed on the way to an enrolment', () => {
  it('is still there after another screen was asked for', async () => {
    const agent = aMemoryAgent(nobody(), { ...answers, 'route/take': () => ({ ok: true, value: { route: null } }) })
    const { page } = await open(agent)
    await page.fill('[data-act=host]', 'posture.example.com')
    await page.fill('[data-act=code]', 'q2mV0yJv9')
    agent.tell('route/requested', { screen: 'status' })
    agent.tell('route/requested', { screen: 'privacy' })
    await page.waitForSelector('nav')
    agent.tell('route/requested', { screen: 'enroll' })
    await page.waitForSelector('[data-act=host]')
    expect(await page.inputValue('[data-act=host]')).toBe('posture.example.com')
    expect(await page.inputValue('[data-act=code]')).toBe('q2mV0yJv9')
  })

  it('leads nowhere else where a failure has its way here', async () => {
    const agent = aMemoryAgent(nobody(), {
      ...answers,
      'enrollment/preview': () => ({ ok: false, code: 'retired_key' }),
    })
    const { page } = await open(agent)
    await page.click('[data-act=continue]')
    await page.waitForSelector('text=Code retired_key')
    expect(await page.locator('[data-act=next-step]').count()).toBe(0)
  })
})
