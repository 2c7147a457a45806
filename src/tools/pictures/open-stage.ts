import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Language } from '#contract/agent-windows.ts'
import { systemClock } from '#runtime/clock.ts'
import { type Log, silentLog } from '#runtime/log.ts'
import { serveLoopback } from '../../dev-shell/serve-loopback.ts'
import type { Pages } from '../../dev-shell/serve-windows.ts'
import type { PictureState } from '../picture-states/picture-state.ts'
import { type ScriptedAgent, scriptedAgent } from '../picture-states/scripted-agent.ts'
import { doAct } from './do-act.ts'

export type Wish = {
  readonly language?: Language
  /** A language that nobody speaks. */
  readonly pseudoLocale?: string
}

/** A state as a window shows it: the page, and the agent behind it. */
export type ShownState = { readonly page: Page; readonly agent: ScriptedAgent; readonly origin: string }

/** One window, in which state after state is shown. */
export type Stage = {
  readonly page: Page
  show(state: PictureState, wish?: Wish): Promise<ShownState>
  /** Waits until nothing is asked and nothing changes any more. */
  settle(): Promise<void>
  /** What the browser complained of: breaches of the policy, errors, requests to elsewhere. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

/** Opens a window of the browser over the loopback carrier; each state has a carrier, a token and an agent of its own. */
export async function openStage(browser: Browser, pages: Pages, look: BrowserContextOptions = {}): Promise<Stage> {
  const context = await browser.newContext({
    viewport: { width: 1040, height: 720 },
    timezoneId: 'Europe/Vienna',
    reducedMotion: 'reduce',
    ...look,
  })
  context.setDefaultTimeout(longestMs)
  const page = await context.newPage()
  await page.clock.install()
  const faults: string[] = []
  let origin = ''
  let agent: ScriptedAgent | undefined
  let close = async () => {}
  const log: Log = { ...silentLog, error: (event, fields) => void faults.push(`${event}: ${String(fields?.['err'])}`) }

  await page.addInitScript(tellOfBreaches)
  page.on('console', (message) => {
    if (message.location().url.endsWith('/favicon.ico')) return // the browser asks by itself
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`asked elsewhere: ${request.url()}`)
  })

  async function settle(): Promise<void> {
    let asked = -1
    for (let round = 0; round < 8; round += 1) {
      await page.clock.runFor(500)
      const now = agent?.asked() ?? 0
      if (now === asked) return
      asked = now
    }
  }

  return {
    page,
    faults,
    settle,
    async show(state, { language = 'en', pseudoLocale } = {}) {
      await close()
      const shown = scriptedAgent(state, language, log)
      agent = shown
      let address = ''
      close = await serveLoopback({
        pages,
        answer: shown.answer,
        onNotice: shown.onNotice,
        onAddress: (next) => {
          address = address === '' ? next : address
        },
        clock: systemClock(),
        log,
      })
      origin = new URL(address).origin
      await page.goto(pseudoLocale === undefined ? address : `${address}~${pseudoLocale}`)
      await page.waitForSelector('main').catch((cause: unknown) => {
        throw new Error(`no window: ${faults.join('; ')}`, { cause })
      })
      await settle()
      for (const act of state.acts ?? []) {
        await doAct(page, act)
        await settle()
        await page.clock.runFor(announcedMs)
      }
      return { page, agent: shown, origin }
    },
    async close() {
      await context.close()
      await close()
    },
  }
}

const longestMs = 10_000
/** How long what was said to a screen reader stays in the page. */
const announcedMs = 8000

/** Runs in the page. */
const tellOfBreaches = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('securitypolicyviolation ' + event.violatedDirective + ' ' + event.blockedURI)
})`
