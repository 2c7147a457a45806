import { expect, it } from 'vitest'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { windowsForTests } from '#test/support/a-memory-window.ts'
import { aRefusal, aSnapshot, noon } from '#test/support/a-snapshot.ts'
import { aDraft, aGrantedRequest, aShownRequest, requestId } from '#test/support/an-exception-form.ts'

const openWindow = windowsForTests()
const ok = <Value>(value: Value) => ({ ok: true, value }) as const

const question = { id: 'm1', from: 'approver', by: 'Priya', at: noon - 300, text: 'Which version is it?' } as const

function headOf(request: ShownRequest, changes = 1) {
  const { request_id, state, proven, checks, resources, votes, decide_by, grant } = request
  const shown = grant === null ? null : { state: grant.state, not_after: grant.not_after }
  return { request_id, state, proven, checks, resources, votes, decide_by, grant: shown, changes }
}

function aSnapshotWith(request: ShownRequest, parts: Partial<Snapshot> = {}): Snapshot {
  const exceptions = { requests: [headOf(request)], drafts: [] }
  return aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon - 600, exceptions, ...parts })
}

function anAgent(request: ShownRequest, answers: MemoryAnswers = {}, parts: Partial<Snapshot> = {}): MemoryAgent {
  return aMemoryAgent(aSnapshotWith(request, parts), {
    'exception/show': () => ok(request),
    'history/page': () => ok({ items: [], older: null }),
    ...answers,
  })
}

async function openPage(agent: MemoryAgent) {
  const opened = await openWindow(agent)
  agent.tell('route/requested', { screen: 'exceptions', request: requestId })
  await opened.page.waitForSelector('.path')
  return opened
}
const sentence = '.page-sentence'

describeInChromium('The page of a request', () => {
  it('says where it stands, whom it waits for, and how long', async () => {
    const { page, faults } = await openPage(anAgent(aShownRequest()))
    expect(await page.title()).toBe('Exception for Firewall')
    expect(await page.textContent(sentence)).toBe('Waiting: 1 of 2 approvals')
    expect(await page.textContent('.page-note')).toBe('Waiting for owner.Decision due 12:00, in 2 hours.')
    expect(await page.locator('[aria-current=step]').textContent()).toBe('Approvals1 of 2')
    expect(faults).toEqual([])
  })

  it('follows what is told of it, and says it aloud', async () => {
    const agent = anAgent(aShownRequest())
    const { page } = await openPage(agent)
    agent.tell('exception/changed', aGrantedRequest())
    await page.waitForSelector('text=Active until 10:50')
    expect(await page.textContent('[data-announcer=polite]')).toBe('Active until 10:50')
    expect(await page.textContent('.page-note')).toBe('For Firewall on Payments.Ends by itself in 50 minutes.')
  })

  it('passes over what is told of another request', async () => {
    const agent = anAgent(aShownRequest())
    const { page } = await openPage(agent)
    agent.tell('exception/changed', aShownRequest({ request_id: requestId.replace('40', '41'), state: 'denied' }))
    agent.tell('exception/changed', aShownRequest({ votes: { have: 0, need: 3 } }))
    await page.waitForSelector('text=Waiting: 0 of 3 approvals')
  })

  it('asks again where the snapshot counts a change that it was not told of', async () => {
    let now = aShownRequest()
    const agent = anAgent(now, { 'exception/show': () => ok(now) })
    const { page } = await openPage(agent)
    now = aShownRequest({ state: 'denied', why: 'The fix is out.', decide_by: null, waiting_for: [] })
    const exceptions = { requests: [headOf(aShownRequest(), 2)], drafts: [] }
    agent.tell('snapshot/changed', aSnapshotWith(now, { exceptions }))
    await page.waitForSelector('text=Denied')
    expect(await page.textContent('.page-note')).toBe('“The fix is out.”')
  })

  it('says that it is not live, and how old it is; and no more once it is live again', async () => {
    const agent = anAgent(aShownRequest(), {}, { stream: 'waiting' })
    const { page } = await openPage(agent)
    expect(await page.textContent('.banner')).toBe('Reconnecting. Last update 09:59.')
    agent.tell('snapshot/changed', aSnapshotWith(aShownRequest()))
    await expect.poll(() => page.locator('.banner').count()).toBe(0)
  })

  it('says of an approval that no signed decision proves that it is only said', async () => {
    const { page } = await openPage(anAgent(aGrantedRequest({}, { proven: false })))
    expect(await page.textContent(sentence)).toBe('Said to be approved')
    expect(await page.textContent('main')).not.toContain('Active until')
    expect(await page.textContent('main')).not.toContain('10:50')
  })

  it('opens the page of the gateway where the person must confirm', async () => {
    const request = aShownRequest({ state: 'step_up_required', votes: null, waiting_for: [] })
    const agent = anAgent(request, { 'exception/open-step-up': () => ok(undefined) })
    const { page } = await openPage(agent)
    await page.getByRole('button', { name: 'Continue in browser' }).click()
    await page.waitForSelector('text=Your browser should show it now.')
    expect(agent.asked.at(-1)).toEqual({ name: 'exception/open-step-up', question: { request_id: requestId } })
  })

  it('takes a request back only once the person has said so twice', async () => {
    const agent = anAgent(aShownRequest(), {
      'exception/withdraw': () => ok(aShownRequest({ state: 'withdrawn', votes: null, decide_by: null })),
    })
    const { page } = await openPage(agent)
    await page.getByRole('button', { name: 'Withdraw' }).click()
    expect(agent.asked.some(({ name }) => name === 'exception/withdraw')).toBe(false)
    await page.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click()
    await page.waitForSelector('text=You took this request back')
  })

  it('ends an exception early, and says in the dialog why that failed', async () => {
    let fails = true
    const agent = anAgent(aGrantedRequest(), {
      'exception/surrender': () =>
        fails
          ? { ok: false, code: 'gateway_unreachable', details: { reason: 'x' } }
          : ok(aGrantedRequest({ state: 'revoked', ended_at: noon })),
    })
    const { page } = await openPage(agent)
    await page.getByRole('button', { name: 'End now' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'End now' }).click()
    await dialog.getByText('Code gateway_unreachable').waitFor()
    fails = false
    await dialog.getByRole('button', { name: 'End now' }).click()
    await page.waitForSelector('text=Ended at 10:00: taken back')
  })

  it('keeps an answer where sending it fails, and while another screen is looked at', async () => {
    const request = aShownRequest({ state: 'info_needed', thread: [question] })
    let fails = true
    let kept = ''
    const agent = anAgent(request, {
      'reply/keep': ({ text }) => {
        kept = text
        return ok({ saved_at: noon })
      },
      'reply/kept': () => ok({ text: kept }),
      'exception/reply': ({ text }) =>
        fails
          ? { ok: false, code: 'unavailable' }
          : ok(aShownRequest({ thread: [question, { id: 'm2', from: 'requester', by: null, at: noon, text }] })),
    })
    const { page } = await openPage(agent)
    expect(await page.textContent(sentence)).toBe('Priya asks: “Which version is it?”')
    await page.fill('textarea', 'Version 8.2')
    await page.getByRole('button', { name: 'Send answer' }).click()
    await page.waitForSelector('text=Code unavailable')
    expect(await page.inputValue('textarea')).toBe('Version 8.2')
    await page.getByRole('button', { name: 'History' }).click()
    await page.waitForSelector('text=Nothing has happened yet.')
    agent.tell('route/requested', { screen: 'exceptions', request: requestId })
    await page.waitForSelector('.path')
    expect(await page.inputValue('textarea')).toBe('Version 8.2')
    fails = false
    await page.getByRole('button', { name: 'Send answer' }).click()
    await page.waitForSelector('.thread-requester')
    expect(await page.textContent('.thread-requester')).toContain('Version 8.2')
    expect(await page.locator('textarea').count()).toBe(0)
  })

  it('shows what was written where nobody waits for an answer any more, until it is thrown away', async () => {
    const kept: string[] = []
    const agent = anAgent(aShownRequest({ state: 'info_needed', thread: [question] }), {
      'reply/keep': ({ text }) => {
        kept.push(text)
        return ok({ saved_at: noon })
      },
    })
    const { page } = await openPage(agent)
    await page.fill('textarea', 'Version 8.2')
    agent.tell('exception/changed', aShownRequest({ thread: [question] }))
    await page.waitForSelector('text=Your answer was not sent')
    expect(await page.textContent('.thread-reply')).toContain('Version 8.2')
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect.poll(() => page.locator('.thread-reply').count()).toBe(0)
    await expect.poll(() => kept.at(-1)).toBe('')
  })

  it('does not say that an answer was not sent while it is being sent', async () => {
    const sent = Promise.withResolvers<void>()
    const told = aShownRequest({ thread: [question, { id: 'm2', from: 'requester', by: null, at: noon, text: 'Yes' }] })
    const agent = anAgent(aShownRequest({ state: 'info_needed', thread: [question] }), {
      'exception/reply': async () => {
        await sent.promise
        return ok(told)
      },
    })
    const { page } = await openPage(agent)
    await page.fill('textarea', 'Yes')
    await page.getByRole('button', { name: 'Send answer' }).click()
    agent.tell('exception/changed', told)
    await page.waitForSelector('.thread-requester')
    expect(await page.locator('text=Your answer was not sent').count()).toBe(0)
    sent.resolve()
    await page.waitForSelector('[data-announcer=polite]:has-text("Your answer is sent.")', { state: 'attached' })
    expect(await page.locator('.thread-reply').count()).toBe(0)
  })

  it('keeps what is known where it cannot be asked for again', async () => {
    let fails = false
    const agent = anAgent(aShownRequest({ state: 'info_needed', thread: [question] }), {
      'exception/show': () =>
        fails
          ? { ok: false, code: 'too_many_questions' }
          : ok(aShownRequest({ state: 'info_needed', thread: [question] })),
    })
    const { page } = await openPage(agent)
    await page.fill('textarea', 'Version')
    fails = true
    const before = agent.asked.length
    agent.tell('snapshot/changed', aSnapshotWith(aShownRequest(), { stream: 'waiting' }))
    await expect.poll(() => agent.asked.slice(before).some(({ name }) => name === 'exception/show')).toBe(true)
    await page.waitForSelector('text=Reconnecting. Last update 09:59.')
    expect(await page.inputValue('textarea')).toBe('Version')
  })

  it('closes a dialog whose subject is over, and leaves the keyboard at the heading', async () => {
    const agent = anAgent(aShownRequest())
    const { page } = await openPage(agent)
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('alertdialog').waitFor()
    agent.tell('exception/changed', aShownRequest({ state: 'lapsed', votes: null, decide_by: null }))
    await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0)
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1')
  })

  it('shows what people wrote as text', async () => {
    const evil = '<script>document.title=1</script><img src=x>\u202e'
    const request = aShownRequest({
      state: 'info_needed',
      reason: evil,
      ticket: evil,
      waiting_for: [evil.slice(0, 40)],
      category: evil.slice(0, 40),
      thread: [{ ...question, by: evil, text: `${evil}\n\n\n\nend` }],
    })
    const { page, faults } = await openPage(anAgent(request))
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.textContent('main')).not.toContain('\u202e')
    expect(await page.textContent('.thread-approver')).toContain('<img src=x>')
    expect(faults).toEqual([])
  })

  it('says so where the request is not known here', async () => {
    const agent = anAgent(aShownRequest(), { 'exception/show': () => ({ ok: false, code: 'not_found' }) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions', request: requestId })
    await page.waitForSelector('text=This request is not known here')
  })
})

describeInChromium('The list of exceptions', () => {
  it('says in a sentence what is open, and leads to each request and draft', async () => {
    const request = aShownRequest()
    const exceptions = { requests: [headOf(request)], drafts: [aDraft()] }
    const agent = anAgent(request, {}, { exceptions })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions' })
    await page.waitForSelector('text=1 request is open')
    expect(await page.locator('.row-link').allTextContents()).toEqual([
      'Firewall · Payments1 of 2 approvals, decision due 12:00',
      'Firewall · PaymentsSaved 09:58, not sent',
    ])
    await page.locator('.row-link').first().click()
    await page.waitForSelector('.path')
  })

  it('does not say as a fact that an exception holds which nothing proves', async () => {
    const request = aGrantedRequest({}, { proven: false })
    const agent = anAgent(request)
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions' })
    await page.waitForSelector('text=Said to be approved, not proven yet')
    expect(await page.locator('.row-link').textContent()).not.toContain('Active until')
    expect(await page.textContent(sentence)).toBe('1 exception does not hold now')
  })

  it('counts what holds, what is open and what does not hold now', async () => {
    const other = (n: number) => requestId.replace('40', `4${n}`)
    const held = aGrantedRequest({ state: 'suspended', cause: 'disk' }, { request_id: other(1) })
    const open = aShownRequest({ request_id: other(2) })
    const all = [aGrantedRequest(), held, open]
    const exceptions = { requests: all.map((each) => headOf(each)), drafts: [] }
    const agent = anAgent(open, {}, { exceptions })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions' })
    await page.waitForSelector('text=1 exception holds, 1 request is open, 1 exception does not hold now')
    expect(agent.asked.filter(({ name }) => name === 'exception/show')).toEqual([])
  })

  it('marks a draft that was refused, with the reason', async () => {
    const refused = { code: 'agent_outdated', at: noon - 60, details: {} }
    const agent = anAgent(aShownRequest(), {}, { exceptions: { requests: [], drafts: [aDraft({ refused })] } })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions' })
    await page.waitForSelector('text=Refused: Postern must be updated')
  })

  it('shows one that ended among the earlier ones, though another began at the same moment', async () => {
    const first = aShownRequest()
    const second = aShownRequest({ request_id: requestId.replace('40', '41') })
    let past: readonly ShownRequest[] = []
    const snapshotOf = (request: ShownRequest) =>
      aSnapshotWith(request, { exceptions: { requests: [headOf(request)], drafts: [] } })
    const agent = anAgent(first, {
      'history/page': () =>
        ok({ items: past.map((request) => ({ kind: 'exception' as const, at: noon, request })), older: null }),
    })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions' })
    await page.waitForSelector('text=1 request is open')
    past = [aShownRequest({ state: 'denied', votes: null, decide_by: null })]
    agent.tell('snapshot/changed', snapshotOf(second))
    await page.waitForSelector('text=Earlier')
  })

  it('says what it is for where there is nothing', async () => {
    const agent = aMemoryAgent(aSnapshot(), { 'history/page': () => ok({ items: [], older: null }) })
    const { page } = await openWindow(agent)
    agent.tell('route/requested', { screen: 'exceptions' })
    await page.waitForSelector('text=No exceptions')
    expect(await page.getByRole('button', { name: 'Request an exception' }).count()).toBe(1)
  })
})
