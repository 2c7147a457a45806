import type { Found, Machine } from '#agent/machine/machine.ts'
import { timer } from '#agent/probes/linux/paces.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { na, observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'

const efi = '/sys/firmware/efi'
const globalVariables = '8be4df61-93ca-11d2-aa0d-00e098032b8c' // UEFI specification, section 3.3
const shimVariables = '605dab50-e046-4300-abb6-3dd810dd8b23'
const variable = {
  secureBoot: `${efi}/efivars/SecureBoot-${globalVariables}`,
  setupMode: `${efi}/efivars/SetupMode-${globalVariables}`,
  shimValidationOff: `${efi}/efivars/MokSBStateRT-${shimVariables}`,
} as const

/** Asks the firmware's own variables, which everybody may read; without them `mokutil`. */
export const secureBootOnLinux: Probe<'secure-boot'> = {
  signal: 'secure-boot',
  os: 'linux',
  cost: 'once',
  watches: [timer('once')],

  async take(machine) {
    const virtual = await machine.virtual()
    if (virtual === 'container' || virtual === 'wsl') return na('not-present', 'virtual')
    const firmware = await machine.stat(efi)
    if (firmware.kind === 'absent') {
      // Legacy BIOS: off on hardware; where a virtual machine cannot be excluded the question is the host's.
      return virtual === 'no' ? observed({ state: 'off' }, 'efi') : na('not-present', 'efi')
    }
    if (firmware.kind !== 'found') return unknown(whyUnread(firmware), 'efi')
    const [secureBoot, setupMode, shimValidationOff] = await Promise.all([
      readFlag(machine, variable.secureBoot),
      readFlag(machine, variable.setupMode),
      readFlag(machine, variable.shimValidationOff),
    ])
    if (secureBoot === 'absent') return askMokutil(machine)
    return judgeVariables({ secureBoot, setupMode, shimValidationOff })
  },
}

/** A variable of one byte: set or not, or why it does not tell. */
export type EfiFlag = boolean | 'absent' | 'denied' | 'unrecognised-output' | 'failed'

/** Reads an efivarfs file: four bytes of attributes, then the value (kernel, Documentation/filesystems/efivarfs.rst). */
export function parseEfiFlag(bytes: Uint8Array): EfiFlag {
  const value = bytes[4]
  if (bytes.length !== 5 || (value !== 0 && value !== 1)) return 'unrecognised-output'
  return value === 1
}

/** Off wins, then weakened; on takes that nothing stands against it. */
export function judgeVariables(flags: {
  readonly secureBoot: EfiFlag
  readonly setupMode: EfiFlag
  readonly shimValidationOff: EfiFlag
}): Reading<SignalValues['secure-boot']> {
  const { secureBoot, setupMode, shimValidationOff } = flags
  if (secureBoot === false || setupMode === true) return observed({ state: 'off' }, 'efivars')
  const unread = [
    secureBoot,
    setupMode === 'absent' ? false : setupMode,
    shimValidationOff === 'absent' ? false : shimValidationOff,
  ].find((flag) => typeof flag !== 'boolean')
  if (typeof unread === 'string') return unknown(unread === 'absent' ? 'not-present' : unread, 'efivars')
  return observed({ state: shimValidationOff === true ? 'partial' : 'on' }, 'efivars')
}

/** What each line of `mokutil --sb-state` means; it does not translate them. */
const sentences: { readonly [line: string]: 'on' | 'off' | 'weak' | 'no-efi' | 'aside' } = {
  'SecureBoot enabled': 'on',
  'SecureBoot disabled': 'off',
  'Platform is in Setup Mode': 'off',
  'SecureBoot validation is disabled in shim': 'weak',
  "This system doesn't support Secure Boot": 'off',
  'EFI variables are not supported on this system': 'no-efi',
}

/** Reads `mokutil --sb-state`: by its lines, since its exit code differs; every line must be one we know. */
export function parseMokutil(text: string): Reading<SignalValues['secure-boot']> {
  const source = 'mokutil'
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const said = lines.map((line) => (Object.hasOwn(sentences, line) ? sentences[line] : undefined))
  if (said.length === 0 || said.includes(undefined) || said.includes('no-efi'))
    return unknown('unrecognised-output', source)
  if (said.includes('off')) return observed({ state: 'off' }, source)
  if (said.includes('weak')) return observed({ state: 'partial' }, source)
  return said.includes('on') && text.endsWith('\n') ? observed({ state: 'on' }, source) : unknown('incomplete', source)
}

async function askMokutil(machine: Machine): Promise<Reading<SignalValues['secure-boot']>> {
  const ran = await machine.run('mokutil', ['--sb-state'])
  if (ran.kind !== 'ran') return unknown(whyUnread(ran), 'mokutil')
  return parseMokutil(ran.stdout === '' ? ran.stderr : ran.stdout)
}

async function readFlag(machine: Machine, path: string): Promise<EfiFlag> {
  const found: Found<Uint8Array> = await machine.readBytes(path, 6)
  if (found.kind === 'found') return parseEfiFlag(found.content)
  return found.kind === 'too-large' ? 'failed' : found.kind
}
