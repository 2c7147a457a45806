import type { OperatingSystem } from '#domain/operating-system.ts'
import type { SignalId } from '#domain/signals.ts'
import { automaticLoginOnLinux } from './automatic-login/automatic-login.linux.ts'
import { automaticUpdatesOnLinux } from './automatic-updates/automatic-updates.linux.ts'
import { diskEncryptionOnLinux } from './disk-encryption/disk-encryption.linux.ts'
import { enrollmentOnLinux } from './enrollment/enrollment.linux.ts'
import { firewallOnLinux } from './firewall/firewall.linux.ts'
import { hardwareOnLinux } from './hardware/hardware.linux.ts'
import { hardwareSecurityOnLinux } from './hardware-security/hardware-security.linux.ts'
import { malwareProtectionOnLinux } from './malware-protection/malware-protection.linux.ts'
import { osUpdatesOnLinux } from './os-updates/os-updates.linux.ts'
import { osVersionOnLinux } from './os-version/os-version.linux.ts'
import type { Probe } from './probe.ts'
import { remoteAccessOnLinux } from './remote-access/remote-access.linux.ts'
import { screenLockOnLinux } from './screen-lock/screen-lock.linux.ts'
import { secureBootOnLinux } from './secure-boot/secure-boot.linux.ts'
import { securityAgentsOnLinux } from './security-agents/security-agents.linux.ts'
import { sshKeysOnLinux } from './ssh-keys/ssh-keys.linux.ts'
import { systemIntegrityOnLinux } from './system-integrity/system-integrity.linux.ts'

/** Every signal on every system: a probe, or the words that say there is none yet. */
export type ProbeCatalogue = {
  readonly [Signal in SignalId]: { readonly [System in OperatingSystem]: Probe<Signal> | 'not-supported-here' }
}
export type ProbeCell = ProbeCatalogue[SignalId][OperatingSystem]

const notYet = { macos: 'not-supported-here', windows: 'not-supported-here' } as const

/** What is asked where. A signal or system left out does not compile. */
export const probeCatalogue: ProbeCatalogue = {
  'os-version': { ...notYet, linux: osVersionOnLinux },
  'os-updates': { ...notYet, linux: osUpdatesOnLinux },
  'automatic-updates': { ...notYet, linux: automaticUpdatesOnLinux },
  'disk-encryption': { ...notYet, linux: diskEncryptionOnLinux },
  firewall: { ...notYet, linux: firewallOnLinux },
  enrollment: { ...notYet, linux: enrollmentOnLinux },
  'screen-lock': { ...notYet, linux: screenLockOnLinux },
  'malware-protection': { ...notYet, linux: malwareProtectionOnLinux },
  'security-agents': { ...notYet, linux: securityAgentsOnLinux },
  'secure-boot': { ...notYet, linux: secureBootOnLinux },
  'system-integrity': { ...notYet, linux: systemIntegrityOnLinux },
  'hardware-security': { ...notYet, linux: hardwareSecurityOnLinux },
  'remote-access': { ...notYet, linux: remoteAccessOnLinux },
  'automatic-login': { ...notYet, linux: automaticLoginOnLinux },
  'ssh-keys': { ...notYet, linux: sshKeysOnLinux },
  hardware: { ...notYet, linux: hardwareOnLinux },
}
