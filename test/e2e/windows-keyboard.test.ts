import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { settingsEn } from '#contract/texts/windows/settings-en.ts'
import { sharedEn } from '#contract/texts/windows/shared-en.ts'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aWindowBrowser } from '#test/support/a-state-window.ts'
import type { PictureState } from '#tools/picture-states/picture-state.ts'
import { type PictureScreen, pictureScreens, pictureStates } from '#tools/picture-states.ts'
import type { Stage } from '#tools/pictures/open-stage.ts'

const limit = { timeout: 120_000 }
/** What a person passes on the way through the longest page. */
const mostSteps = 150

/** States with everything on them that can be done on their screen. */
const busy: { readonly [Screen in PictureScreen]: readonly string[] } = {
  enroll: ['by-hand', 'described', 'waiting-approval', 'already-enrolled'],
  status: ['every-row', 'grace', 'key-locked', 'healthy'],
  request: ['two-checks', 'written', 'kept-offline', 'step-up'],
  live: ['list', 'info_needed', 'active', 'pending', 'denied'],
  history: ['every-kind', 'more-below'],
  privacy: ['exact-bytes', 'new-field-asked'],
  settings: ['own', 'governed', 'diagnostics-wrong', 'export', 'quit'],
}

describeInChromium('A window without a mouse', () => {
  let windows: Awaited<ReturnType<typeof aWindowBrowser>>
  let stage: Stage
  beforeAll(async () => {
    windows = await aWindowBrowser()
    stage = await windows.open()
  })
  afterAll(async () => {
    await windows.close()
  })

  it.each(pictureScreens)('has everything within reach, and shows where one is: %s', limit, async (screen) => {
    for (const name of busy[screen]) {
      const { page } = await stage.show(stateOf(screen, name))
      const { reached, unseen } = await walk(page)
      expect(unseen, `${screen}/${name}: no focus to be seen`).toEqual([])
      expect(await outOfReach(page, reached), `${screen}/${name}: out of reach`).toEqual([])
    }
  })

  it('lands on the heading of each screen that it goes to', limit, async () => {
    const { page } = await stage.show(stateOf('status', 'healthy'))
    for (const place of ['exceptions', 'history', 'privacy', 'settings', 'status'] as const) {
      await page.getByRole('button', { name: sharedEn.navigation[place], exact: true }).focus()
      await page.keyboard.press('Enter')
      await stage.settle()
      expect(await page.evaluate('document.activeElement?.tagName'), place).toBe('H1')
      expect(await page.title(), place).toContain(await page.textContent('h1'))
    }
  })

  it('leaves a question by Escape, back to what opened it', limit, async () => {
    const { page } = await stage.show(stateOf('settings', 'own'))
    const opener = page.getByRole('button', { name: settingsEn.quit.action, exact: true })
    await opener.focus()
    await page.keyboard.press('Enter')
    await stage.settle()
    expect(await page.getByRole('dialog').or(page.getByRole('alertdialog')).count()).toBe(1)
    await page.keyboard.press('Escape')
    await stage.settle()
    expect(await page.getByRole('dialog').or(page.getByRole('alertdialog')).count()).toBe(0)
    expect(await opener.evaluate((element) => element.matches(':focus'))).toBe(true)
  })
})

function stateOf(screen: PictureScreen, name: string): PictureState {
  const state = pictureStates[screen][name]
  if (state === undefined) throw new Error(`no state ${screen}/${name}`)
  return state
}

type Focused = { readonly id: string; readonly says: string; readonly isSeen: boolean; readonly isHeading: boolean }

/** Tab by tab through the page, until it begins anew: what had the focus, and which of it did not show that. */
async function walk(
  page: Page,
): Promise<{ readonly reached: ReadonlySet<string>; readonly unseen: readonly string[] }> {
  await page.evaluate(number)
  const reached = new Set<string>()
  const unseen: string[] = []
  for (let step = 0; step < mostSteps; step += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate<Focused | null>(focused)
    if (at === null || at.isHeading) continue // the window itself, between the end and the beginning; where a screen begins
    if (reached.has(at.id)) break
    reached.add(at.id)
    if (!at.isSeen) unseen.push(at.says)
  }
  return { reached, unseen }
}

/** What can be done and was not reached; of a group that arrow keys move in, one is enough. */
async function outOfReach(page: Page, reached: ReadonlySet<string>): Promise<readonly string[]> {
  const all = await page.evaluate<{ id: string; group: string; says: string }[]>(actions)
  const groups = new Set(all.filter(({ id }) => reached.has(id)).map(({ group }) => group))
  return all.filter(({ id, group }) => !reached.has(id) && (group === '' || !groups.has(group))).map(({ says }) => says)
}

// These run in the page.
const acting =
  'a[href], button, input, textarea, select, summary, [role=button], [role=tab], [role=radio], [role=link], [tabindex="0"]'
const number = `(() => {
  let next = 0
  for (const element of document.querySelectorAll('*')) element.dataset.walk ??= String(next++)
  document.activeElement?.blur()
})()`
const says = `(element) => (element.getAttribute('aria-label') || element.innerText || element.name || element.tagName).trim().slice(0, 60)`
const focused = `(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return null
  element.dataset.walk ??= 'late-' + Math.random()
  const rings = (each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each)
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
  }
  const near = [element, element.parentElement, element.parentElement?.parentElement, ...(element.closest('label')?.querySelectorAll('*') ?? []), element.closest('label')]
  return { id: element.dataset.walk, isHeading: element.tagName === 'H1', says: (${says})(element), isSeen: near.some((each) => each && rings(each)) }
})()`
const actions = `[...document.querySelectorAll('${acting}')]
  .filter((element) => element.checkVisibility() && !element.disabled && element.getAttribute('aria-disabled') !== 'true'
    && element.closest('[inert], [aria-hidden=true]') === null && element.tabIndex > -2)
  .filter((element) => element.tabIndex >= 0 || ['radio', 'tab'].includes(element.getAttribute('role') ?? element.type))
  .map((element) => ({
    id: element.dataset.walk ?? 'new',
    group: element.closest('[role=radiogroup], [role=tablist], [role=toolbar]')?.dataset.walk ?? (element.type === 'radio' ? element.name : ''),
    says: (${says})(element),
  }))`
