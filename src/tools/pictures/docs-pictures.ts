import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { trayModel } from '#agent/tray/tray-model.ts'
import type { Pages } from '../../dev-shell/serve-windows.ts'
import { type PictureScreen, pictureStates } from '../picture-states.ts'
import { openStage } from './open-stage.ts'
import { shrinkPng } from './shrink-png.ts'
import { steadyPicture } from './steady-picture.ts'

/** What README and documentation show, by the name of its file; the last is its height. */
const chosen = {
  status: ['status', 'restricted', 760],
  request: ['request', 'written', 1180],
  'live-status': ['live', 'pending', 760],
  'what-we-send': ['privacy', 'exact-bytes', 760],
} as const satisfies { readonly [file: string]: readonly [PictureScreen, string, number] }

const schemes = ['light', 'dark'] as const

/** Takes the pictures of the documentation, in English, light and dark; returns what the browser complained of. */
export async function docsPictures(
  browser: Browser,
  pages: Pages,
  { root, folder }: { readonly root: string; readonly folder: string },
): Promise<readonly string[]> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const stage = await openStage(browser, pages, { viewport: { width: 960, height: 640 } })
  for (const [file, [screen, name, height]] of Object.entries(chosen)) {
    await stage.page.setViewportSize({ width: 960, height })
    const state = pictureStates[screen][name]
    if (state === undefined) throw new Error(`there is no picture ${screen}/${name}`)
    for (const colorScheme of schemes) {
      await stage.page.emulateMedia({ colorScheme })
      await stage.show(state)
      await stage.page.evaluate('document.activeElement?.blur()')
      const taken = await steadyPicture(stage.page)
      await writeFile(join(folder, `${file}-${colorScheme}.png`), shrinkPng(taken))
    }
  }
  const { faults } = stage
  await stage.close()
  for (const scheme of schemes) await trayPicture(browser, root, scheme, join(folder, `tray-${scheme}.png`))
  return faults
}

/** The rows of the tray's menu, as the model says them; how a menu looks is up to each desktop. */
async function trayPicture(
  browser: Browser,
  root: string,
  scheme: (typeof schemes)[number],
  file: string,
): Promise<void> {
  const state = pictureStates.status['restricted']
  if (state === undefined) throw new Error('there is no state to show in the tray')
  const { snapshot } = state
  const model = trayModel(snapshot, {
    os: snapshot.os,
    language: 'en',
    now: snapshot.told_at,
    hideQuit: false,
    updateReady: undefined,
  })
  const svg = await readFile(join(root, 'assets', 'tray', `${model.icon}.svg`), 'utf8')
  const page = await browser.newPage({
    viewport: { width: 520, height: 600 },
    colorScheme: scheme,
    timezoneId: 'Europe/Vienna',
  })
  await page.setContent(menuPage)
  const rows = model.rows.map((row) => (row.kind === 'separator' ? null : row.label))
  await page.evaluate(`(${fillMenu})(${JSON.stringify({ rows, svg })})`)
  await writeFile(file, shrinkPng(await page.locator('#picture').screenshot()))
  await page.close()
}

/** Labels become text, never markup. Runs in the page. */
const fillMenu = `({ rows, svg }) => {
  document.getElementById('icon').innerHTML = svg
  for (const row of rows) {
    const element = document.createElement(row === null ? 'hr' : 'div')
    if (row !== null) element.textContent = row
    document.getElementById('menu').append(element)
  }
}`

const menuPage = `<!doctype html><meta name="color-scheme" content="light dark"><style>
:root { --bar: #e9e7e3; --menu: #fff; --line: #dedbd5; --ink: #1d1c1a; --back: #cfd6ea }
@media (prefers-color-scheme: dark) { :root { --bar: #26282c; --menu: #2f3136; --line: #45484f; --ink: #f1f0ee; --back: #171a22 } }
body { margin: 0 }
#picture { inline-size: 460px; background: var(--back); padding-block-end: 20px; font: 13px/1.35 system-ui, sans-serif; color: var(--ink) }
#bar { display: flex; justify-content: flex-end; align-items: center; gap: 14px; background: var(--bar); padding: 4px 20px }
#icon svg { display: block; inline-size: 20px; block-size: 20px }
#menu { margin: 4px 12px 0 40px; padding: 6px; border: 1px solid var(--line); border-radius: 10px; background: var(--menu); box-shadow: 0 8px 24px #0003 }
#menu div { padding: 5px 10px }
#menu hr { border: 0; border-block-start: 1px solid var(--line); margin: 5px 10px }
</style><div id="picture"><div id="bar"><span id="icon"></span><span>Thu 11:00</span></div><div id="menu"></div></div>`
