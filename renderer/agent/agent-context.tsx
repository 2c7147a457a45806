import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Snapshot } from '#contract/ipc.ts'
import type { Transport } from '#contract/transport.ts'
import { type AgentStore, type AgentView, createAgentStore } from './agent-store.ts'

type Agent = { readonly transport: Transport; readonly store: AgentStore }

const AgentContext = createContext<Agent | undefined>(undefined)

const askAgainMs = 3000

/** Lets everything inside ask the agent, and know its state. While it does not answer it is asked again. */
export function AgentProvider({
  transport,
  children,
}: {
  readonly transport: Transport
  readonly children: ReactNode
}) {
  const agent = useMemo(() => withStore(transport), [transport])
  useEffect(() => {
    const pull = () => void agent.store.pull()
    pull()
    const timer = setInterval(() => {
      const { snapshot, away } = agent.store.view()
      if (snapshot === undefined || away !== undefined) pull()
    }, askAgainMs)
    return () => clearInterval(timer)
  }, [agent])
  return <AgentContext value={agent}>{children}</AgentContext>
}

/** Whoever is told that nobody is there looks whether that is so, so that no screen goes on calling itself live. */
function withStore(transport: Transport): Agent {
  const store = createAgentStore(transport)
  return {
    store,
    transport: {
      on: (name, listener) => transport.on(name, listener),
      async ask(name, question) {
        const reply = await transport.ask(name, question)
        if (!reply.ok && reply.code === 'agent_not_running') void store.pull()
        return reply
      },
    },
  }
}

export function useAgent(): Agent {
  const agent = useContext(AgentContext)
  if (agent === undefined) throw new Error('no agent around this')
  return agent
}

export function useAgentView(): AgentView {
  const { store } = useAgent()
  return useSyncExternalStore(store.subscribe, store.view)
}

/** The agent's state, in screens: they are shown only once it is known. */
export function useSnapshot(): Snapshot {
  const { snapshot } = useAgentView()
  if (snapshot === undefined) throw new Error('a screen is shown before the state is known')
  return snapshot
}
