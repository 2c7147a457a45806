import type { Machine } from '#agent/machine/machine.ts'
import type { Clock } from '#runtime/clock.ts'
import { keyedHash } from '#runtime/digest.ts'
import { isPlaceholder } from './host-facts.ts'

/** Hints that tell machines apart without naming them. Never proof: ids repeat on cloned images. */
export type MachineIdentity = {
  /** base64url(HMAC-SHA-256(salt, machine id)); undefined where the machine has no usable id. */
  keyedMachineHash(salt: Uint8Array): Promise<string | undefined>
  /** The same of the firmware's serial number, where it can be read (root alone on Linux). */
  keyedSerialHash(salt: Uint8Array): Promise<string | undefined>
}

const limitMs = 5000
const serialPath = '/sys/class/dmi/id/product_serial'
const idPaths = ['/var/lib/dbus/machine-id', '/etc/machine-id'] as const

/** The raw id stays in here: what leaves is keyed, so that no two applications or gateways can link it (machine-id(5)). */
export function machineIdentity(from: {
  readonly machine: Pick<Machine, 'readText' | 'host'>
  readonly clock: Pick<Clock, 'setTimer'>
  readonly readId?: () => Promise<string>
}): MachineIdentity {
  let known: string | undefined

  async function machineId(): Promise<string | undefined> {
    known ??= await readMachineId(from.machine, withinLimit(from.clock, from.readId ?? readIdByLibrary))
    return known
  }
  return {
    async keyedMachineHash(salt) {
      const id = await machineId()
      return id === undefined ? undefined : keyedHash(salt, id)
    },
    async keyedSerialHash(salt) {
      const found = await from.machine.readText(serialPath, 4096)
      if (found.kind !== 'found' || isPlaceholder(found.content)) return undefined
      return keyedHash(salt, found.content.trim())
    },
  }
}

/**
 * Whether an id tells machines apart: hexadecimal, long enough, not one repeated digit, and not the SHA-256 of nothing
 * ("e3b0c442…") that every machine with an empty file has.
 */
export function isUsableId(id: string): boolean {
  const digits = id.replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32,64}$/.test(digits)) return false
  return !/^(.)\1*$/.test(digits) && !digits.startsWith('e3b0c44298fc1c149afbf4c8996fb924')
}

async function readMachineId(
  machine: Pick<Machine, 'readText' | 'host'>,
  read: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const id = (await read().catch(() => undefined))?.trim()
  if (id === undefined || !isUsableId(id)) return undefined
  // Without its file the library answers with the host's name on Linux, and a name may look like an id.
  if (machine.host().os === 'linux' && !(await isInFile(machine, id))) return undefined
  return id
}

async function isInFile(machine: Pick<Machine, 'readText'>, id: string): Promise<boolean> {
  for (const path of idPaths) {
    const found = await machine.readText(path, 4096)
    if (found.kind === 'found' && /^[0-9a-f]{32}$/.test(id) && found.content.split('\n')[0]?.trim() === id) return true
  }
  return false
}

function withinLimit(clock: Pick<Clock, 'setTimer'>, read: () => Promise<string>): () => Promise<string | undefined> {
  return () =>
    new Promise((resolve, reject) => {
      const cancel = clock.setTimer(limitMs, () => resolve(undefined))
      read().then(resolve, reject).finally(cancel)
    })
}

async function readIdByLibrary(): Promise<string> {
  const { default: library } = await import('node-machine-id')
  return library.machineId(true)
}
