import type { Machine } from '#agent/machine/machine.ts'
import type { AgentId, Manager } from '#domain/signals.ts'
import { isRunning, type RunningPrograms, runningPrograms } from './running-programs.linux.ts'
import { type AskedUnit, type UnitStates, unitStates } from './unit-states.linux.ts'

/** How an agent is known on Linux (signals.md sections 4 and 5). */
export type AgentMarks = {
  readonly units: readonly AskedUnit[]
  /** Names of its programs, whole. Names that others could bear as well count only beside a path. */
  readonly programs: readonly string[]
  /** Where it lies once installed. */
  readonly paths: readonly string[]
  /** Started by a timer for a moment: that it does not run now says nothing. */
  readonly isBrief?: boolean
}

export type AgentState = 'running' | 'installed-not-running' | 'unknown' | 'absent'

/** What was seen at once for all agents. `isAnswered`: somebody could say what runs. */
export type AgentView = {
  readonly isAnswered: boolean
  stateOf(marks: AgentMarks): Promise<AgentState>
}

/** Looks at units, running programs and install paths: systemd decides where it knows the unit, else programs do. */
export async function lookForAgents(machine: Machine): Promise<AgentView> {
  const [units, programs] = await Promise.all([unitStates(machine), runningPrograms(machine)])
  return {
    isAnswered: units.isAnswered || programs.isComplete,
    async stateOf(marks) {
      const found = await Promise.all(marks.paths.map((path) => machine.stat(path)))
      const isInstalled = found.some((status) => status.kind === 'found')
        ? 'yes'
        : found.every((status) => status.kind === 'absent')
          ? 'no'
          : 'unknown'
      return judgeAgent(marks, units, programs, isInstalled)
    },
  }
}

/** Installed is not running, and a name alone is not an agent: what contradicts itself is `unknown`. */
export function judgeAgent(
  marks: AgentMarks,
  units: UnitStates,
  programs: RunningPrograms,
  isInstalled: 'yes' | 'no' | 'unknown',
): AgentState {
  const states = marks.units.map((unit) => units.of(unit)).filter((state) => state !== 'absent' && state !== 'unknown')
  const isSeen = marks.programs.some((name) => isRunning(programs, name))
  if (states.includes('active')) return 'running'
  if (states.length > 0) return isSeen || marks.isBrief === true ? 'unknown' : 'installed-not-running'
  if (isSeen) return isInstalled === 'yes' ? 'running' : isInstalled === 'unknown' ? 'unknown' : 'absent'
  if (isInstalled === 'no') return 'absent'
  return isInstalled === 'yes' && programs.isComplete && marks.isBrief !== true ? 'installed-not-running' : 'unknown'
}

/** Agents that exist for Linux. `jamf` and `kandji` do not. */
export const agentMarks: { readonly [Id in Exclude<AgentId, 'jamf' | 'kandji'>]: AgentMarks } = {
  crowdstrike: {
    units: ['falcon-sensor.service'],
    programs: ['falcon-sensor', 'falcon-sensor-bpf'],
    paths: ['/opt/CrowdStrike'],
  },
  sentinelone: {
    units: ['sentinelone.service'],
    programs: ['s1-agent', 's1-orchestrator', 'sentinelone-agent'],
    paths: ['/opt/sentinelone'],
  },
  defender: { units: ['mdatp.service'], programs: ['wdavdaemon'], paths: ['/opt/microsoft/mdatp'] },
  intune: {
    units: ['intune-daemon.service'],
    programs: ['intune-daemon', 'intune-agent'],
    paths: ['/usr/bin/intune-portal', '/opt/microsoft/intune'],
    isBrief: true,
  },
  fleet: { units: ['orbit.service'], programs: ['orbit'], paths: ['/opt/orbit'] },
  osquery: {
    units: ['osqueryd.service'],
    programs: ['osqueryd'],
    paths: ['/opt/osquery', '/usr/bin/osqueryd', '/usr/local/bin/osqueryd'],
  },
  kolide: { units: ['launcher.kolide-k2.service'], programs: ['launcher'], paths: ['/usr/local/kolide-k2'] },
  jumpcloud: { units: ['jcagent.service'], programs: ['jumpcloud-agent'], paths: ['/opt/jc'] },
  eset: {
    units: ['eea.service', 'efs.service', 'esets.service'],
    programs: ['scand', 'oaeventd', 'esets_daemon'],
    paths: ['/opt/eset'],
  },
  'carbon-black': {
    units: ['cbdaemon.service'],
    programs: ['cbdaemon', 'cbagentd'],
    paths: ['/opt/carbonblack', '/etc/cb', '/var/lib/cb'],
  },
  symantec: {
    units: ['sisamddaemon.service', 'sisidsdaemon.service'],
    programs: ['sisamddaemon', 'sisidsdaemon'],
    paths: ['/opt/Symantec'],
  },
  sophos: {
    units: ['sophos-spl.service', 'sav-protect.service'],
    programs: ['sophos_watchdog', 'savd'],
    paths: ['/opt/sophos-spl', '/opt/sophos-av'],
  },
  cortex: { units: ['traps_pmd.service'], programs: ['traps_pmd', 'pmd'], paths: ['/opt/traps'] },
  bitdefender: {
    units: ['bdsec.service'],
    programs: ['bdsecd', 'bdsec'],
    paths: ['/opt/bitdefender-security-tools'],
  },
  'trend-micro': { units: ['ds_agent.service'], programs: ['ds_agent'], paths: ['/opt/ds_agent'] },
  huntress: {
    units: ['huntress-agent.service'],
    programs: ['huntress-agent'],
    paths: ['/usr/share/huntress', '/opt/huntress'],
  },
  wazuh: { units: ['wazuh-agent.service'], programs: ['wazuh-agentd'], paths: ['/var/ossec'] },
}

/** Agents whose running means that a management service governs the machine. Intune is told by its registration. */
export const managerMarks = {
  fleet: agentMarks.fleet,
  jumpcloud: agentMarks.jumpcloud,
  landscape: {
    units: ['landscape-client.service'],
    programs: ['landscape-client'],
    paths: ['/usr/bin/landscape-client'],
  },
  puppet: { units: ['puppet.service'], programs: ['puppet'], paths: ['/opt/puppetlabs', '/usr/bin/puppet'] },
  chef: { units: ['chef-client.service'], programs: ['chef-client'], paths: ['/opt/chef', '/usr/bin/chef-client'] },
  salt: {
    units: ['salt-minion.service'],
    programs: ['salt-minion'],
    paths: ['/usr/bin/salt-minion', '/opt/saltstack'],
  },
} as const satisfies { readonly [Id in Manager]?: AgentMarks }
