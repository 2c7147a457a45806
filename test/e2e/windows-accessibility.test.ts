import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '#test/support/a-chromium.ts'
import { aWindowBrowser, axeFindings, cutTexts, widerThanWindow } from '#test/support/a-state-window.ts'
import { pictureScreens, pictureStates } from '#tools/picture-states.ts'

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
const all = process.env['POSTERN_EVERY_LOOK'] === '1'

// skipped: no Chromium on this machine
describe.skipIf(chromiumPath === undefined)('A window in every state', () => {
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
        for (const look of all ? looks : [turn]) {
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
