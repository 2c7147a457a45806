import { observed, unknown } from '#domain/reading.ts'
import { agentIds } from '#domain/signals.ts'
import { agentMarks, lookForAgents } from '../linux/installed-agents.linux.ts'
import { systemdUnits, timer } from '../linux/paces.ts'
import type { Probe } from '../probe.ts'

/** Management and protection agents, each by its service or program. What is not listed was looked for and not found. */
export const securityAgentsOnLinux: Probe<'security-agents'> = {
  signal: 'security-agents',
  os: 'linux',
  cost: 'light',
  watches: [systemdUnits, timer('light')],
  async take(machine) {
    const view = await lookForAgents(machine)
    const agents = await Promise.all(
      linuxAgentIds.map(async (id) => ({ id, state: await view.stateOf(agentMarks[id]) })),
    )
    const found = agents.flatMap(({ id, state }) => (state === 'absent' ? [] : [{ id, state }]))
    if (found.length === 0 && !view.isAnswered) return unknown('incomplete', 'processes')
    return observed({ agents: found }, 'processes')
  },
}

type LinuxAgentId = keyof typeof agentMarks
const linuxAgentIds: readonly LinuxAgentId[] = agentIds.filter((id): id is LinuxAgentId =>
  Object.hasOwn(agentMarks, id),
)
