import type { Snapshot } from '#contract/ipc.ts'
import type { Transport } from '#contract/transport.ts'

/** What a window knows of the agent. `away`: it did not answer, by code; what was known before stays beside it. */
export type AgentView = { readonly snapshot: Snapshot | undefined; readonly away: string | undefined }

export type AgentStore = {
  view(): AgentView
  subscribe(listener: () => void): () => void
  /** Takes the snapshot that an answer carried, so that its change is seen at once. */
  take(snapshot: Snapshot): void
  /** Asks for the whole state now. */
  pull(): Promise<void>
}

/**
 * The agent's state in a window: told from the beginning, then pulled whole. A notice that came before the answer is newer
 * than it, or will be followed by one that is, so the answer yields.
 */
export function createAgentStore(transport: Transport): AgentStore {
  let view: AgentView = { snapshot: undefined, away: undefined }
  let told = 0
  const listeners = new Set<() => void>()
  const replace = (next: AgentView) => {
    view = next
    for (const listener of listeners) listener()
  }
  const take = (snapshot: Snapshot) => {
    told += 1
    replace({ snapshot, away: undefined })
  }
  transport.on('snapshot/changed', take)
  return {
    view: () => view,
    take,
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async pull() {
      const before = told
      const reply = await transport.ask('agent/snapshot', undefined)
      if (told !== before) return
      replace(reply.ok ? { snapshot: reply.value, away: undefined } : { ...view, away: reply.code })
    },
  }
}
