import { expect, it } from 'vitest'
import type { Snapshot } from '#contract/ipc.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent } from '#test/support/a-memory-agent.ts'
import { windowsForTests } from '#test/support/a-memory-window.ts'
import { aFinding, aRefusal, aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'

const restricted = (parts: Partial<Snapshot> = {}) =>
  aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon - 600, ...parts })

const open = windowsForTests()

describeInChromium('The status', () => {
  it('says the state in one sentence, how old the verdict is, and what was seen and is required', async () => {
    const { page, faults } = await open(aMemoryAgent(restricted()))
    expect(await page.title()).toBe('Status')
    expect(await page.textContent('h1')).toBe('Status')
    expect(await page.textContent('.page-sentence')).toBe('No access to Payments. The rest is open.')
    expect(await page.textContent('.page-note')).toBe('Verdict of Example, 10 minutes ago')
    expect(await page.textContent('h2')).toBe('Blocks Payments')
    expect(await page.locator('.key-values').first().textContent()).toMatch(/Observed\s*off\s*Required\s*on/)
    expect(faults).toEqual([])
  })

  it('begins with the focus on its heading', async () => {
    const { page } = await open(aMemoryAgent(restricted()))
    expect(await page.locator(':focus').textContent()).toBe('Status')
  })

  it('says it in German', async () => {
    const { page, faults } = await open(aMemoryAgent(restricted()), { language: 'de-DE' })
    expect(await page.textContent('.page-sentence')).toBe('Kein Zugang zu Payments. Alles andere ist offen.')
    expect(await page.locator('.disclosure-button').first().textContent()).toContain('Brandmauer')
    expect(await page.getAttribute('html', 'lang')).toBe('de')
    expect(faults).toEqual([])
  })

  it('shows another language once the agent says so', async () => {
    const agent = aMemoryAgent(restricted())
    const { page } = await open(agent)
    agent.tell('snapshot/changed', restricted({ language: 'de' }))
    await page.waitForSelector('html[lang=de]')
    expect(await page.textContent('.page-sentence')).toContain('Kein Zugang')
  })

  it('shows a new verdict as soon as it is told, and says it aloud once', async () => {
    const agent = aMemoryAgent(aSnapshot({ state: 'healthy', result: aResult(), result_at: noon }))
    const { page } = await open(agent)
    expect(await page.textContent('.page-sentence')).toBe('You have access.')
    agent.tell('snapshot/changed', restricted())
    await page.waitForSelector('text=Blocks Payments')
    expect(await page.textContent('[data-announcer=assertive]')).toBe('No access to Payments. The rest is open.')
    expect(await page.textContent('[data-announcer=polite]')).toBe('')
  })

  it('offers no way round where none is allowed', async () => {
    const { page } = await open(aMemoryAgent(restricted()))
    expect(await page.isVisible('text=Request an exception')).toBe(false)
    expect(await page.isVisible('text=No exceptions are allowed for this check.')).toBe(true)
  })

  it('asks the agent to check, and shows what came of it', async () => {
    const healthy = aSnapshot({ state: 'healthy', result: aResult(), result_at: noon })
    const agent = aMemoryAgent(restricted(), { 'posture/check-now': () => ({ ok: true, value: healthy }) })
    const { page } = await open(agent)
    await page.click('.page-actions button')
    await page.waitForSelector('text=You have access.')
    expect(agent.asked.filter(({ name }) => name === 'posture/check-now')).toHaveLength(1)
  })

  it('says why a question was refused, and what to do', async () => {
    const agent = aMemoryAgent(restricted(), { 'posture/check-now': () => ({ ok: false, code: 'too_many_questions' }) })
    const { page } = await open(agent)
    await page.click('.page-actions button')
    await page.waitForSelector('[role=alert]')
    const said = await page.locator('[role=alert]').textContent()
    expect(said).toContain('Too many questions in a short time')
    expect(said).toContain('Code too_many_questions')
    await page.click('text=Copy details')
    await page.waitForSelector('text=Copied')
    const copied = agent.asked.find(({ name }) => name === 'clipboard/copy')
    expect(JSON.stringify(copied)).toContain('too_many_questions')
  })

  it('opens settings by the id of the check, mutes reminders to the deadline, and opens the request', async () => {
    const result = aResult({
      checks: [
        {
          check: 'firewall',
          signal: 'firewall',
          outcome: 'tolerated',
          observed: { kind: 'observed', value: { state: 'off' }, at: noon - 600, source: 'nft' },
          remedy: { open: 'linux/firewall' },
        },
      ],
      resources: [
        {
          id: 'wiki',
          name: 'Wiki',
          access: 'allow',
          findings: [
            aFinding('firewall@x', { outcome: 'tolerated', grace_until: noon + 3600, exception: { offered: true } }),
          ],
        },
      ],
    })
    const snapshot = aSnapshot({ state: 'grace', result, result_at: noon })
    const agent = aMemoryAgent(snapshot, {
      'settings-link/open': () => ({ ok: true, value: undefined }),
      'reminder/snooze': () => ({
        ok: true,
        value: { ...snapshot, snoozed: [{ check: 'firewall', until: noon + 3600 }] },
      }),
    })
    const { page, faults } = await open(agent)
    expect(await page.textContent('.page-sentence')).toBe('Access ends 11:00 unless 1 check is fixed.')
    await page.click('text=Open settings')
    await page.click('text=Mute reminders until 11:00')
    await page.waitForSelector('text=Reminders are muted until 11:00.')
    await page.click('text=Request an exception')
    await page.waitForSelector('.place[aria-current]:has-text("Exceptions")')
    expect(agent.asked.filter(({ name }) => name === 'settings-link/open' || name === 'reminder/snooze')).toEqual([
      { name: 'settings-link/open', question: { kind: 'settings', check: 'firewall' } },
      { name: 'reminder/snooze', question: { check: 'firewall', until: noon + 3600 } },
    ])
    expect(faults).toEqual([])
  })

  it('keeps a verdict that no longer counts apart, and says so', async () => {
    const { page } = await open(aMemoryAgent(restricted({ state: 'verdict-old' })))
    expect(await page.textContent('.page-sentence')).toBe('The last verdict no longer counts.')
    expect(await page.isVisible('text=Needs attention')).toBe(false)
    await page.click('text=What the verdict of')
    expect(await page.isVisible('text=Needs attention')).toBe(true)
  })

  it('says that the agent is away, and is there again when it answers', async () => {
    let isAway = true
    const agent = aMemoryAgent(restricted(), {
      'agent/snapshot': () => (isAway ? { ok: false, code: 'agent_not_running' } : { ok: true, value: restricted() }),
    })
    const { page } = await open(agent)
    expect(await page.textContent('.page-sentence')).toBe('Postern does not answer')
    isAway = false
    await page.waitForSelector('text=Blocks Payments')
  })
})

describeInChromium('A machine that reads other than the gateway judged', () => {
  const reading = (state: 'on' | 'off') =>
    ({ id: 'firewall', st: 'observed', v: { state }, at: noon, ms: 3, src: 'nft' }) as const

  it('is still refused, however well it reads by now', async () => {
    const { page } = await open(aMemoryAgent(restricted({ readings: [reading('on')], readings_at: noon })))
    expect(await page.textContent('.page-sentence')).toBe('No access to Payments. The rest is open.')
    const row = page.locator('.disclosure-button', { hasText: 'Firewall' })
    expect(await row.textContent()).toContain('Changed just now. Asking the gateway…')
    expect(await row.textContent()).not.toContain('OK')
    expect(await row.locator('.mark-good').count()).toBe(0)
    expect(await page.locator('.key-values').first().textContent()).toMatch(/Observed\s*off/)
  })

  it('has access until the gateway says otherwise, and the change is seen', async () => {
    const result = aResult({
      checks: [
        {
          check: 'firewall',
          signal: 'firewall',
          outcome: 'met',
          observed: { kind: 'observed', value: { state: 'on' }, at: noon - 600, source: 'nft' },
        },
      ],
    })
    const { page } = await open(aMemoryAgent(aSnapshot({ result, result_at: noon, readings: [reading('off')] })))
    expect(await page.textContent('.page-sentence')).toBe('You have access.')
    expect(await page.locator('.disclosure-button').first().textContent()).toContain('Changed just now')
    expect(await page.isVisible('text=Needs attention')).toBe(false)
  })

  it('does not claim that anybody is asked while there is no live connection', async () => {
    const snapshot = restricted({ readings: [reading('on')], stream: 'waiting' })
    const { page } = await open(aMemoryAgent(snapshot))
    expect(await page.locator('.disclosure-button').first().textContent()).toContain(
      'The gateway has not judged it yet.',
    )
  })
})

describeInChromium('Hostile text of the gateway', () => {
  const evil = (name: string, longest: number) =>
    `${name}<img src=https://evil.example/x onerror=document.title="owned"><script>document.title="owned"</script>\u202e\u0000{n}`.slice(
      0,
      longest,
    )

  it('is text in every field: nothing is loaded, run, turned round or made bold', async () => {
    const text = (longest: number) => ({ en: evil('T', longest) })
    const result = aResult({
      status: 'contraindicated',
      checks: [
        {
          check: 'firewall',
          signal: evil('S', 64),
          outcome: 'violated',
          observed: { kind: 'observed', value: { '<b>x</b>': evil('V', 80) }, at: noon, source: evil('N', 64) },
          required: { text: text(4096), parameters: {} },
          since: noon,
          remedy: { open: evil('O', 64), steps: { en: [evil('step', 4096), '</li></ol><h1>gone</h1>'] } },
        },
        {
          check: 'disk',
          signal: 'disk-encryption',
          outcome: 'unknown',
          observed: { kind: 'unknown', why: evil('W', 64) },
        },
      ],
      resources: [
        {
          id: evil('I', 64),
          name: evil('R', 200),
          access: 'refuse',
          code: evil('C', 40),
          findings: [aFinding('firewall@x'), aFinding('disk@x')],
        },
        { id: 'other', name: '</span>'.repeat(20), access: 'refuse', code: '__proto__', findings: [] },
      ],
    })
    const snapshot = restricted({
      result,
      organisation: evil('Org', 80),
      contact: evil('mail', 320),
      owner: evil('Ada', 200),
      key_store: { kind: evil('K', 32), state: 'ok', reason: evil('Z', 200) },
      failure: { code: 'constructor', at: noon },
      consent: { by: 'user', missing: [evil('F', 64), 'toString'], unseen: false },
      checks: [{ id: 'firewall', title: text(4096), why: text(4096), open: 'x' }],
    })
    const { page, faults } = await open(aMemoryAgent(snapshot))
    const closed = page.locator('.disclosure-button[aria-expanded=false]')
    while ((await closed.count()) > 0) await closed.first().click()
    expect(await page.title()).toBe('Status')
    expect(await page.locator('img, script:not([src]), b, h1').count()).toBe(1)
    const shown = await page.textContent('#window')
    expect(shown).toContain('<img src=https://evil.example/x onerror=document.title="owned">')
    expect(shown).toContain('Something went wrong')
    expect(shown).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u)
    expect(faults).toEqual([])
  })

  it('is cut where it is long, and bursts no line at 320 px', async () => {
    const long = 'x'.repeat(4096)
    const snapshot = restricted({
      checks: [{ id: 'firewall', title: { en: long }, why: { en: long }, steps: { en: [long] } }],
      organisation: 'y'.repeat(80),
    })
    const { page } = await open(aMemoryAgent(snapshot), { width: 320 })
    const title = await page.locator('.disclosure-button .row-text').first().textContent()
    expect(title).toHaveLength(80)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  })
})
