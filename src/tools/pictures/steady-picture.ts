import type { Page } from 'playwright-core'

const mostTries = 5

/** A picture of the page as it is once it has been drawn whole: of a long page the browser may draw parts later. */
export async function steadyPicture(page: Page): Promise<Buffer> {
  let before = await page.screenshot({ animations: 'disabled' })
  for (let tries = 1; tries < mostTries; tries += 1) {
    const now = await page.screenshot({ animations: 'disabled' })
    if (now.equals(before)) return now
    before = now
  }
  return before
}
