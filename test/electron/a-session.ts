import { chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandRunner } from '#agent/system/run-command.ts'
import { secretServiceOnLinux } from '#agent/system/secret-service.linux.ts'
import { systemClock } from '#runtime/clock.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { type Environment, type RunningProgram, startProgram } from '../support/a-program.ts'
import type { Stage } from '../support/a-stage.ts'

/** A person's session of a test alone: a screen, a bus, an unlocked keyring, folders. The person is no root. */
export type Session = {
  readonly home: string
  /** Everything a program of this session gets. */
  readonly env: Environment
  readonly busAddress: string
  /** The words before a program's own, so that it runs as this person. */
  readonly as: readonly string[]
  start(command: readonly string[], more?: Environment): RunningProgram
  /** Addresses that programs of this session had opened in the person's browser. */
  opened(): Promise<readonly string[]>
}

export const sessionPrograms = [
  '/usr/bin/Xvfb',
  '/usr/bin/dbus-daemon',
  '/usr/bin/gnome-keyring-daemon',
  '/usr/bin/busctl',
  '/usr/bin/setpriv',
] as const

/** Everybody's "nobody", whom every Debian has. */
const nobody = 65_534

export async function aSession(stage: Stage, name = 'person'): Promise<Session> {
  const isRoot = process.getuid?.() === 0
  const as = isRoot ? ['/usr/bin/setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] : []
  const home = join(stage.folder, name)
  for (const folder of ['', 'run', 'run/keyring', 'services', 'bin']) {
    await mkdir(join(home, folder), { recursive: true, mode: 0o700 })
    if (isRoot) await chown(join(home, folder), nobody, nobody)
  }
  const plain = {
    PATH: `${home}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    LC_ALL: 'C.UTF-8',
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_DATA_DIRS: '/usr/share',
    XDG_CURRENT_DESKTOP: 'GNOME',
  }
  await writeFile(join(home, 'bin/xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >> ${home}/opened\n`, { mode: 0o755 })
  const settings = join(home, 'bus.conf')
  await writeFile(settings, busSettings(home), { mode: 0o644 })
  const start = (command: readonly string[], env: Environment) => {
    const program = startProgram([...as, ...command], { env, cwd: home })
    stage.onEnd(() => program.stop())
    return program
  }
  const bus = start(
    ['/usr/bin/dbus-daemon', `--config-file=${settings}`, '--nofork', '--nopidfile', '--print-address=1'],
    plain,
  )
  const screen = start(['/usr/bin/Xvfb', '-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], plain)
  const [busAddress = ''] = await bus.until(/unix:\S+/)
  const [, display = ''] = await screen.until(/^(\d+)\n/)
  // One bus for both: nothing of the machine's own system bus, and none that is missing and asked for again and again.
  const buses = { DBUS_SESSION_BUS_ADDRESS: busAddress, DBUS_SYSTEM_BUS_ADDRESS: busAddress }
  const env = { ...plain, ...buses, DISPLAY: `:${display}` }

  const keyring = start(
    [
      '/usr/bin/gnome-keyring-daemon',
      '--foreground',
      '--components=secrets',
      `--control-directory=${home}/run/keyring`,
      '--unlock',
    ],
    env,
  )
  keyring.end(randomSecret())
  const clock = systemClock({ keepAlive: true })
  const service = secretServiceOnLinux({ run: commandRunner({ clock, os: 'linux', home, environment: env }) })
  for (const began = performance.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const state = await service.state()
    if (state.kind === 'reachable' && state.hasCollection && !state.locked) break
    if (performance.now() - began > 20_000) throw new Error(`the keyring did not come: ${keyring.err()}`)
  }
  return {
    home,
    env,
    busAddress,
    as,
    start: (command, more = {}) => start(command, { ...env, ...more }),
    opened: async () => (await readFile(join(home, 'opened'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
  }
}

/** A bus that starts nothing of the machine's own, and takes whoever reaches its socket: the test beside the person. */
function busSettings(home: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${home}/run</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${join(home, 'services')}</servicedir>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}
