import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { secretServiceOnLinux } from '#agent/system/secret-service.linux.ts'
import { thisMachine } from '#agent/system/this-machine.ts'
import { systemClock } from '#runtime/clock.ts'
import type { Children } from './children.ts'

export type PrivateKeyring = {
  /** What leads a program to it, and away from the keychain of the person. */
  readonly env: { readonly DBUS_SESSION_BUS_ADDRESS: string }
}

const longestMs = 15_000

/**
 * A real Secret Service of this run alone (Linux): GNOME Keyring on a session bus of its own, its folders inside `folder`,
 * unlocked by a random password that nobody is told.
 */
export async function startPrivateKeyring(children: Children, folder: string): Promise<PrivateKeyring> {
  const place = (name: string) => join(folder, name)
  const runtime = place('runtime')
  await mkdir(runtime, { recursive: true, mode: 0o700 })
  const script = [
    'printf "%s %s\\n" "$$" "$DBUS_SESSION_BUS_ADDRESS"',
    'exec gnome-keyring-daemon --foreground --components=secrets --unlock',
  ].join('\n')
  const child = children.start({
    command: 'dbus-run-session',
    args: ['--', 'sh', '-c', script],
    env: {
      HOME: folder,
      XDG_DATA_HOME: place('data'),
      XDG_CONFIG_HOME: place('config'),
      XDG_CACHE_HOME: place('cache'),
      XDG_RUNTIME_DIR: runtime,
      GNOME_KEYRING_CONTROL: undefined,
      DBUS_SESSION_BUS_ADDRESS: undefined,
    },
    input: randomBytes(24).toString('base64url'),
  })
  const [pid, address] = (await child.line((line) => /^\d+ \S+$/.test(line))).split(' ')
  if (address === undefined) throw new Error('the private session bus named no address')
  child.endsWith(Number(pid)) // the bus ends when what runs on it has ended
  const env = { DBUS_SESSION_BUS_ADDRESS: address }
  await untilUnlocked(env, () => child.complaints())
  return { env }
}

async function untilUnlocked(env: PrivateKeyring['env'], complaints: () => string): Promise<void> {
  const clock = systemClock()
  const machine = thisMachine({
    clock,
    readVirtual: async () => 'unknown',
    environment: { ...process.env, ...env },
  })
  const service = secretServiceOnLinux(machine)
  for (const began = performance.now(); performance.now() - began < longestMs; await wait(50)) {
    const state = await service.state()
    if (state.kind === 'reachable' && !state.locked && state.hasCollection) return
  }
  throw new Error(`the private keychain did not come up: ${complaints()}`)
}
