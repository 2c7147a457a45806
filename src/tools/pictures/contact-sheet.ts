import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'

export type Picture = { readonly title: string; readonly file: string }

const columns = 4
const widthPx = 420

/** Many pictures on one, with their names: what a person looks through. */
export async function contactSheet(browser: Browser, pictures: readonly Picture[], file: string): Promise<void> {
  const cells = await Promise.all(
    pictures.map(async ({ title, file: from }) => {
      const data = (await readFile(from)).toString('base64')
      return `<figure><img src="data:image/png;base64,${data}" width="${widthPx}"><figcaption>${title}</figcaption></figure>`
    }),
  )
  const style = `body{margin:16px;display:grid;grid-template-columns:repeat(${columns},${widthPx}px);gap:16px;font:13px system-ui;background:#888}figure{margin:0}img{display:block;max-height:700px;object-fit:cover;object-position:top}figcaption{padding:4px 0;color:#fff}`
  const page = await browser.newPage({ viewport: { width: columns * (widthPx + 16) + 32, height: 800 } })
  await page.setContent(`<!doctype html><style>${style}</style>${cells.join('')}`)
  await page.screenshot({ path: file, fullPage: true })
  await page.close()
}
