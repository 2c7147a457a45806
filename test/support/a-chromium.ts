import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'

/** Where a system puts it; `CHROMIUM` names another one. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = [process.env['CHROMIUM'], ...places].find((path) => path !== undefined && existsSync(path))

/** A browser without a window, closed when the test ends. */
export async function aChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium here')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  onTestFinished(() => browser.close())
  return browser
}
