import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Draft, ExceptionForm } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { id22 } from '#contract/wire-types.ts'
import { mostDrafts } from '#domain/exceptions/most-drafts.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { type Eyes, windowsForTests } from '#test/support/a-memory-window.ts'
import { aRefusal, aSnapshot, noon } from '#test/support/a-snapshot.ts'
import { aDraft, aForm, aPreview, aShownRequest, requestId } from '#test/support/an-exception-form.ts'

const openWindow = windowsForTests()
const ok = <Value>(value: Value) => ({ ok: true, value }) as const
const words = 'The vendor’s driver does not load while the firewall is on.'

function anAgent(answers: MemoryAnswers = {}, parts: Partial<Snapshot> = {}): MemoryAgent {
  const snapshot = aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon - 600, ...parts })
  return aMemoryAgent(snapshot, {
    'exception/form': () => ok(aForm()),
    'exception/preview': () => ok(aPreview()),
    'draft/save': (draft) => ok({ draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q', ...draft, saved_at: noon, clicked_at: null }),
    'draft/discard': () => ok(undefined),
    'history/page': () => ok({ items: [], older: null }),
    ...answers,
  })
}

async function openForm(agent: MemoryAgent, eyes?: Eyes) {
  const opened = await openWindow(agent, eyes)
  agent.tell('route/requested', { screen: 'request', check: 'firewall' })
  await opened.page.waitForSelector('textarea')
  return opened
}

const asked = (agent: MemoryAgent, name: string) =>
  agent.asked.filter((each) => each.name === name).map(({ question }) => JSON.stringify(question))
const savedSinceSent = ({ asked: all }: MemoryAgent) =>
  all
    .slice(all.findLastIndex(({ name }) => name === 'exception/submit') + 1)
    .filter(({ name }) => name === 'draft/save')
const send = (page: Page) => page.getByRole('button', { name: 'Send request' }).click()
const writeAll = async (page: Page) => {
  await page.getByText('2 hours', { exact: true }).click()
  await page.getByText('Travel', { exact: true }).click()
  await page.fill('textarea', words)
}

describeInChromium('The form for an exception', () => {
  it('is filled in from the failing check, with the way without an exception first', async () => {
    const { page, faults } = await openForm(anAgent())
    expect(await page.title()).toBe('Request an exception')
    expect(await page.textContent('.page-sentence')).toBe('Firewall closes Payments, Build server and Records')
    expect(await page.locator('h2').allTextContents()).toEqual([
      'The way without an exception',
      'What you ask for',
      'What it takes',
    ])
    expect(await page.textContent('.steps')).toContain('sudo ufw enable')
    expect(await page.getByRole('checkbox', { name: /Payments/ }).isChecked()).toBe(true)
    expect(await page.getByRole('checkbox', { name: /Records/ }).isDisabled()).toBe(true)
    expect(faults).toEqual([])
  })

  it('says what it takes before anything is sent, in the words of the command line and of approvers', async () => {
    const { page } = await openForm(anAgent())
    await page.waitForSelector('text=2 approvals')
    const said = await page.locator('.request-takes').textContent()
    for (const part of ['1 from security and 1 from owner', 'A passkey', 'The risk is rated medium.'])
      expect(said).toContain(part)
    expect(said).toContain('What is done there is recorded.')
  })

  it('offers durations up to the limit, and keeps a chosen one that became too long, marked', async () => {
    const agent = anAgent({
      'exception/preview': ({ duration_s }) => ok(aPreview({ max_duration_s: duration_s === 14_400 ? 3600 : 14_400 })),
    })
    const { page } = await openForm(agent)
    await page.getByText('4 hours', { exact: true }).first().click()
    await page.waitForSelector('text=That is longer than allowed: at most 1 hour.')
    expect(await page.getByRole('radio', { name: '4 hours' }).isChecked()).toBe(true)
    expect(await page.getByRole('radio', { name: '2 hours' }).count()).toBe(0)
  })

  it('asks once for what was changed within 300 ms', async () => {
    const agent = anAgent()
    const { page } = await openForm(agent)
    await page.waitForSelector('text=2 approvals')
    const before = asked(agent, 'exception/preview').length
    await page.evaluate("for (const at of [0, 1, 3]) document.querySelectorAll('.pill input')[at].click()")
    await page.waitForSelector('text=Open for 2 hours')
    await expect.poll(() => asked(agent, 'exception/preview').length).toBe(before + 1)
    expect(asked(agent, 'exception/preview').at(-1)).toContain('"duration_s":7200')
  })

  it('believes the answer to the last question, in whatever order answers come', async () => {
    const late = Promise.withResolvers<PreviewAnswer>()
    const agent = anAgent({
      'exception/preview': async ({ duration_s }) =>
        ok(
          duration_s === 7200
            ? await late.promise
            : aPreview({ risk_tier: duration_s === 900 ? 'critical' : 'medium' }),
        ),
    })
    const { page } = await openForm(agent)
    await page.waitForSelector('text=The risk is rated medium.')
    await page.getByText('2 hours', { exact: true }).click()
    await expect.poll(() => asked(agent, 'exception/preview').at(-1)).toContain('7200')
    await page.getByText('15 minutes', { exact: true }).click()
    await page.waitForSelector('text=The risk is rated critical.')
    late.resolve(aPreview({ risk_tier: 'low' }))
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    expect(await page.locator('.request-takes').textContent()).toContain('The risk is rated critical.')
  })

  it('shows the last known limits, marked so, while the gateway is away or the key locked', async () => {
    for (const [code, sentence] of [
      ['gateway_unreachable', 'The gateway does not answer. These are the last known limits.'],
      ['key_locked', 'The device key is locked, so the gateway cannot be asked. These are the last known limits.'],
    ] as const) {
      const { page } = await openForm(anAgent({ 'exception/preview': () => ({ ok: false, code }) }))
      await page.waitForSelector(`text=${sentence}`)
      expect(await page.getByRole('radio', { name: '8 hours' }).count()).toBe(1)
      expect(await page.getByRole('button', { name: 'Send request' }).isEnabled()).toBe(true)
    }
  })

  it('says when it may be asked for again, and cannot be sent before', async () => {
    const value = aPreview({
      offered: false,
      refusal: [{ code: 'cooldown', limit: 86_400, left: 18_000 }],
      cooldown_until: noon + 18_000,
    })
    const { page } = await openForm(anAgent({ 'exception/preview': () => ok(value) }))
    await page.waitForSelector('text=You can ask again 15:00.')
    expect(await page.getByRole('button', { name: 'Send request' }).isDisabled()).toBe(true)
  })

  it('sends what was written, and goes to the live page', async () => {
    const agent = anAgent({
      'exception/submit': () => ok({ kind: 'sent', request: aShownRequest() }),
      'exception/show': () => ok(aShownRequest()),
    })
    const { page, faults } = await openForm(agent)
    await writeAll(page)
    await send(page)
    await page.waitForSelector('text=Waiting: 1 of 2 approvals')
    const [question] = agent.asked.filter(({ name }) => name === 'exception/submit')
    expect(question?.question).toMatchObject({
      checks: ['firewall'],
      resources: ['payments', 'build'],
      duration_s: 7200,
      category: 'travel',
      reason: words,
    })
    expect(faults).toEqual([])
  })

  it('names what is missing at its field, and goes to the first of them', async () => {
    const agent = anAgent()
    const { page } = await openForm(agent)
    await page.fill('textarea', 'too short')
    await send(page)
    await page.waitForSelector('text=Choose one.')
    expect(await page.isVisible('text=Please write at least 20 characters.')).toBe(true)
    expect(await page.locator(':focus').getAttribute('type')).toBe('radio')
    expect(await page.textContent('[data-announcer=assertive]')).toBe('2 things are missing.')
    expect(asked(agent, 'exception/submit')).toEqual([])
  })

  it.each(['unavailable', 'internal', 'key_unavailable', 'state_unwritable', 'not_enrolled', 'never_heard_of'])(
    'keeps everything where sending fails with %s, and saves it as a draft again',
    async (code) => {
      const agent = anAgent({ 'exception/submit': () => ({ ok: false, code }) })
      const { page } = await openForm(agent)
      await writeAll(page)
      await send(page)
      await page.waitForSelector(`text=Code ${code}`)
      expect(await page.inputValue('textarea')).toBe(words)
      expect(await page.getByRole('radio', { name: '2 hours' }).isChecked()).toBe(true)
      expect(await page.getByRole('radio', { name: 'Travel' }).isChecked()).toBe(true)
      await expect.poll(() => savedSinceSent(agent)).toHaveLength(1)
      expect(asked(agent, 'draft/save').at(-1)).toContain(words)
    },
  )

  it('marks each field that a limit was broken in: in words of ours, or as the gateway says it', async () => {
    const errors = [
      { pointer: '/ask/ticket', detail: 'must match OPS-*' },
      { pointer: '/ask/duration_s', detail: 'at most 14400 seconds' },
      { pointer: '/ask/reason', detail: 'at least 200 characters' },
    ]
    const agent = anAgent({ 'exception/submit': () => ({ ok: false, code: 'exception_limit', details: { errors } }) })
    const { page } = await openForm(agent)
    await writeAll(page)
    await send(page)
    await page.waitForSelector('text=The gateway says: “must match OPS-*”')
    expect(await page.isVisible('text=at most 4 hours')).toBe(true)
    expect(await page.isVisible('text=Please write at least 200 characters')).toBe(true)
    expect(await page.textContent('body')).not.toContain('14400')
    expect(await page.inputValue('textarea')).toBe(words)
  })

  it('says why the gateway refused it, keeps what was written, and goes on as another draft', async () => {
    const request = aShownRequest({ state: 'refused', refusal: [{ code: 'justification', limit: 200, left: null }] })
    const agent = anAgent({ 'exception/submit': () => ok({ kind: 'sent', request }) })
    const { page } = await openForm(agent)
    await writeAll(page)
    await send(page)
    await page.waitForSelector('text=The gateway refused this request')
    expect(await page.locator('.field-fault').allTextContents()).toEqual([
      'The reason, ticket or fix date is not what is asked for. At least 200 characters.',
    ])
    expect(await page.inputValue('textarea')).toBe(words)
    await expect.poll(() => savedSinceSent(agent)).toHaveLength(1)
    const ids = agent.asked.flatMap(({ name, question }) =>
      name === 'draft/save' || name === 'exception/submit' ? [Reflect.get(Object(question), 'draft_id')] : [],
    )
    expect(new Set(ids).size).toBe(2)
    expect(ids.at(-1)).not.toBe(ids.at(-2))
  })

  it('shows what is kept while the gateway is away, and lets it be changed', async () => {
    const kept = aDraft({ clicked_at: noon, reason: words })
    const agent = anAgent({ 'exception/submit': () => ok({ kind: 'kept', draft: kept, code: 'gateway_unreachable' }) })
    const { page } = await openForm(agent)
    await writeAll(page)
    await send(page)
    await page.waitForSelector('text=Kept on this device and sent when the gateway answers')
    expect(await page.isVisible('text=Time counts from then.')).toBe(true)
    await page.getByRole('button', { name: 'Change it' }).click()
    expect(await page.inputValue('textarea')).toBe(words)
  })

  it('leads to an equal request that is open instead of sending another', async () => {
    const head = {
      request_id: requestId,
      state: 'pending',
      proven: false,
      checks: ['firewall'],
      resources: ['build', 'payments'],
      votes: null,
      decide_by: null,
      grant: null,
      changes: 1,
    } as const
    const exceptions = { requests: [{ ...head, checks: [...head.checks], resources: [...head.resources] }], drafts: [] }
    const agent = anAgent({ 'exception/show': () => ok(aShownRequest()) }, { exceptions })
    const { page } = await openForm(agent)
    expect(await page.getByRole('button', { name: 'Send request' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Show the open request' }).click()
    await page.waitForSelector('text=Waiting: 1 of 2 approvals')
  })

  it('begins once a newer verdict names something that fails', async () => {
    let form = aForm({ checks: [] })
    const agent = anAgent({ 'exception/form': () => ok(form) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request' })
    await page.waitForSelector('text=No check closes anything now')
    form = aForm()
    agent.tell('snapshot/changed', aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon }))
    await page.waitForSelector('textarea')
  })

  it('lets the person choose among several checks that fail', async () => {
    const [check] = aForm().checks
    const other = { id: 'disk', outcome: 'violated' as const, offered: false, resources: [] }
    const agent = anAgent({ 'exception/form': () => ok(aForm({ checks: check === undefined ? [] : [other, check] })) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request' })
    await page.waitForSelector('text=Which check should be excepted?')
    await page.getByText('Firewall', { exact: true }).click()
    await page.waitForSelector('textarea')
    expect(asked(agent, 'draft/save')).toEqual([])
  })

  it('lets each of them be reached by keyboard, and begins at the heading of what follows', async () => {
    const [check] = aForm().checks
    const others = ['a', 'b', 'c', 'd'].map((id) => ({
      id,
      outcome: 'violated' as const,
      offered: false,
      resources: [],
    }))
    const agent = anAgent({
      'exception/form': () => ok(aForm({ checks: check === undefined ? [] : [...others, check] })),
    })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request' })
    await page.waitForSelector('text=Which check should be excepted?')
    const rows = page.getByRole('list', { name: 'Check' }).getByRole('button')
    expect(await rows.count()).toBe(5)
    await rows.first().focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=No exceptions are allowed for this check.')
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1')
  })

  it('offers to enrol where the device is not enrolled', async () => {
    const agent = anAgent({ 'exception/form': () => ({ ok: false, code: 'not_enrolled' }) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request', check: 'firewall' })
    await page.getByRole('button', { name: 'Enrol this device…' }).click()
    await page.waitForSelector('text=Enrol this device')
    expect(await page.title()).toBe('Enrol this device')
  })

  it('looks at the keychain again, and then asks once more', async () => {
    let isLocked = true
    const agent = anAgent({
      'key/try-again': () => {
        isLocked = false
        return ok(aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon - 600 }))
      },
      'exception/preview': () => (isLocked ? { ok: false, code: 'key_locked' } : ok(aPreview())),
    })
    const { page } = await openForm(agent)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForSelector('text=2 approvals')
    expect(asked(agent, 'key/try-again')).toHaveLength(1)
  })

  it('says that no exceptions are allowed, and shows the way that is left', async () => {
    const [check] = aForm().checks
    const form = aForm({ checks: check === undefined ? [] : [{ ...check, offered: false }] })
    const agent = anAgent({ 'exception/form': () => ok(form) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request', check: 'firewall' })
    await page.waitForSelector('text=No exceptions are allowed for this check.')
    expect(await page.textContent('.steps')).toContain('sudo ufw enable')
    expect(await page.locator('textarea').count()).toBe(0)
  })

  it('shows hostile text from people and the gateway as text', async () => {
    const evil = '<img src=x onerror="document.title=1">\u202eevil'
    const [check] = aForm().checks
    const form: ExceptionForm = aForm({
      checks: check === undefined ? [] : [{ ...check, resources: [{ id: 'payments', name: evil, offered: true }] }],
      drafts: [aDraft({ reason: evil, ticket: evil.slice(0, 60) })],
    })
    const agent = anAgent({
      'exception/form': () => ok(form),
      'exception/preview': () =>
        ok(aPreview({ stages: [{ id: evil.slice(0, 40), need: 1 }], ticket: evil, risk_tier: '<b>x</b>' })),
    })
    const { page, faults } = await openForm(agent)
    await page.waitForSelector('text=<b>x</b>')
    expect(await page.locator('main img, main b').count()).toBe(0)
    expect(await page.textContent('.page-sentence')).not.toContain('\u202e')
    expect(await page.textContent('.choices')).not.toContain('\u202e')
    expect(await page.inputValue('textarea')).toBe(evil)
    expect(faults).toEqual([])
  })

  it('can be filled in and sent by keyboard alone', async () => {
    const agent = anAgent({
      'exception/submit': () => ok({ kind: 'sent', request: aShownRequest() }),
      'exception/show': () => ok(aShownRequest()),
    })
    const { page } = await openForm(agent)
    await page.waitForSelector('text=2 approvals')
    const focused = () => page.evaluate<string>('document.activeElement.type ?? document.activeElement.tagName')
    const tabTo = async (wanted: string) => {
      for (let steps = 0; steps < 20; steps += 1) {
        await page.keyboard.press('Tab')
        if ((await focused()) === wanted) return
      }
      throw new Error(`no ${wanted} was reached`)
    }
    await tabTo('checkbox')
    await tabTo('radio')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await tabTo('textarea')
    await page.keyboard.type(words)
    for (let steps = 0; steps < 6; steps += 1) {
      await page.keyboard.press('Tab')
      if ((await page.locator(':focus').textContent()) === 'Send request') break
    }
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Waiting: 1 of 2 approvals')
    const sent = agent.asked.find(({ name }) => name === 'exception/submit')
    expect(sent?.question).toMatchObject({ duration_s: 7200, category: 'vendor-bug', reason: words })
  })

  it('speaks German', async () => {
    const { page, faults } = await openForm(anAgent(), { language: 'de-DE' })
    expect(await page.title()).toBe('Ausnahme beantragen')
    await page.waitForSelector('text=2 Zustimmungen')
    expect(faults).toEqual([])
  })
})

const aBrokenLimit = (): NonNullable<Draft['refused']> => ({
  code: 'exception_limit',
  at: noon - 60,
  details: { errors: [{ pointer: '/ask/ticket', detail: 'must match OPS-*' }] },
})

describeInChromium('A draft', () => {
  it('that was refused while the window was away says why and marks what it is about, until it is changed', async () => {
    const refused = aBrokenLimit()
    const agent = anAgent({ 'exception/form': () => ok(aForm({ drafts: [aDraft({ refused })] })) })
    const { page } = await openForm(agent)
    const alert = page.getByRole('alert')
    expect(await alert.textContent()).toContain('The request goes beyond a limit')
    expect(await alert.textContent()).toContain('So it was not sent (09:59). Nothing is lost')
    expect(await page.locator('.field-fault').allTextContents()).toEqual(['The gateway says: “must match OPS-*”'])
    await page.fill('textarea', words)
    await expect.poll(() => alert.count()).toBe(0)
    expect(await page.locator('.field-fault').count()).toBe(0)
  })

  it('that finds no room leads to the others, is not lost meanwhile, and is saved once one is discarded', async () => {
    const others = Array.from({ length: mostDrafts }, (_, n) =>
      aDraft({ draft_id: `${String.fromCharCode(97 + n).repeat(21)}A`, checks: ['disk'], saved_at: noon - 900 + n }),
    )
    let kept: readonly Draft[] = others
    const snapshot = () =>
      aSnapshot({
        state: 'restricted',
        result: aRefusal(),
        result_at: noon - 600,
        exceptions: { requests: [], drafts: [...kept] },
      })
    const full = { ok: false, code: 'drafts_full', details: { most: mostDrafts } } as const
    const agent = aMemoryAgent(snapshot, {
      'exception/form': () => ok(aForm({ drafts: [...kept] })),
      'exception/preview': () => ok(aPreview()),
      'exception/submit': () => full,
      'history/page': () => ok({ items: [], older: null }),
      'draft/save'(question) {
        const { draft_id = '' } = question
        const rest = kept.filter((each) => each.draft_id !== draft_id)
        if (rest.length >= mostDrafts) return full
        const saved = { ...question, draft_id, saved_at: noon, clicked_at: null }
        kept = [...rest, saved]
        agent.tell('snapshot/changed', snapshot())
        return ok(saved)
      },
      'draft/discard'({ draft_id }) {
        kept = kept.filter((each) => each.draft_id !== draft_id)
        agent.tell('snapshot/changed', snapshot())
        return ok(undefined)
      },
    })
    const { page } = await openForm(agent)
    await writeAll(page)
    await page.waitForSelector('text=20 drafts are kept')
    await send(page)
    await page.waitForSelector('text=Discard one, then go on.')
    await expect.poll(() => page.getByRole('alert').count()).toBe(1)
    expect(await page.inputValue('textarea')).toBe(words)
    await page.getByRole('button', { name: 'Show drafts' }).click()
    await page.waitForSelector('text=Not saved yet, only in this window. Discard another draft')
    await page.locator('.row-link').first().click()
    expect(await page.inputValue('textarea')).toBe(words)
    await page.waitForSelector('text=20 drafts are kept')
    await page.getByRole('button', { name: 'Show drafts' }).click()
    await page.locator('.row-link').nth(1).click()
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard draft' }).click()
    await expect.poll(() => kept.at(-1)).toMatchObject({ reason: words, category: 'travel', duration_s: 7200 })
    expect(kept).toHaveLength(mostDrafts)
    await expect.poll(() => page.locator('text=Not saved yet').count()).toBe(0)
    expect(await page.locator('.row-link').first().textContent()).toContain('Saved')
  })

  it('is saved by its form as soon as there is room', async () => {
    const others = Array.from({ length: mostDrafts }, (_, n) => aDraft({ draft_id: `${'x'.repeat(20)}${n % 10}A` }))
    let isFull = true
    const told = (drafts: readonly Draft[]) =>
      aSnapshot({ state: 'restricted', result: aRefusal(), exceptions: { requests: [], drafts: [...drafts] } })
    const agent = anAgent(
      {
        'draft/save': (draft) =>
          isFull
            ? { ok: false, code: 'drafts_full', details: { most: mostDrafts } }
            : ok({ draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q', ...draft, saved_at: noon, clicked_at: null }),
      },
      { exceptions: { requests: [], drafts: others } },
    )
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    await page.waitForSelector('text=20 drafts are kept')
    isFull = false
    agent.tell('snapshot/changed', told(others.slice(1)))
    await page.waitForSelector('text=Draft saved')
    expect(asked(agent, 'draft/save')).toHaveLength(2)
    expect(asked(agent, 'draft/save').at(-1)).toContain(words)
  })

  it('whose id is a request already goes on as another one, once, with every word', async () => {
    const saved = aDraft()
    const agent = anAgent(
      {
        'exception/form': () => ok(aForm({ drafts: [saved] })),
        'draft/save': (draft) =>
          draft.draft_id === saved.draft_id
            ? { ok: false, code: 'draft_sent', details: { request_id: requestId } }
            : ok({ draft_id: '', ...draft, saved_at: noon, clicked_at: null }),
      },
      { exceptions: { requests: [], drafts: [saved] } },
    )
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    await page.waitForSelector('text=Draft saved')
    agent.tell('snapshot/changed', aSnapshot({ state: 'restricted', result: aRefusal() }))
    await page.fill('textarea', `${words} More.`)
    await expect.poll(() => asked(agent, 'draft/save').length).toBe(3)
    const ids = asked(agent, 'draft/save').map((question) => JSON.parse(question).draft_id)
    expect(ids[0]).toBe(saved.draft_id)
    expect(ids[1]).not.toBe(saved.draft_id)
    expect(ids[2]).toBe(ids[1])
    expect(asked(agent, 'draft/save').at(-1)).toContain('More.')
  })

  it('that goes out just before it is taken back is shown as the request that it is', async () => {
    const agent = anAgent({
      'exception/form': () => ok(aForm({ drafts: [aDraft({ clicked_at: noon - 60 })] })),
      'draft/save': () => ({ ok: false, code: 'draft_sent', details: { request_id: requestId } }),
      'exception/show': () => ok(aShownRequest()),
    })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request', check: 'firewall' })
    await page.getByRole('button', { name: 'Change it' }).click()
    await page.waitForSelector('text=Waiting: 1 of 2 approvals')
  })

  it('is saved half a second after the last key, each time as the same one', async () => {
    const agent = anAgent()
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    await page.waitForSelector('text=Draft saved')
    await page.fill('textarea', `${words} More.`)
    await expect.poll(() => asked(agent, 'draft/save').length).toBe(2)
    const ids = agent.asked.flatMap(({ name, question }) =>
      name === 'draft/save' ? [Reflect.get(Object(question), 'draft_id')] : [],
    )
    expect(new Set(ids).size).toBe(1)
    expect(id22.safeParse(ids[0]).success).toBe(true)
    expect(asked(agent, 'draft/save').at(-1)).toContain('More.')
  })

  it('is not made by looking at the form', async () => {
    const agent = anAgent()
    const { page } = await openForm(agent)
    await page.waitForSelector('text=2 approvals')
    await page.getByRole('button', { name: 'History' }).click()
    await page.waitForSelector('text=Nothing has happened yet.')
    expect(asked(agent, 'draft/save')).toEqual([])
  })

  it('is saved at once where another screen is shown, or the window goes away', async () => {
    for (const leave of [
      (page: Page) => page.getByRole('button', { name: 'History' }).click(),
      (page: Page) => page.evaluate("window.dispatchEvent(new Event('pagehide'))"),
    ]) {
      const agent = anAgent()
      const { page } = await openForm(agent)
      await page.fill('textarea', words)
      await leave(page)
      await expect.poll(() => asked(agent, 'draft/save').length).toBe(1)
      expect(asked(agent, 'draft/save')[0]).toContain(words)
    }
  })

  it('is there again when the form is opened again', async () => {
    const agent = anAgent({ 'exception/form': () => ok(aForm({ drafts: [aDraft()] })) })
    const { page } = await openForm(agent)
    expect(await page.textContent('.page-note')).toBe('Your draft from 09:58')
    expect(await page.inputValue('textarea')).toBe('I am on a train and need to pay for it.')
    expect(await page.getByRole('radio', { name: '2 hours' }).isChecked()).toBe(true)
    expect(await page.getByRole('checkbox', { name: 'Build server' }).isChecked()).toBe(false)
  })

  it('stays in the window where the disk is full, says so, and is saved once there is room', async () => {
    let isFull = true
    const agent = anAgent({
      'draft/save': (draft) =>
        isFull
          ? { ok: false, code: 'state_unwritable', details: { file: 'drafts', reason: 'The disk is full (ENOSPC)' } }
          : ok({ draft_id: 'T0dW9xQ7mTzB1nLc5hYw8Q', ...draft, saved_at: noon, clicked_at: null }),
    })
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    await page.waitForSelector('text=The draft could not be saved')
    expect(await page.inputValue('textarea')).toBe(words)
    isFull = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForSelector('text=Draft saved')
    expect(asked(agent, 'draft/save').at(-1)).toContain(words)
  })

  it('stays under the hands of its writer where the form cannot be asked for again', async () => {
    let fails = false
    const agent = anAgent({
      'exception/form': () => (fails ? { ok: false, code: 'too_many_questions' } : ok(aForm())),
    })
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    fails = true
    const before = asked(agent, 'exception/form').length
    agent.tell('snapshot/changed', aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon }))
    await expect.poll(() => asked(agent, 'exception/form').length).toBe(before + 1)
    await page.waitForSelector('text=Draft saved')
    expect(await page.inputValue('textarea')).toBe(words)
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
  })

  it('is taken back before it is changed, so that it does not go out meanwhile', async () => {
    const waiting = aDraft({ clicked_at: noon - 60 })
    const agent = anAgent({ 'exception/form': () => ok(aForm({ drafts: [waiting] })) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'request', check: 'firewall' })
    await page.getByRole('button', { name: 'Change it' }).click()
    await page.waitForSelector('textarea')
    const { draft_id, saved_at: _, clicked_at: __, ...rest } = waiting
    expect(JSON.parse(asked(agent, 'draft/save')[0] ?? '{}')).toEqual({ draft_id, ...rest })
  })

  it('that waits is not given back because of what was told of it before it was sent', async () => {
    const saved = aDraft()
    const kept = { ...saved, clicked_at: noon }
    const refused = aBrokenLimit()
    const agent = anAgent(
      {
        'exception/form': () => ok(aForm({ drafts: [saved] })),
        'exception/submit': () => ok({ kind: 'kept', draft: kept, code: 'gateway_unreachable' }),
      },
      { exceptions: { requests: [], drafts: [saved] } },
    )
    const { page } = await openForm(agent)
    await send(page)
    await page.waitForSelector('text=Kept on this device and sent when the gateway answers')
    const told = (draft: Draft) =>
      aSnapshot({ state: 'restricted', result: aRefusal(), exceptions: { requests: [], drafts: [draft] } })
    agent.tell('snapshot/changed', told(kept))
    expect(await page.locator('textarea').count()).toBe(0)
    agent.tell('snapshot/changed', told({ ...saved, refused }))
    await page.waitForSelector('text=The gateway says: “must match OPS-*”')
    expect(await page.inputValue('textarea')).toBe(saved.reason ?? '')
  })

  it('that went out by itself while it was changed goes on as another one, with every word', async () => {
    const saved = aDraft()
    const told = (drafts: readonly (typeof saved)[]) =>
      aSnapshot({ state: 'restricted', result: aRefusal(), exceptions: { requests: [], drafts: [...drafts] } })
    const agent = anAgent(
      { 'exception/form': () => ok(aForm({ drafts: [saved] })) },
      { exceptions: { requests: [], drafts: [saved] } },
    )
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    await page.waitForSelector('text=Draft saved')
    agent.tell('snapshot/changed', told([]))
    await expect.poll(() => asked(agent, 'draft/save').length).toBe(2)
    const ids = asked(agent, 'draft/save').map((question) => JSON.parse(question).draft_id)
    expect(ids[0]).toBe(saved.draft_id)
    expect(ids[1]).not.toBe(saved.draft_id)
    expect(asked(agent, 'draft/save')[1]).toContain(words)
  })

  it('says once, not twice, why it could not be sent', async () => {
    const agent = anAgent({ 'exception/submit': () => ({ ok: false, code: 'unavailable' }) })
    const { page } = await openForm(agent)
    await writeAll(page)
    await send(page)
    await page.waitForSelector('text=Code unavailable')
    expect(await page.getByRole('alert').count()).toBe(1)
    expect(await page.textContent('[data-announcer=assertive]')).toBe('')
  })

  it('is written down again where discarding it failed', async () => {
    const agent = anAgent({
      'draft/discard': () => ({ ok: false, code: 'state_unwritable', details: { file: 'drafts', reason: 'ENOSPC' } }),
    })
    const { page } = await openForm(agent)
    await page.fill('textarea', words)
    await page.waitForSelector('text=Draft saved')
    await page.getByRole('button', { name: 'Discard draft' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Discard draft' }).click()
    await dialog.getByText('Code state_unwritable').waitFor()
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    await expect.poll(() => asked(agent, 'draft/save').length).toBe(2)
  })

  it('keeps every word of a text that is too long to be sent, and cuts none unasked', async () => {
    const agent = anAgent()
    const { page } = await openForm(agent)
    const long = `${'Why? '.repeat(500)}The end.`
    await page.fill('textarea', long)
    await page.waitForSelector('text=at most 2,000 characters can be sent')
    await page.waitForSelector('text=Draft saved')
    expect(asked(agent, 'draft/save').at(-1)).toContain('The end.')
    await send(page)
    expect(asked(agent, 'exception/submit')).toEqual([])
  })

  it('is thrown away only once the person has said so twice', async () => {
    const agent = anAgent({ 'exception/form': () => ok(aForm({ drafts: [aDraft()] })) })
    const { page } = await openForm(agent)
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    expect(asked(agent, 'draft/discard')).toEqual([])
    expect(await page.inputValue('textarea')).toBe('I am on a train and need to pay for it.')
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard draft' }).click()
    await page.waitForSelector('text=No exceptions')
    expect(asked(agent, 'draft/discard')).toEqual([JSON.stringify({ draft_id: aDraft().draft_id })])
    expect(asked(agent, 'draft/save')).toEqual([])
  })
})
