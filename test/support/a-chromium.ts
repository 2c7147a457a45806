import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { chromiumPath } from '#tools/pictures/find-chromium.ts'
import { describeUnless, whyNot } from './what-is-here.ts'

export { chromiumPath }

/** `describe`, whose tests are skipped where there is no Chromium. */
export function describeInChromium(name: string, tests: () => void): void {
  describeUnless(chromiumPath === undefined ? whyNot('no Chromium') : undefined, name, tests)
}

/** A browser without a window, closed when the test ends. */
export async function aChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium here')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  onTestFinished(() => browser.close())
  return browser
}
