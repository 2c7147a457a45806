import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chromiumPath } from '#test/support/a-chromium.ts'
import { aWindowBrowser, cutTexts, visibleTexts, widerThanWindow } from '#test/support/a-state-window.ts'
import { rawTexts } from '#test/support/raw-text.ts'
import { pictureScreens, pictureStates } from '#tools/picture-states.ts'

const narrow = { width: 320, height: 640 }
const wide = { width: 1040, height: 720 }
const limit = { timeout: 120_000 }

// skipped: no Chromium on this machine
describe.skipIf(chromiumPath === undefined)('A window in a language that nobody speaks', () => {
  let windows: Awaited<ReturnType<typeof aWindowBrowser>>
  beforeAll(async () => {
    windows = await aWindowBrowser()
  })
  afterAll(() => windows.close())

  it.each(pictureScreens)(
    'shows no text that was not written down, and cuts none where they are longer: %s',
    limit,
    async (screen) => {
      const stage = await windows.open()
      for (const [name, state] of Object.entries(pictureStates[screen])) {
        const { page, agent } = await stage.show(state, { pseudoLocale: 'en-XA' })
        expect(rawTexts(await visibleTexts(page), agent.said), `${screen}/${name}`).toEqual([])
        expect(await cutTexts(page), `${screen}/${name}`).toEqual([])
        await page.setViewportSize(narrow)
        expect(await widerThanWindow(page), `${screen}/${name} at 320 px`).toBe(0)
        expect(await cutTexts(page), `${screen}/${name} at 320 px`).toEqual([])
        await page.setViewportSize(wide)
      }
      expect(stage.faults).toEqual([])
      await stage.close()
    },
  )

  it.each(pictureScreens)('reads from right to left, and cuts nothing: %s', limit, async (screen) => {
    const stage = await windows.open()
    for (const [name, state] of Object.entries(pictureStates[screen]).filter((_, index) => index % 3 === 0)) {
      const { page } = await stage.show(state, { pseudoLocale: 'en-Arab-XB' })
      expect(await page.getAttribute('html', 'dir')).toBe('rtl')
      expect(await widerThanWindow(page), `${screen}/${name}`).toBe(0)
      expect(await cutTexts(page), `${screen}/${name}`).toEqual([])
      await page.setViewportSize(narrow)
      expect(await widerThanWindow(page), `${screen}/${name} at 320 px`).toBe(0)
      await page.setViewportSize(wide)
    }
    expect(stage.faults).toEqual([])
    await stage.close()
  })
})

// skipped: no Chromium on this machine
describe.skipIf(chromiumPath === undefined)('A window in German', () => {
  it('says the same in its own words, and cuts none of them in a narrow window', limit, async () => {
    const windows = await aWindowBrowser()
    onTestFinished(windows.close)
    const stage = await windows.open({ viewport: narrow })
    for (const screen of pictureScreens) {
      const [name = '', state] = Object.entries(pictureStates[screen])[0] ?? []
      if (state === undefined) throw new Error(`${screen} has no state`)
      const english = await visibleTexts((await stage.show(state, { language: 'en' })).page)
      const { page, agent } = await stage.show(state, { language: 'de' })
      const german = await visibleTexts(page)
      expect(await page.getAttribute('html', 'lang')).toBe('de')
      const same = german.filter((text) => english.includes(text) && / \S+ \S+ /.test(text))
      expect(rawTexts(same, agent.said), `${screen}/${name}`).toEqual([])
      expect(await widerThanWindow(page), `${screen}/${name}`).toBe(0)
      expect(await cutTexts(page), `${screen}/${name}`).toEqual([])
    }
  })
})
