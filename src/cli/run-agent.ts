import { type AgentCore, buildAgentCore } from '#agent/agent-core.ts'
import { serveControl } from '#agent/control/serve-control.ts'
import type { AgentPorts } from '#agent/ports.ts'

/**
 * The agent in this process, reachable at its endpoint: `stop` ends both. The endpoint comes first, since it is what
 * keeps a second agent away. Failures: `agent_running`, and those of the state files.
 */
export async function runAgent(
  ports: AgentPorts,
): Promise<{ readonly core: AgentCore; readonly stop: () => Promise<void> }> {
  const core = buildAgentCore(ports)
  const closeControl = await serveControl({
    path: ports.paths.control,
    answer: core.answers('cli'),
    onNotice: core.onNotice,
    log: ports.log,
  })
  const stop = async () => {
    await closeControl()
    await core.stop()
  }
  try {
    await core.start()
  } catch (thrown) {
    await stop()
    throw thrown
  }
  return { core, stop }
}
