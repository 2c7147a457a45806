import type { Found } from '#agent/machine/machine.ts'
import { timer } from '#agent/probes/linux/paces.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { OnOffPartial, SignalValues } from '#domain/signals.ts'

/**
 * Asks the kernel which access control is in force: SELinux or AppArmor. Lockdown is told and does not count. The files
 * keep their times when their content changes, so nothing is kept from the scan before.
 */
export const systemIntegrityOnLinux: Probe<'system-integrity'> = {
  signal: 'system-integrity',
  os: 'linux',
  cost: 'light',
  watches: [timer('light')],

  async take(machine) {
    const [selinux, apparmor, lockdown, kernel, virtual] = await Promise.all([
      machine.readText('/sys/fs/selinux/enforce', 64),
      machine.readText('/sys/module/apparmor/parameters/enabled', 64),
      machine.readText('/sys/kernel/security/lockdown', 256),
      machine.stat('/sys/module'),
      machine.virtual(),
    ])
    return judgeAccessControl({
      selinux,
      apparmor,
      lockdown,
      // A container sees a part of the kernel's files: what is missing there may be in force all the same.
      seesKernel: kernel.kind === 'found' && virtual !== 'container',
    })
  },
}

/** Enforcing SELinux or enabled AppArmor is `on`, permissive `partial`, neither `off`; half an answer is unknown. */
export function judgeAccessControl(files: {
  readonly selinux: Found<string>
  readonly apparmor: Found<string>
  readonly lockdown: Found<string>
  readonly seesKernel: boolean
}): Reading<SignalValues['system-integrity']> {
  const answers = [
    { source: 'selinux', file: files.selinux, said: answerOf(files.selinux, { '1': 'on', '0': 'partial' }) },
    { source: 'apparmor', file: files.apparmor, said: answerOf(files.apparmor, { Y: 'on', N: 'off' }) },
  ]
  const locked = files.lockdown.kind === 'found' ? parseLockdown(files.lockdown.content) : undefined
  const seen = (state: OnOffPartial, source: string) =>
    observed({ state, parts: { accessControl: state, ...(locked === undefined ? {} : { lockdown: locked }) } }, source)

  const enforced = answers.find(({ said }) => said === 'on')
  if (enforced !== undefined) return seen('on', enforced.source)
  for (const { source, file, said } of answers) {
    if (said === 'unread') return unknown(file.kind === 'found' ? 'unrecognised-output' : whyUnread(file), source)
  }
  if (answers.some(({ said }) => said === 'partial')) return seen('partial', 'selinux')
  return files.seesKernel ? seen('off', 'kernel') : unknown('not-present', 'kernel')
}

/** Reads the lockdown file: all modes of the kernel, the one in force in brackets. Undefined for anything else. */
export function parseLockdown(text: string): 'on' | 'off' | undefined {
  const modes = text.trim().split(' ')
  if (modes.map((mode) => mode.replace(/^\[(.*)\]$/, '$1')).join(' ') !== 'none integrity confidentiality')
    return undefined
  const inForce = modes.filter((mode) => mode.startsWith('['))
  if (inForce.length !== 1) return undefined
  return inForce[0] === '[none]' ? 'off' : 'on'
}

function answerOf(
  file: Found<string>,
  meanings: { readonly [content: string]: OnOffPartial },
): OnOffPartial | 'absent' | 'unread' {
  if (file.kind === 'absent') return 'absent'
  const content = file.kind === 'found' ? file.content.trim() : undefined
  return content !== undefined && Object.hasOwn(meanings, content) ? (meanings[content] ?? 'unread') : 'unread'
}
