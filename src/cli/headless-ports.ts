import { uptime, userInfo } from 'node:os'
import type { AgentPorts } from '#agent/ports.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import type { AgentPaths } from '#agent/system/paths.ts'
import { secretServiceOnLinux } from '#agent/system/secret-service.linux.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { posternVersion } from './postern-version.ts'
import { machineHere } from './take-readings-here.ts'

type SecretServiceOf = (machine: AgentPorts['machine']) => AgentPorts['secretService']

/** Whose keychain is the Secret Service. */
const secretServices: { readonly [System in OperatingSystem]: SecretServiceOf } = {
  macos: () => undefined,
  windows: () => undefined,
  linux: secretServiceOnLinux,
}

/** What an agent without windows stands on: this machine, no power or presence to tell of, code that nobody signed. */
export function headlessPorts(from: {
  readonly paths: AgentPaths
  readonly development: boolean
  readonly clock: Clock
  readonly log: Log
}): AgentPorts {
  const machine = machineHere(from.clock)
  return {
    ...from,
    version: posternVersion(),
    channel: from.development ? 'development' : 'stable',
    integrity: 'unsigned',
    random: Math.random,
    machine,
    arch: process.arch,
    uid: userInfo().uid,
    uptimeSeconds: () => Math.floor(uptime()),
    secretService: secretServices[operatingSystem()](machine),
  }
}
