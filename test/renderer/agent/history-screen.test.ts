import { expect, it } from 'vitest'
import type { HistoryItem } from '#contract/agent-exceptions.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aMemoryAgent, type MemoryAgent, type MemoryAnswers } from '#test/support/a-memory-agent.ts'
import { type Eyes, windowsForTests } from '#test/support/a-memory-window.ts'
import { aRefusal, aSnapshot, noon } from '#test/support/a-snapshot.ts'
import { aGrantedRequest, aVerdictChange } from '#test/support/an-exception-form.ts'

const openWindow = windowsForTests()
const ok = <Value>(value: Value) => ({ ok: true, value }) as const
const id = (n: number) => `${'A'.repeat(19)}${String(n).padStart(2, '0')}A`

const message = {
  id: id(1),
  typ: 'eat+jwt',
  at: noon - 60,
  bytes: 4045,
  receiver: 'https://posture.example.com',
  reason: 'changed',
  outcome: 'refused',
  code: 'use_nonce',
} as const
const items: readonly HistoryItem[] = [
  { kind: 'sent', at: noon - 60, times: 4, message },
  { kind: 'exception', at: noon - 600, request: aGrantedRequest() },
  aVerdictChange(id(2), noon - 3600),
  { kind: 'key', id: id(3), at: noon - 86_400, event: 'created', back_end: 'keytar' },
  { kind: 'enrollment', id: id(4), at: noon - 86_400, event: 'enrolled', by: 'you', host: 'posture.example.com' },
  { kind: 'update', id: id(5), at: noon - 3 * 86_400, from: '0.0.9', to: '0.1.0' },
]

function anAgent(answers: MemoryAnswers = {}): MemoryAgent {
  return aMemoryAgent(aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon - 600 }), {
    'history/page': ({ kinds }) =>
      ok({ items: items.filter(({ kind }) => kinds === undefined || kinds.includes(kind)), older: null }),
    'exception/show': () => ok(aGrantedRequest()),
    ...answers,
  })
}

async function openHistory(agent: MemoryAgent, eyes?: Eyes) {
  const opened = await openWindow(agent, eyes)
  agent.tell('route/requested', { screen: 'history' })
  await opened.page.waitForSelector('.row, .empty, [role=alert]')
  return opened
}

describeInChromium('The history', () => {
  it('tells what happened, newest first, day by day, with who acted and where it is logged', async () => {
    const { page, faults } = await openHistory(anAgent())
    expect(await page.locator('h2').allTextContents()).toEqual(['Today', 'Yesterday', 'Monday 23 November'])
    expect(await page.locator('.row-line').allTextContents()).toEqual([
      'Report4 messages in a row · refused · 4,045 bytes · Postern09:59',
      'Exception for FirewallActive until 10:50 · Your organisation · Audit log 1209:50',
      'Firewall: needs attentionThe gateway, before: OK09:00',
      'Device key madesystem keychain · Postern10:00',
      'Enrolled with posture.example.comYou10:00',
      'Postern 0.0.9 became 0.1.0Postern10:00',
    ])
    expect(await page.isVisible('text=Older entries are at your organisation.')).toBe(true)
    expect(faults).toEqual([])
  })

  it('says of a verdict what was seen and asked for then, in words', async () => {
    const { page } = await openHistory(anAgent())
    await page.getByRole('button', { name: /Firewall: needs attention/ }).click()
    expect(await page.locator('.key-values:visible').textContent()).toBe('ObservedoffRequiredon')
  })

  it('says of a message to whom, why, how large and what was answered, and leads to its bytes', async () => {
    const { page } = await openHistory(anAgent())
    await page.getByRole('button', { name: /^Report/ }).click()
    const said = await page.locator('.key-values:visible').textContent()
    expect(said).toContain('https://posture.example.com')
    expect(said).toContain('something had changed')
    expect(said).toContain('4,045 bytes')
    await page.getByRole('button', { name: 'See it in What we send' }).click()
    await expect.poll(() => page.title()).toBe('What we send')
  })

  it('leads from an exception to its page', async () => {
    const { page } = await openHistory(anAgent())
    await page.getByRole('button', { name: /Exception for Firewall/ }).click()
    await page.waitForSelector('.path')
  })

  it('shows one kind alone, by keyboard too', async () => {
    const agent = anAgent()
    const { page } = await openHistory(agent)
    await page.getByRole('radio', { name: 'All' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    expect(agent.asked.at(-1)?.question).toEqual({ count: 30, kinds: ['verdict'] })
  })

  it('asks for what is older when the person wants it, and adds it below', async () => {
    const older = [aVerdictChange(id(9), noon - 9 * 86_400)]
    const agent = anAgent({
      'history/page': ({ before }) =>
        ok(before === undefined ? { items: [...items], older: 'cursor' } : { items: older, older: null }),
    })
    const { page } = await openHistory(agent)
    expect(await page.isVisible('text=Older entries are at your organisation.')).toBe(false)
    await page.getByRole('button', { name: 'Show older' }).click()
    await page.waitForSelector('text=Tuesday 17 November')
    expect(await page.locator('.row').count()).toBe(items.length + 1)
    expect(agent.asked.at(-1)?.question).toEqual({ count: 30, before: 'cursor' })
    expect(await page.isVisible('text=Older entries are at your organisation.')).toBe(true)
  })

  it('follows what happens', async () => {
    let page1: HistoryItem[] = []
    const agent = anAgent({ 'history/page': () => ok({ items: page1, older: null }) })
    const { page } = await openHistory(agent)
    expect(await page.isVisible('text=Nothing has happened yet.')).toBe(true)
    page1 = [aVerdictChange(id(2), noon)]
    agent.tell('snapshot/changed', aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon }))
    await page.waitForSelector('text=Firewall: needs attention')
  })

  it('says why it cannot be read, and reads it again', async () => {
    let fails = true
    const agent = anAgent({
      'history/page': () =>
        fails
          ? {
              ok: false,
              code: 'state_unreadable',
              details: { file: 'history', reason: 'Its rights do not let Postern in (EACCES)' },
            }
          : ok({ items: [...items], older: null }),
    })
    const { page } = await openHistory(agent)
    expect(await page.textContent('[role=alert]')).toContain('Code state_unreadable')
    fails = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForSelector('text=Yesterday')
  })

  it('shows many changes of one verdict as one entry', async () => {
    const changes = ['a', 'b', 'c', 'd'].map((check) => ({ check, from: null, to: 'met' as const }))
    const agent = anAgent({
      'history/page': () => ok({ items: [{ kind: 'verdict', id: id(1), at: noon, changes }], older: null }),
    })
    const { page } = await openHistory(agent)
    expect(await page.locator('.row').count()).toBe(1)
    expect(await page.locator('.row-text').textContent()).toBe('4 checks judged otherwise')
  })

  it('shows hostile values as text', async () => {
    const evil = '<img src=x onerror="document.title=1">\u202e'
    const changes = [
      {
        check: 'firewall',
        from: null,
        to: 'violated' as const,
        observed: { kind: 'unknown', why: evil },
        required: { text: { en: evil, de: 7 } },
      },
      { check: 'disk', from: null, to: 'met' as const, observed: [evil], required: null },
    ]
    const agent = anAgent({
      'history/page': () =>
        ok({
          items: [
            { kind: 'verdict', id: id(1), at: noon, changes },
            { kind: 'enrollment', id: id(2), at: noon, event: 'refused', by: 'gateway', host: evil },
            { kind: 'sent', at: noon, times: 1, message: { ...message, typ: evil, reason: evil, receiver: evil } },
          ],
          older: null,
        }),
    })
    const { page, faults } = await openHistory(agent)
    expect(await page.locator('main img').count()).toBe(0)
    expect(await page.textContent('main')).toContain('<img src=x')
    expect(await page.textContent('main')).not.toContain('\u202e')
    expect(faults).toEqual([])
  })

  it('speaks German', async () => {
    const { page, faults } = await openHistory(anAgent(), { language: 'de-DE' })
    expect(await page.title()).toBe('Verlauf')
    expect(await page.locator('h2').allTextContents()).toEqual(['Heute', 'Gestern', 'Montag, 23. November'])
    expect(faults).toEqual([])
  })
})
