import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'

export type Picture = { readonly title: string; readonly file: string }

/** So few on a sheet, and so wide, that the smallest text of a screen can be read. */
const columns = 3
const mostOnSheet = 6
const widthPx = 640

/** Pictures on sheets, with their names: what a person looks through. The sheets are `<path>-1.png` and so on. */
export async function contactSheets(browser: Browser, pictures: readonly Picture[], path: string): Promise<void> {
  for (let from = 0; from < pictures.length; from += mostOnSheet) {
    const file = `${path}-${from / mostOnSheet + 1}.png`
    await contactSheet(browser, pictures.slice(from, from + mostOnSheet), file)
  }
}

async function contactSheet(browser: Browser, pictures: readonly Picture[], file: string): Promise<void> {
  const cells = await Promise.all(
    pictures.map(async ({ title, file: from }) => {
      const data = (await readFile(from)).toString('base64')
      return `<figure><figcaption>${title}</figcaption><img src="data:image/png;base64,${data}" width="${widthPx}"></figure>`
    }),
  )
  // Columns rather than rows: a long screen leaves no gap beside it.
  const style = `body{margin:16px;columns:${columns};column-gap:16px;width:${columns * widthPx + (columns - 1) * 16}px;font:600 16px system-ui;background:#6b6b6b}figure{margin:0 0 16px;break-inside:avoid}img{display:block}figcaption{padding:4px 0;color:#fff}`
  const page = await browser.newPage({ viewport: { width: columns * (widthPx + 16) + 16, height: 800 } })
  await page.setContent(`<!doctype html><style>${style}</style>${cells.join('')}`)
  await page.screenshot({ path: file, fullPage: true })
  await page.close()
}
