import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { servedWindows } from '#dev-shell/serve-windows.ts'
import { openStage, type Stage } from '#tools/pictures/open-stage.ts'
import { chromiumPath } from './a-chromium.ts'

const root = join(import.meta.dirname, '..', '..')
const axeSource = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8')

/** One browser for a file of tests, and windows in it. */
export async function aWindowBrowser(): Promise<{
  readonly browser: Browser
  readonly open: (look?: BrowserContextOptions) => Promise<Stage>
  readonly close: () => Promise<void>
}> {
  if (chromiumPath === undefined) throw new Error('no Chromium here')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  const pages = await servedWindows(root)
  return {
    browser,
    async open(look) {
      const stage = await openStage(browser, pages, look)
      await stage.page.addInitScript(axeSource)
      return stage
    },
    close: () => browser.close(),
  }
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds against WCAG 2.2 AA, a line each. */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const only = rules === undefined ? { type: 'tag', values: tags } : { type: 'rule', values: rules }
  return await page.evaluate<string[]>(`axe
    .run(document, { runOnly: ${JSON.stringify(only)}, resultTypes: ['violations'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ' ' + (failureSummary ?? '').split('\\n')[1])))`)
}

/** How far the page reaches beyond its window, in pixels: what would have to be scrolled sideways. */
export async function widerThanWindow(page: Page): Promise<number> {
  return await page.evaluate<number>(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  )
}

/** Texts that are cut off: hidden behind the edge of their element, or beyond the window. */
export async function cutTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(`(() => {
    const cut = []
    for (const element of document.body.querySelectorAll('*')) {
      const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim()
      if (text === '' || element.clientWidth <= 1) continue
      const { overflowX, overflowY, textOverflow } = getComputedStyle(element)
      const hides = (overflow) => overflow === 'hidden' || overflow === 'clip'
      const beyond = hides(overflowX) && element.scrollWidth > element.clientWidth + 1
      const below = hides(overflowY) && element.scrollHeight > element.clientHeight + 2
      if (beyond || below || (textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth)) cut.push(text.slice(0, 80))
    }
    return cut
  })()`)
}

/** Every text that can be seen or is read aloud: of elements, and of the attributes that name them. Code has no language. */
export async function visibleTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(`(() => {
    const found = [document.title]
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      const parent = node.parentElement
      if (parent === null || node.data.trim() === '' || ['SCRIPT', 'STYLE'].includes(parent.tagName)) continue
      if (parent.closest('[translate=no], code') === null && parent.checkVisibility()) found.push(node.data)
    }
    for (const name of ['aria-label', 'aria-description', 'placeholder', 'title', 'alt', 'aria-valuetext'])
      for (const element of document.querySelectorAll('[' + name + ']')) found.push(element.getAttribute(name) ?? '')
    return found
  })()`)
}
