import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { timer } from '../linux/paces.ts'
import { whyUnread } from '../linux/unread.ts'
import type { Probe } from '../probe.ts'

type Chip = SignalValues['hardware-security']['chip']

const chipFolder = '/sys/class/tpm'

/** Which security chip the kernel lists. The folder of a kernel that can drive one is there even while it is empty. */
export const hardwareSecurityOnLinux: Probe<'hardware-security'> = {
  signal: 'hardware-security',
  os: 'linux',
  cost: 'once',
  watches: [timer('once')],
  async take(machine) {
    const listed = await machine.list(chipFolder)
    if (listed.kind !== 'found') return unknown(whyUnread(listed), 'sysfs')
    const chips = listed.content.filter((name) => /^tpm\d+$/.test(name))
    if (chips.length === 0) {
      // What holds a container or WSL may have a chip and keep it to itself.
      const virtual = await machine.virtual()
      if (virtual === 'no' || virtual === 'vm') return observed({ chip: 'none' }, 'sysfs')
      return unknown(virtual === 'unknown' ? 'incomplete' : 'not-supported-here', 'sysfs')
    }
    return judgeChips(await Promise.all(chips.map((chip) => versionOf(machine, chip))))
  },
}

/** The best of these chips. One whose version cannot be told is not `none`, and none of the two. */
export function judgeChips(chips: readonly (Chip | undefined)[]): Reading<{ readonly chip: Chip }> {
  if (chips.includes('tpm2')) return observed({ chip: 'tpm2' }, 'sysfs')
  if (chips.length > 0 && chips.every((chip) => chip === 'tpm1')) return observed({ chip: 'tpm1' }, 'sysfs')
  return unknown('incomplete', 'sysfs')
}

/** Reads `tpm_version_major`: one digit. */
export function parseChipVersion(text: string): 'tpm2' | 'tpm1' | undefined {
  if (/^2\s*$/.test(text)) return 'tpm2'
  return /^1\s*$/.test(text) ? 'tpm1' : undefined
}

async function versionOf(machine: Machine, chip: string): Promise<'tpm2' | 'tpm1' | undefined> {
  const major = await machine.readText(`${chipFolder}/${chip}/tpm_version_major`, 64)
  if (major.kind === 'found') return parseChipVersion(major.content)
  // Kernels before 5.6 lack the file. They make a resource manager only for version 2.
  const manager = await machine.stat(`/dev/${chip.replace('tpm', 'tpmrm')}`)
  return manager.kind === 'found' ? 'tpm2' : undefined
}
