import { controlTransport } from '#agent/control/control-transport.ts'
import { fillText } from '#contract/fill-text.ts'
import { inMode } from '#contract/in-mode.ts'
import type { Transport } from '#contract/transport.ts'
import { agentPlaces } from '../agent-places.ts'
import { loadTexts } from '../end-with.ts'
import { enrollConversation } from '../enroll-conversation.ts'
import { exitCode } from '../exit-codes.ts'
import { plainText } from '../print/plain-text.ts'
import type { Terminal } from '../terminal.ts'
import { terminalLog } from '../terminal-log.ts'
import type { RunCommand, Words } from '../words.ts'

/** Enrols this device: exit 0 enrolled, 1 the person or the gateway said no, 3 an administrator must approve. */
export const agentEnroll: RunCommand = async (words, terminal) => {
  const { texts, out, language } = terminal
  let isByAgent = false
  const snapshot = await enrollConversation(
    {
      link: words.argument ?? '',
      isAgreed: words.isSet('yes'),
      isDevelopment: words.isSet('development'),
      texts: await loadTexts(language),
      withAgent: (act) =>
        withSomeAgent(words, terminal, (agent, isRunning) => {
          isByAgent = isRunning
          return act(agent)
        }),
    },
    terminal,
  )
  if (snapshot === undefined) return exitCode.no
  const isWaiting = snapshot.state === 'waiting-approval'
  if (words.isSet('json')) {
    const { state, issuer, organisation, owner, device_id, tier, key_store } = snapshot
    out(JSON.stringify({ state, issuer, organisation, owner, device_id, tier, key_store: key_store.kind }))
  } else {
    const org = plainText(snapshot.organisation ?? '')
    const owner = plainText(snapshot.owner ?? '')
    out(fillText(isWaiting ? texts.enroll.waiting : texts.enroll.enrolled, { org, owner }))
    const next = isByAgent ? 'postern status' : texts.enroll.nextAgent
    out(`${texts.common.next} ${inMode(next, words.isSet('development'))}`)
  }
  return isWaiting ? exitCode.partly : exitCode.yes
}

type Act<Result> = (agent: Pick<Transport, 'ask'>, isRunning: boolean) => Promise<Result>

/** The running agent, at its endpoint; where none runs, this process is one for as long as `act` takes. */
async function withSomeAgent<Result>(words: Words, terminal: Terminal, act: Act<Result>): Promise<Result> {
  const { clock } = terminal
  const paths = agentPlaces(words, terminal)
  const transport = () => controlTransport({ path: paths.control, clock })
  const first = transport()
  try {
    const snapshot = await first.ask('agent/snapshot', undefined)
    if (snapshot.ok || snapshot.code !== 'agent_not_running') return await act(first, true)
  } finally {
    first.close()
  }
  const { headlessPorts } = await import('../headless-ports.ts')
  const { runAgent } = await import('../run-agent.ts')
  const log = terminalLog(terminal, 'warn')
  const { stop } = await runAgent(headlessPorts({ paths, development: words.isSet('development'), clock, log }))
  const own = transport()
  try {
    return await act(own, false)
  } finally {
    own.close()
    await stop()
  }
}
