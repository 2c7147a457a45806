import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { type DrivenApp, driveApp, whyNotHere } from './a-driven-app.ts'

// Electron itself, unpackaged, driven by playwright: what a page gets, and what it does not.

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const missing = await whyNotHere()

describe('The app in Electron, driven', () => {
  let stage: Stage
  let app: DrivenApp
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing === undefined) app = await driveApp(stage)
  })
  afterAll(() => stage.end())

  it('opens a window at start where the device is not enrolled, and answers it over IPC', async () => {
    const page = await app.window()
    expect(page.url()).toMatch(/^app:\/\/ui\/index\.html/)
    const reply = await page.evaluate("window.postern.ask('agent/snapshot')")
    expect(reply).toMatchObject({ ok: true, value: { issuer: null, development: true } })
  })
})
