import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { isRequestName, type NoticeName, notices } from '#contract/ipc.ts'
import { buildWindows } from '../../src/packaging/build-windows.ts'
import { chromiumPath } from './a-chromium.ts'
import type { MemoryAgent } from './a-memory-agent.ts'

/** How a person sees the window. */
export type Eyes = {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly forcedColours?: boolean
  readonly language?: 'en-GB' | 'de-DE'
  /** A pseudo-locale. */
  readonly locale?: 'en-XA' | 'en-Arab-XB'
}

export type OpenedWindow = {
  readonly page: Page
  /** Violations of the page's policy, uncaught errors, and requests beyond the build: none, where all is well. */
  readonly faults: readonly string[]
}

const origin = 'https://ui.test'
const types: { readonly [ending: string]: string } = { html: 'text/html', js: 'text/javascript', css: 'text/css' }

/** Builds the windows once for a file of tests; the function opens one in Chromium, with the real policy in its page. */
export function windowsForTests(): (agent: MemoryAgent, eyes?: Eyes) => Promise<OpenedWindow> {
  let folder = ''
  let browser: Browser | undefined
  beforeAll(async () => {
    if (chromiumPath === undefined) return
    folder = await mkdtemp(join(tmpdir(), 'postern-windows-'))
    await buildWindows('development', folder)
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return async (agent, eyes = {}) => {
    if (browser === undefined) throw new Error('no Chromium here')
    const context = await browser.newContext({
      viewport: { width: eyes.width ?? 880, height: eyes.height ?? 640 },
      colorScheme: eyes.dark === true ? 'dark' : 'light',
      forcedColors: eyes.forcedColours === true ? 'active' : 'none',
      reducedMotion: 'reduce',
      locale: eyes.language ?? 'en-GB',
      timezoneId: 'UTC',
    })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(8000)
    const faults = await connectWindow(page, agent, (name) => readFile(join(folder, name)))
    await page.goto(`${origin}/injected.html${eyes.locale === undefined ? '' : `?locale=${eyes.locale}`}`)
    await page.waitForSelector('h1').catch((error: unknown) => {
      throw new Error(`no screen came: ${faults.join('; ')}`, { cause: error })
    })
    return { page, faults }
  }
}

/** Serves the built files to the page, puts the agent's carrier into it, and gathers what goes wrong there. */
export async function connectWindow(
  page: Page,
  agent: MemoryAgent,
  read: (name: string) => Promise<Buffer>,
): Promise<readonly string[]> {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.route('**/*', async (route) => {
    const { pathname, origin: from } = new URL(route.request().url())
    if (from !== origin) {
      faults.push(`asked for ${from}`)
      return route.abort()
    }
    const name = pathname.slice(1)
    if (name === 'favicon.ico') return route.fulfill({ status: 204 })
    const contentType = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    return route.fulfill({ contentType: `${contentType}; charset=utf-8`, body: await read(name) })
  })
  await page.exposeFunction('posternFault', (text: string) => faults.push(text))
  await page.exposeFunction('posternAsk', (name: string, question: unknown) =>
    isRequestName(name)
      ? Reflect.apply(agent.transport.ask, undefined, [name, question ?? undefined])
      : { ok: false, code: 'question_invalid' },
  )
  await page.addInitScript(prepareWindow)
  for (const name of Object.keys(notices).filter(isNoticeName))
    agent.transport.on(name, (value) => {
      if (!page.isClosed()) void page.evaluate(tellWindow, { name, value }).catch(() => undefined)
    })
  return faults
}

/** Runs in the page, before anything of it: `window.postern`, as the preload exposes it. */
function prepareWindow(): void {
  const page: object = globalThis
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  const ask = Reflect.get(page, 'posternAsk')
  const fault = Reflect.get(page, 'posternFault')
  Reflect.set(page, 'posternTell', (name: string, value: unknown) => {
    for (const listener of listeners.get(name) ?? []) listener(value)
  })
  Reflect.set(page, 'postern', {
    ask: (name: string, question: unknown) => Reflect.apply(ask, undefined, [name, question]),
    on(name: string, listener: (value: unknown) => void) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
  })
  Reflect.apply(Reflect.get(page, 'addEventListener'), page, [
    'securitypolicyviolation',
    (event: object) => Reflect.apply(fault, undefined, [`policy: ${Reflect.get(event, 'violatedDirective')}`]),
  ])
}

function tellWindow({ name, value }: { readonly name: string; readonly value: unknown }): void {
  Reflect.apply(Reflect.get(globalThis, 'posternTell'), undefined, [name, value])
}

function isNoticeName(name: string): name is NoticeName {
  return Object.hasOwn(notices, name)
}
