import { type ControlTransport, controlTransport } from '#agent/control/control-transport.ts'
import type { Answer, Question, RequestName } from '#contract/ipc.ts'
import type { Transport } from '#contract/transport.ts'
import { Failure } from '#domain/failure.ts'
import { agentPlaces } from './agent-places.ts'
import { isFailureCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'
import { UnknownReply } from './unknown-reply.ts'
import type { Words } from './words.ts'

/** The answer to one question, or the agent's failure thrown. A code we do not know is an `UnknownReply`. */
export async function askAgent<Name extends RequestName>(
  transport: Pick<Transport, 'ask'>,
  name: Name,
  question: Question<Name>,
): Promise<Answer<Name>> {
  const reply = await transport.ask(name, question)
  if (reply.ok) return reply.value
  if (!isFailureCode(reply.code)) throw new UnknownReply(reply.code)
  throw new Failure(reply.code, { ...reply.details, ...(reply.logId === undefined ? {} : { logId: reply.logId }) })
}

/** Speaks with the running agent while `act` runs, then hangs up. Failure: `agent_not_running`. */
export async function withAgent<Result>(
  words: Words,
  terminal: Terminal,
  act: (transport: ControlTransport) => Promise<Result>,
): Promise<Result> {
  const transport = controlTransport({ path: agentPlaces(words, terminal).control, clock: terminal.clock })
  try {
    return await act(transport)
  } finally {
    transport.close()
  }
}
