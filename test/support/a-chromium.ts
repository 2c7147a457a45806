import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { chromiumPath } from '#tools/pictures/find-chromium.ts'

export { chromiumPath }

/** A browser without a window, closed when the test ends. */
export async function aChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium here')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  onTestFinished(() => browser.close())
  return browser
}
