import {
  type Answer,
  type Notice,
  type NoticeName,
  notices,
  type Question,
  type RequestName,
  requests,
  type Snapshot,
} from '#contract/ipc.ts'
import type { Reply, Transport } from '#contract/transport.ts'

/** What an agent answers that a test plays: values, or a refusal. A name left out is answered with `not_found`. */
export type MemoryAnswers = {
  readonly [Name in RequestName]?: (question: Question<Name>) => Reply<Answer<Name>> | Promise<Reply<Answer<Name>>>
}

export type MemoryAgent = {
  readonly transport: Transport
  /** Everything that was asked, in order. */
  readonly asked: readonly { readonly name: RequestName; readonly question: unknown }[]
  /** Tells all that listen, as the agent would. */
  readonly tell: <Name extends NoticeName>(name: Name, notice: Notice<Name>) => void
}

/** A carrier without wires: an agent in this process, held to the production's schemas in both directions. */
export function aMemoryAgent(snapshot: Snapshot | (() => Snapshot), answers: MemoryAnswers = {}): MemoryAgent {
  const asked: { name: RequestName; question: unknown }[] = []
  const listeners = new Map<NoticeName, Set<(value: never) => void>>()
  const all: MemoryAnswers = {
    'agent/snapshot': () => ({ ok: true, value: typeof snapshot === 'function' ? snapshot() : snapshot }),
    'clipboard/copy': () => ({ ok: true, value: undefined }),
    ...answers,
  }
  return {
    asked,
    tell(name, notice) {
      notices[name].parse(notice)
      for (const listener of listeners.get(name) ?? []) Reflect.apply(listener, undefined, [notice])
    },
    transport: {
      async ask(name, question) {
        requests[name].asks.parse(question)
        asked.push({ name, question })
        const answer = all[name]
        if (answer === undefined) return { ok: false, code: 'not_found' }
        const reply = await answer(question)
        if (reply.ok) requests[name].answers.parse(reply.value)
        return reply
      },
      on(name, listener) {
        const set = listeners.get(name) ?? new Set()
        listeners.set(name, set.add(listener))
        return () => {
          set.delete(listener)
        }
      },
    },
  }
}
