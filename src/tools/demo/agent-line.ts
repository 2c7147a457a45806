import { setTimeout as wait } from 'node:timers/promises'
import { controlTransport } from '#agent/control/control-transport.ts'
import type { Answer, Question, RequestName, Snapshot } from '#contract/ipc.ts'
import { systemClock } from '#runtime/clock.ts'
import { currentValue } from '#runtime/current-value.ts'

/** The line to the running agent, as the command line has it: questions, and its state as it changes. */
export type AgentLine = {
  /** Throws where the agent answers with a failure. */
  ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Answer<Name>>
  /** The first state that fits, the present one included. */
  until(fits: (snapshot: Snapshot) => boolean): Promise<Snapshot>
  onChange(listener: (snapshot: Snapshot) => void): () => void
}

const patienceMs = 30_000
const startMs = 20_000
const pollMs = 200

export async function openAgentLine(path: string): Promise<AgentLine> {
  await untilThere(path)
  const transport = controlTransport({ path, clock: systemClock() })
  async function ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Answer<Name>> {
    const reply = await transport.ask(name, question)
    if (reply.ok) return reply.value
    throw new Error(`the agent answered ${reply.code} ${JSON.stringify(reply.details ?? {})}`)
  }
  const latest = currentValue(await ask('agent/snapshot', undefined))
  transport.on('snapshot/changed', (snapshot) => latest.replace(snapshot))
  latest.replace(await ask('agent/snapshot', undefined)) // what changed before we listened
  return {
    ask,
    onChange: latest.onChange,
    async until(fits) {
      const now = latest.read()
      if (fits(now)) return now
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the agent did not get that far')), patienceMs)
        const end = latest.onChange((snapshot) => {
          if (!fits(snapshot)) return
          clearTimeout(timer)
          end()
          resolve(snapshot)
        })
      })
    },
  }
}

/** An app may take a while until it answers. */
async function untilThere(path: string): Promise<void> {
  const latest = performance.now() + startMs
  for (;;) {
    const transport = controlTransport({ path, clock: systemClock() })
    const reply = await transport.ask('agent/snapshot', undefined)
    transport.close()
    if (reply.ok || reply.code !== 'agent_not_running' || performance.now() > latest) return
    await wait(pollMs)
  }
}
