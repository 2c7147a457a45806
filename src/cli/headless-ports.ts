import { uptime, userInfo } from 'node:os'
import type { AgentPorts } from '#agent/ports.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import type { AgentPaths } from '#agent/system/paths.ts'
import { systemSources } from '#agent/system/system-sources.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { posternVersion } from './postern-version.ts'
import { machineHere } from './take-readings-here.ts'

/** What an agent without windows stands on: this machine, what its system tells by itself, code that nobody signed. */
export function headlessPorts(from: {
  readonly paths: AgentPaths
  readonly development: boolean
  readonly clock: Clock
  readonly log: Log
}): AgentPorts {
  const machine = machineHere(from.clock)
  const random = Math.random
  const { clock, log } = from
  const sources = systemSources[operatingSystem()]({ machine, environment: process.env, clock, random, log })
  return {
    ...from,
    version: posternVersion(),
    channel: from.development ? 'development' : 'stable',
    integrity: 'unsigned',
    random,
    machine,
    arch: process.arch,
    uid: userInfo().uid,
    uptimeSeconds: () => Math.floor(uptime()),
    secretService: sources.secretService,
    beginWatch: sources.beginWatch,
    ...sources.session,
    ...(sources.trayHost === undefined ? {} : { trayHost: sources.trayHost }),
    ...(sources.notificationDaemon === undefined ? {} : { notificationDaemon: sources.notificationDaemon }),
  }
}
