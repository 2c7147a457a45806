import { inspectAgent } from '#agent/agent-core.ts'
import { controlTransport } from '#agent/control/control-transport.ts'
import { type AskedAgent, findingsOfAgent } from '#agent/window-api/findings-of-agent.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { secondsNow } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { agentPlaces } from '../agent-places.ts'
import { describe, doctorExit, doctorLines } from '../doctor/doctor-lines.ts'
import { findingsOfGateway, hasGatewaySettings } from '../doctor/findings-of-gateway.ts'
import { loadTexts } from '../end-with.ts'
import { headlessPorts } from '../headless-ports.ts'
import { timeText } from '../print/time-text.ts'
import type { Terminal } from '../terminal.ts'
import type { RunCommand } from '../words.ts'

/** What is wrong on this machine, why, what to do: exit 0 nothing, 1 something, 3 something could not be told. */
export const doctor: RunCommand = async (words, terminal) => {
  const { clock, texts: cli, language } = terminal
  const paths = agentPlaces(words, terminal)
  const now = secondsNow(clock)
  const ports = headlessPorts({ paths, development: words.isSet('development'), clock, log: silentLog })

  const findings = await terminal.during(cli.asking.readings, async () => {
    const [agent, inspection] = await Promise.all([askRunning(paths.control, terminal), inspectAgent(ports)])
    const ofAgent = findingsOfAgent({
      inspection,
      agent,
      control: paths.control,
      uid: ports.uid,
      now,
      texts: await loadTexts(language),
      cli,
      sayReason: await sayReasonIn(language),
      timeText: (seconds) => timeText(seconds, now, language),
    })
    if (!(await hasGatewaySettings(words.text('config'), terminal.environment))) return ofAgent
    const { settingsOf } = await import('../policy-context.ts')
    return [...ofAgent, await findingsOfGateway(() => settingsOf(words, terminal), now)]
  })

  const view = { texts: cli, paint: terminal.paint, columns: terminal.columns, development: words.isSet('development') }
  if (words.isSet('json')) terminal.out(JSON.stringify({ findings: findings.map((found) => describe(found, view)) }))
  else for (const line of doctorLines(findings, view)) terminal.out(line)
  return doctorExit(findings)
}

async function askRunning(path: string, { clock }: Terminal): Promise<AskedAgent> {
  const transport = controlTransport({ path, clock })
  try {
    const reply = await transport.ask('agent/snapshot', undefined)
    if (reply.ok) return { kind: 'answered', snapshot: reply.value }
    return reply.code === 'agent_not_running' ? { kind: 'nobody' } : { kind: 'not-understood', code: reply.code }
  } finally {
    transport.close()
  }
}
