import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeInChromium } from '#test/support/a-chromium.ts'
import { aWindowBrowser, axeFindings, cutTexts, visibleTexts, widerThanWindow } from '#test/support/a-state-window.ts'
import { rawTexts } from '#test/support/raw-text.ts'
import type { PictureState } from '#tools/picture-states/picture-state.ts'
import { type PictureScreen, pictureScreens, pictureStates } from '#tools/picture-states.ts'

/** What holds of a window in every state. `isWhole`: in every look and language; otherwise in one of them, in turn. */

const wide = { width: 1040, height: 720 }
/** What a window of the usual size has at 200 % zoom. */
const zoomed = { width: 520, height: 360 }

/** Every state is looked at in one of these, in turn, so that each screen is in each of them; `all` in every one. */
const looks = [
  { name: 'light', media: { colorScheme: 'light', forcedColors: 'none' }, viewport: wide },
  { name: 'dark', media: { colorScheme: 'dark', forcedColors: 'none' }, viewport: wide },
  { name: 'forced colours', media: { colorScheme: 'light', forcedColors: 'active' }, viewport: wide },
  { name: '200 %', media: { colorScheme: 'light', forcedColors: 'none' }, viewport: zoomed },
] as const
const narrow = { width: 320, height: 640 }
const limit = { timeout: 120_000 }

/** Every so many of a screen's states, the first always. */
function someOf(screen: PictureScreen, every: number): readonly (readonly [string, PictureState])[] {
  return Object.entries(pictureStates[screen]).filter((_, index) => index % every === 0)
}

export function describeAccessibility(isWhole: boolean): void {
  describeInChromium('A window in every state', () => {
    let windows: Awaited<ReturnType<typeof aWindowBrowser>>
    beforeAll(async () => {
      windows = await aWindowBrowser()
    })
    afterAll(() => windows.close())

    it.each(pictureScreens)(
      'gives axe nothing to find, breaks no policy, asks nobody elsewhere: %s',
      { timeout: 180_000 },
      async (screen) => {
        const stage = await windows.open()
        const { page } = stage
        for (const [index, [name, state]] of Object.entries(pictureStates[screen]).entries()) {
          await stage.show(state, { language: index % 2 === 0 ? 'en' : 'de' })
          const turn = looks[index % looks.length] ?? looks[0]
          for (const look of isWhole ? looks : [turn]) {
            const title = `${screen}/${name}, ${look.name}`
            await page.emulateMedia(look.media)
            await page.setViewportSize(look.viewport)
            expect(await axeFindings(page), title).toEqual([])
            expect(await widerThanWindow(page), title).toBe(0)
            expect(await cutTexts(page), title).toEqual([])
            await page.setViewportSize(wide)
          }
        }
        expect(stage.faults).toEqual([])
        await stage.close()
      },
    )
  })
}

export function describeLanguages(isWhole: boolean): void {
  describeInChromium('A window in a language that nobody speaks', () => {
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
        for (const [name, state] of someOf(screen, isWhole ? 1 : 2)) {
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
      for (const [name, state] of someOf(screen, isWhole ? 1 : 4)) {
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

  describeInChromium('A window in German', () => {
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
}
