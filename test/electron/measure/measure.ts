import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { aGatewayProgram } from '../../support/a-gateway-program.ts'
import { aPrivateAuthority } from '../../support/a-private-authority.ts'
import type { RunningProgram } from '../../support/a-program.ts'
import { aStage, type Stage } from '../../support/a-stage.ts'
import { fakeNotificationDaemon } from '../../support/fake-notification-daemon.ts'
import { type FakeWatcher, fakeStatusNotifierWatcher } from '../../support/fake-status-notifier-watcher.ts'
import { freePort } from '../../support/free-port.ts'
import { whyNotHere } from '../a-driven-app.ts'
import { aSession } from '../a-session.ts'
import { trayOf, until } from '../a-tray.ts'
import { anApp } from '../an-app.ts'
import { findElectronForTests } from '../electron-for-tests.ts'
import { countRenderers, processesOf } from '../processes-of.ts'
import { xWindows } from '../x-windows.ts'
import { aBareApp } from './bare-app.ts'
import { cpuOfTree, pssOfTree } from './tree-cost.ts'
import { verdictOnScreen } from './verdict-on-screen.ts'

/** The app gives back what its start needed after a minute. */
const settledMs = 75_000

/**
 * Measures the app in a real Electron beside a bare one with an icon in the tray, in the same session and the same minutes.
 * Prints one JSON document: `{ figures: [{ name, value, unit, yardstick? }], processes }`, or `{ skipped }` with the reason.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rounds: { type: 'string', default: '5' } },
})
const missing = await whyNotHere()
if (missing === undefined) await run()
else process.stdout.write(`${JSON.stringify({ skipped: missing })}\n`)

async function run(): Promise<void> {
  const { figures, ...more } = await onStage(measure)
  say('from a fix to the screen')
  const { knownMs, fixedMs } = await onStage((stage) => verdictOnScreen(stage, 3))
  const told = [
    ...figures,
    { name: 'app-verdict-on-screen', value: median(knownMs), unit: 'ms' },
    { name: 'app-fix-to-screen', value: median(fixedMs), unit: 'ms' },
  ]
  process.stdout.write(`${JSON.stringify({ ...more, figures: told })}\n`)
}

async function onStage<Result>(act: (stage: Stage) => Promise<Result>): Promise<Result> {
  const stage = await aStage()
  try {
    return await act(stage)
  } finally {
    await stage.end()
  }
}

async function measure(stage: Stage) {
  const electron = await findElectronForTests()
  if (electron === undefined) throw new Error('the binary has gone')
  const authority = await aPrivateAuthority(join(stage.folder, 'authority'), 'localhost')
  await chmod(join(stage.folder, 'authority'), 0o755)
  await chmod(authority.authority, 0o644)
  const [api, check] = [await freePort(), await freePort()]
  const [{ program: ours }, bare] = [await anApp(stage, electron, 'postern-agent'), await aBareApp(stage, electron)]
  const session = await aSession(stage)
  const env = { SSL_CERT_FILE: authority.authority }
  const gateway = await aGatewayProgram(
    stage,
    { env: { PATH: '/usr/bin:/bin', HOME: stage.folder } },
    {
      issuer: `https://localhost:${api}`,
      listen: { api: `127.0.0.1:${api}`, check: `127.0.0.1:${check}` },
      tls: { certificate: authority.certificate, key: authority.key },
    },
  )
  const watcher = await fakeStatusNotifierWatcher(session.busAddress)
  stage.onEnd(() => watcher.service.end())
  await watcher.appear(true)
  const notifications = await fakeNotificationDaemon(session.busAddress)
  stage.onEnd(() => notifications.service.end())
  const screen = await xWindows(session.env['DISPLAY'] ?? '')
  stage.onEnd(() => screen.end())

  const startOurs = (...more: readonly string[]) => session.start([ours, '--background', ...more], env)
  const startBare = () => session.start([bare], {})

  // Enrolled once: what follows is an ordinary day.
  say('enrolling')
  const first = startOurs()
  const tray = await trayOf(watcher)
  const enrolled = await session.start([ours, 'agent', 'enroll', '--yes', await gateway.link()], env).ended
  if (enrolled.code !== 0) throw new Error(`it did not enrol: ${enrolled.stderr}`)
  await until(async () => /All|check/.test(await tray.tooltip()))
  await first.stop()

  // 1. How long until the icon is there, by turns.
  say('starting, by turns')
  const rounds = Number(values.rounds)
  const readyMs = { ours: [] as number[], bare: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    readyMs.bare.push(await trayReady(watcher, startBare))
    readyMs.ours.push(await trayReady(watcher, () => startOurs()))
  }

  // 2. Idle, side by side.
  say(`idle for ${values.minutes} minutes, side by side`)
  const registered = watcher.items.length
  const app = startOurs(`--perf-report=${values.minutes}`)
  const shown = await trayOf(watcher, registered)
  const bareApp = startBare()
  await until(() => watcher.items.length > registered + 1)
  await wait(settledMs) // until both have settled
  const before = { ours: await cpuOfTree(app.pid), bare: await cpuOfTree(bareApp.pid), at: performance.now() }
  await wait(Number(values.minutes) * 60_000)
  const elapsedMs = performance.now() - before.at
  const cpu = {
    ours: ((await cpuOfTree(app.pid)) - before.ours) / elapsedMs,
    bare: ((await cpuOfTree(bareApp.pid)) - before.bare) / elapsedMs,
  }
  const pss = { ours: await pssOfTree(app.pid), bare: await pssOfTree(bareApp.pid) }
  const processes = (await processesOf(app.pid)).map(({ type }) => type)
  const wakeUps = await wakeUpsOf(app)
  await bareApp.stop()

  // 3. The window, warm: from the click to the window on the screen; and what a window leaves behind.
  say('windows')
  const windowMs: number[] = []
  const goneMs: number[] = []
  let withWindow = 0
  for (let round = 0; round <= rounds; round += 1) {
    const began = performance.now()
    await shown.click('Open Postern')
    await until(async () => (await screen.visible()).length === 1)
    windowMs.push(performance.now() - began)
    if (round === rounds) withWindow = await pssOfTree(app.pid)
    await screen.close(/./)
    const closed = performance.now()
    await until(async () => (await countRenderers(app.pid)) === 0, 10_000)
    goneMs.push(performance.now() - closed)
  }
  return {
    electron: electron.version,
    processes,
    figures: [
      { name: 'app-idle-pss', value: pss.ours, unit: 'MB', yardstick: pss.bare },
      { name: 'app-window-pss', value: withWindow, unit: 'MB', yardstick: pss.ours },
      { name: 'app-idle-cpu', value: cpu.ours * 100, unit: '%', yardstick: cpu.bare * 100 },
      { name: 'app-wake-ups', value: wakeUps, unit: '/min' },
      { name: 'app-tray-ready', value: median(readyMs.ours), unit: 'ms', yardstick: median(readyMs.bare) },
      { name: 'app-window-visible', value: median(windowMs.slice(1)), unit: 'ms' },
      { name: 'app-renderer-gone', value: Math.max(...goneMs), unit: 'ms' },
    ],
  }
}

/** Milliseconds from the start of a program to its icon being registered. It is ended afterwards. */
async function trayReady(watcher: FakeWatcher, start: () => RunningProgram): Promise<number> {
  const registered = new Promise<number>((resolve) => watcher.onItem(() => resolve(performance.now())))
  const began = performance.now()
  const program = start()
  const ready = (await registered) - began
  await program.stop()
  return ready
}

/** Per minute, as the app itself counts the timers of ours that fired in the same time. */
async function wakeUpsOf(app: RunningProgram): Promise<number> {
  const line = await app.untilLine((each) => 'perfReport' in each, 60_000)
  return z.object({ wakeUpsPerMinute: z.number() }).parse(line['perfReport']).wakeUpsPerMinute
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function say(what: string): void {
  process.stderr.write(`measure: ${what}\n`)
}
