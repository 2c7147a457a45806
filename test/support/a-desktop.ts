import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Variant } from '@jellybrick/dbus-next'
import { commandRunner } from '#agent/system/run-command.ts'
import { secretServiceOnLinux } from '#agent/system/secret-service.linux.ts'
import { systemClock } from '#runtime/clock.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { aBusService } from './a-bus-service.ts'
import { type Environment, type RunningProgram, startProgram } from './a-program.ts'
import type { Stage } from './a-stage.ts'

/** A person's session with a real keychain: bus, keyring, password and folders are of this test alone. */
export type Desktop = {
  readonly home: string
  /** Everything a program of this session gets. */
  readonly env: Environment
  startKeyring(as: 'unlocked' | 'locked'): Promise<void>
  stopKeyring(): Promise<void>
  /** Removes every keyring of this person; the service must be stopped. */
  removeKeyrings(): Promise<void>
  /** Locks the keyring under whoever uses it. */
  lock(): Promise<void>
  /** Opens it under whoever waits for it, as a person does by typing the password. */
  unlock(): Promise<void>
  /** How many entries of this service the keychain holds; it must be unlocked. */
  countEntries(service: string): Promise<number>
}

export const desktopPrograms = ['/usr/bin/dbus-daemon', '/usr/bin/gnome-keyring-daemon', '/usr/bin/busctl'] as const

/** A session in `<folder>/<name>`, its keyring unlocked. */
export async function aDesktop(stage: Stage, name = 'home'): Promise<Desktop> {
  const home = join(stage.folder, name)
  for (const folder of ['', 'run', 'run/keyring', 'services', 'nothing'])
    await mkdir(join(home, folder), { recursive: true, mode: 0o700 })
  const folders = {
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_DATA_DIRS: join(home, 'nothing'),
  }
  const plain = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', ...folders }
  const busSettingsFile = join(home, 'bus.conf')
  await writeFile(busSettingsFile, busSettings(home))
  await writeFile(join(home, 'services', 'org.gnome.keyring.SystemPrompter.service'), deafPrompter(home))
  const bus = startProgram(
    ['/usr/bin/dbus-daemon', `--config-file=${busSettingsFile}`, '--nofork', '--nopidfile', '--print-address=1'],
    { env: plain },
  )
  stage.onEnd(() => bus.stop())
  stage.onEnd(() => endPrompters(home))
  const [address = ''] = await bus.until(/unix:\S+/)
  const env = { ...plain, DBUS_SESSION_BUS_ADDRESS: address }

  const clock = systemClock({ keepAlive: true })
  const service = secretServiceOnLinux({ run: commandRunner({ clock, os: 'linux', home, environment: env }) })
  const password = randomSecret()
  let keyring: RunningProgram | undefined
  stage.onEnd(() => keyring?.stop())

  const desktop: Desktop = {
    home,
    env,
    async startKeyring(as) {
      const options = ['--foreground', '--components=secrets', `--control-directory=${join(home, 'run/keyring')}`]
      keyring = startProgram(
        ['/usr/bin/gnome-keyring-daemon', ...options, ...(as === 'unlocked' ? ['--unlock'] : [])],
        { env },
      )
      keyring.end(as === 'unlocked' ? password : '')
      await until(async () => {
        const state = await service.state()
        return state.kind === 'reachable' && (as === 'locked' || (state.hasCollection && !state.locked))
      })
    },
    async stopKeyring() {
      await keyring?.stop()
      await until(async () => (await service.state()).kind === 'no-service')
    },
    removeKeyrings: () => rm(join(home, 'data/keyrings'), { recursive: true }),
    async lock() {
      await call(['Lock', 'ao', '1', '/org/freedesktop/secrets/collection/login'])
      await until(async () => {
        const state = await service.state()
        return state.kind === 'reachable' && state.locked
      })
    },
    async unlock() {
      await typePassword(address, password)
      await until(async () => {
        const state = await service.state()
        return state.kind === 'reachable' && !state.locked
      })
    },
    async countEntries(name) {
      const answer = await call(['SearchItems', 'a{ss}', '1', 'service', name])
      return (answer.match(/"\/org\/freedesktop\/secrets\/collection\//g) ?? []).length
    },
  }
  async function call(words: readonly string[]): Promise<string> {
    const where = ['org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service']
    const { stdout } = await promisify(execFile)('/usr/bin/busctl', ['--user', 'call', ...where, ...words], { env })
    return stdout
  }
  await desktop.startKeyring('unlocked')
  return desktop
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 20_000; ) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50)) // the service tells nobody that it has come
  }
  throw new Error('it did not come about')
}

/** What a prompt does with the password: over a session in the clear (Secret Service API 0.2, "Sessions"). */
async function typePassword(address: string, password: string): Promise<void> {
  const person = await aBusService(address.split(',', 1)[0] ?? address)
  const secrets = { destination: 'org.freedesktop.secrets', path: '/org/freedesktop/secrets' }
  const [, session] = await person.call({
    ...secrets,
    interface: 'org.freedesktop.Secret.Service',
    member: 'OpenSession',
    signature: 'sv',
    body: ['plain', new Variant('s', '')],
  })
  const secret = [session, Buffer.alloc(0), Buffer.from(password, 'utf8'), 'text/plain']
  await person.call({
    ...secrets,
    interface: 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface',
    member: 'UnlockWithMasterPassword',
    signature: 'o(oayays)',
    body: ['/org/freedesktop/secrets/collection/login', secret],
  })
  person.end()
}

/** A session bus that starts nothing but what lies in our folder: the machine's own services stay out. */
function busSettings(home: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${home}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${join(home, 'services')}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="service_start_timeout">60000</limit>
</busconfig>
`
}

/** A prompter that is started and never speaks, so the prompt stays open. It leaves its id, and ends by itself at last. */
function deafPrompter(home: string): string {
  const script = `echo $$ >> ${join(home, 'prompters')}; exec sleep 60 > /dev/null 2>&1`
  return `[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sh -c "${script}"\n`
}

async function endPrompters(home: string): Promise<void> {
  const ids = await readFile(join(home, 'prompters'), 'utf8').catch(() => '')
  for (const id of ids.split('\n').map(Number)) {
    try {
      if (id > 1) process.kill(id, 'SIGKILL')
    } catch {
      // it has ended already
    }
  }
}
