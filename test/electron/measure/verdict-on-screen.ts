import { chown, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { aGatewayProgram } from '../../support/a-gateway-program.ts'
import type { Stage } from '../../support/a-stage.ts'
import { anSshKey } from '../../support/an-ssh-key.ts'
import { driveApp } from '../a-driven-app.ts'

export type VerdictTimes = {
  /** From the answered report to the sentence in the window. */
  readonly knownMs: readonly number[]
  /** From the changed setting to the sentence in the window. */
  readonly fixedMs: readonly number[]
}

/** An attestation is made at most every ten seconds; a change that comes later than that is told at once. */
const quietMs = 10_500

/** A key of the person gets a passphrase and loses it again, while the window is open and the gateway is watched. */
export async function verdictOnScreen(stage: Stage, rounds: number): Promise<VerdictTimes> {
  const place = { env: { PATH: '/usr/bin:/bin', HOME: stage.folder } }
  const [app, gateway] = await Promise.all([driveApp(stage), aGatewayProgram(stage, place)])
  const { uid, gid } = await stat(app.session.home)
  const folder = join(app.session.home, '.ssh')
  const file = join(folder, 'id_test')
  await mkdir(folder, { mode: 0o700 })
  await writeFile(file, anSshKey('a passphrase'), { mode: 0o600 })
  for (const path of [folder, file]) await chown(path, uid, gid)

  const page = await app.window()
  const link = JSON.stringify(await gateway.link())
  await page.evaluate(`(async () => {
    const link = ${link}
    const { value } = await window.postern.ask('enrollment/preview', { link })
    await window.postern.ask('enrollment/confirm', { link, consent: value.consent })
  })()`)
  await page.locator('[data-act=show-status]').click()
  await sentence(page, 'You have access.')

  const knownMs: number[] = []
  const fixedMs: number[] = []
  for (let round = 0; round < rounds * 2; round += 1) {
    const isFixed = round % 2 === 1
    await wait(quietMs)
    const answered = await reportsAnswered(gateway.issuer)
    const began = performance.now()
    await writeFile(file, anSshKey(isFixed ? 'a passphrase' : undefined))
    const known = until(async () => (await reportsAnswered(gateway.issuer)) > answered)
    const shown = sentence(page, isFixed ? 'You have access.' : 'Access refused.')
    const [knownAt, shownAt] = await Promise.all([known, shown])
    knownMs.push(Math.max(0, shownAt - knownAt))
    if (isFixed) fixedMs.push(shownAt - began)
  }
  return { knownMs, fixedMs }
}

/** When the sentence stood in the window. */
async function sentence(page: Page, text: string): Promise<number> {
  await page.getByText(text, { exact: true }).first().waitFor({ timeout: 20_000 })
  return performance.now()
}

async function reportsAnswered(issuer: string): Promise<number> {
  const text = await (await fetch(`${issuer}/metrics`)).text()
  const counted = [
    ...text.matchAll(/^postern_http_answer_seconds_count\{route="[^"]*attest[^"]*",status="200"\} (\d+)$/gm),
  ]
  return counted.reduce((sum, [, count]) => sum + Number(count), 0)
}

async function until(holds: () => Promise<boolean>): Promise<number> {
  for (const began = performance.now(); !(await holds()); await wait(5))
    if (performance.now() - began > 20_000) throw new Error('the gateway was told nothing')
  return performance.now()
}
