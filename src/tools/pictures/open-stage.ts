import { setTimeout as rest } from 'node:timers/promises'
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
  const requests = { begun: 0, ended: 0 }
  let frames = { questions: 0, heard: 0 }
  const log: Log = { ...silentLog, error: (event, fields) => void faults.push(`${event}: ${String(fields?.['err'])}`) }

  await page.addInitScript(tellOfBreaches)
  page.on('console', (message) => {
    if (message.location().url.endsWith('/favicon.ico')) return // the browser asks by itself
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    requests.begun += 1
    if (new URL(request.url()).origin !== origin) faults.push(`asked elsewhere: ${request.url()}`)
  })
  const onEnd = () => {
    requests.ended += 1
  }
  page.on('requestfinished', onEnd)
  page.on('requestfailed', onEnd)
  page.on('websocket', (socket) => {
    frames = { questions: 0, heard: 0 }
    const counted = frames
    socket.on('framesent', ({ payload }) => {
      if (payload.toString().includes('"ask":')) counted.questions += 1
    })
    socket.on('framereceived', ({ payload }) => {
      if (payload.toString().includes('"reply":')) counted.heard += 1
    })
  })

  /** The page's clock stands still, but what it loads and asks takes as long as this machine needs. */
  async function untilHeard(): Promise<void> {
    const deadline = performance.now() + longestMs
    while (performance.now() < deadline) {
      const asked = agent?.asked() ?? 0
      const isHeard = asked > 0 && asked >= frames.questions && frames.heard >= (agent?.answered() ?? 0)
      if (isHeard && requests.ended >= requests.begun) return
      await rest(5)
    }
  }

  async function settle(): Promise<void> {
    let last = ''
    let quiet = 0
    for (let round = 0; round < 20 && quiet < 2; round += 1) {
      await page.clock.runFor(400)
      await untilHeard()
      const seen = `${agent?.asked() ?? 0} ${frames.heard} ${requests.ended}`
      quiet = seen === last ? quiet + 1 : 0
      last = seen
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
      requests.begun = 0
      requests.ended = 0
      frames = { questions: 0, heard: 0 }
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
