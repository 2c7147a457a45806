import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { Stage } from '../support/a-stage.ts'
import { type FakeNotificationDaemon, fakeNotificationDaemon } from '../support/fake-notification-daemon.ts'
import { type FakeWatcher, fakeStatusNotifierWatcher } from '../support/fake-status-notifier-watcher.ts'
import { whatIsMissing } from '../support/what-is-here.ts'
import { aSession, type Session, sessionPrograms } from './a-session.ts'
import { anApp } from './an-app.ts'
import { findElectronForTests, noBinary } from './electron-for-tests.ts'

/** Why nothing of Electron can be tried here; undefined where it can. */
export async function whyNotHere(): Promise<string | undefined> {
  if ((await findElectronForTests()) === undefined) return noBinary
  return whatIsMissing(sessionPrograms, { keytar: true })
}

export type DrivenApp = {
  readonly session: Session
  readonly electron: ElectronApplication
  readonly program: string
  /** Of its main process. */
  pid(): number
  /** Everything it printed so far. */
  printed(): string
  readonly tray: FakeWatcher
  readonly notifications: FakeNotificationDaemon
  /** The window, once it is there. */
  window(): Promise<Page>
}

/** The unpackaged app on a screen of its own, as an ordinary person, with a tray host and a notification daemon. */
export async function driveApp(stage: Stage, args: readonly string[] = []): Promise<DrivenApp> {
  const found = await findElectronForTests()
  if (found === undefined) throw new Error(noBinary)
  const [{ program }, session] = await Promise.all([anApp(stage, found, 'electron'), aSession(stage)])
  const tray = await fakeStatusNotifierWatcher(session.busAddress)
  stage.onEnd(() => tray.service.end())
  await tray.appear(true)
  const notifications = await fakeNotificationDaemon(session.busAddress)
  stage.onEnd(() => notifications.service.end())

  const launcher = join(stage.folder, 'launch')
  await writeFile(launcher, `#!/bin/sh\nexec ${[...session.as, program].join(' ')} "$@"\n`, { mode: 0o755 })
  const electron = await _electron.launch({
    executablePath: launcher,
    args: [...args],
    cwd: session.home,
    env: { ...session.env },
    timeout: 20_000,
  })
  stage.onEnd(() => electron.close().catch(() => undefined))
  const printed: string[] = []
  electron.process().stderr?.on('data', (part) => printed.push(String(part)))
  electron.process().stdout?.on('data', (part) => printed.push(String(part)))
  return {
    session,
    electron,
    program,
    pid: () => electron.process().pid ?? -1,
    printed: () => printed.join(''),
    tray,
    notifications,
    window: () => electron.firstWindow({ timeout: 15_000 }),
  }
}
