import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { languages } from '#contract/agent-windows.ts'
import { servedWindows } from '../dev-shell/serve-windows.ts'
import { allPictureStates, pictureScreens } from './picture-states.ts'
import { contactSheets, type Picture } from './pictures/contact-sheet.ts'
import { docsPictures } from './pictures/docs-pictures.ts'
import { chromiumPath } from './pictures/find-chromium.ts'
import { openStage } from './pictures/open-stage.ts'
import { steadyPicture } from './pictures/steady-picture.ts'

/**
 * `npm run pictures`: every screen in every state, in both languages, light and dark, from the running windows, into
 * `out/pictures`, with a contact sheet per screen; then the few that the documentation shows, into `docs/pictures`.
 */
const usage = `npm run pictures [-- --screen NAME] [--language en|de] [--docs]

  --screen    only this screen: ${pictureScreens.join(', ')}
  --state     only states whose name contains this
  --language  only this language
  --docs      only the pictures of the documentation
`
const schemes = ['light', 'dark'] as const
const locales = { en: 'en-GB', de: 'de-DE' } as const
const root = join(import.meta.dirname, '..', '..')
const out = join(root, 'out', 'pictures')
const docs = join(root, 'docs', 'pictures')

/** Runs in the page: as high as what is in it, so that nothing has to be scrolled to. */
const contentHeight = `Math.max(document.documentElement.scrollHeight, ...[...document.querySelectorAll('main')].map((main) => main.scrollHeight))`

const { values } = parseArgs({
  options: {
    screen: { type: 'string' },
    state: { type: 'string', default: '' },
    language: { type: 'string' },
    docs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else if (chromiumPath === undefined) {
  process.stderr.write('pictures: no Chromium here; name one with CHROMIUM\n')
  process.exitCode = 2
} else process.exitCode = await takePictures(chromiumPath)

async function takePictures(executablePath: string): Promise<number> {
  const began = performance.now()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--force-color-profile=srgb'] })
  try {
    const pages = await servedWindows(root)
    const isWhole = values.screen === undefined && values.language === undefined && values.state === ''
    const ofDocs = values.docs || isWhole ? await docsPictures(browser, pages, { root, folder: docs }) : []
    for (const fault of ofDocs) process.stderr.write(`pictures: ${fault}\n`)
    if (values.docs) return ofDocs.length === 0 ? 0 : 1
    const wanted = allPictureStates().filter(
      ({ screen, name }) => (values.screen ?? screen) === screen && name.includes(values.state),
    )
    const spoken = languages.filter((language) => (values.language ?? language) === language)
    const taken = new Set<string>()
    const faults = await Promise.all(spoken.map((language) => takeAll(language, wanted)))

    async function takeAll(language: (typeof languages)[number], states: typeof wanted): Promise<readonly string[]> {
      // Where the agent is away, the window speaks the system's language.
      const stage = await openStage(browser, pages, { locale: locales[language] })
      const said: string[] = []
      for (const { screen, name, state } of states) {
        try {
          await stage.show(state, { language })
          for (const colorScheme of schemes) {
            await stage.page.emulateMedia({ colorScheme })
            const folder = join(out, screen, `${language}-${colorScheme}`)
            await mkdir(folder, { recursive: true })
            const height = await stage.page.evaluate<number>(contentHeight)
            await stage.page.setViewportSize({ width: 1040, height: Math.min(4800, Math.max(720, height)) })
            await writeFile(join(folder, `${name}.png`), await steadyPicture(stage.page))
            await stage.page.setViewportSize({ width: 1040, height: 720 })
          }
          taken.add(`${language}/${screen}/${name}`)
        } catch (thrown) {
          said.push(`${language} ${screen}/${name}: ${thrown instanceof Error ? thrown.message.split('\n')[0] : ''}`)
        }
      }
      said.push(...stage.faults)
      await stage.close()
      return said
    }

    for (const screen of pictureScreens) {
      for (const language of spoken) {
        for (const scheme of schemes) {
          const shown: Picture[] = wanted
            .filter((each) => each.screen === screen && taken.has(`${language}/${screen}/${each.name}`))
            .map(({ name }) => ({ title: name, file: join(out, screen, `${language}-${scheme}`, `${name}.png`) }))
          if (shown.length > 0) await contactSheets(browser, shown, join(out, `${screen}-${language}-${scheme}`))
        }
      }
    }
    const count = wanted.length * spoken.length * schemes.length
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    process.stdout.write(`${count} pictures in out/pictures, with contact sheets (${seconds} s)\n`)
    for (const fault of faults.flat()) process.stderr.write(`pictures: ${fault}\n`)
    return faults.flat().length + ofDocs.length === 0 ? 0 : 1
  } finally {
    await browser.close()
  }
}
