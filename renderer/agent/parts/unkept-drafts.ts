import type { Draft, DraftQuestion } from '#contract/agent-exceptions.ts'
import type { Reply } from '#contract/transport.ts'

/** Drafts that could not be saved: in this window alone, whatever it shows, until there is room for them. */
export type UnkeptDrafts = {
  /** As they would be on disk, in the order in which they were held. */
  all(): readonly Draft[]
  subscribe(listener: () => void): () => void
  /** Could not be saved, at that moment, in Unix seconds; in place of an older one of the same id. */
  hold(question: DraftQuestion & { readonly draft_id: string }, at: number): void
  /** It is on disk, was sent, or was thrown away. */
  forget(draftId: string): void
  /** A form has it open, and saves it itself until it lets go. */
  claim(draftId: string): () => void
  /** There may be room: saves what no form has open, until one is refused. */
  retry(): Promise<void>
}

export function unkeptDrafts(save: (question: DraftQuestion) => Promise<Reply<unknown>>): UnkeptDrafts {
  let held: readonly Draft[] = []
  let isTrying = false
  const claims = new Map<string, number>()
  const listeners = new Set<() => void>()
  const become = (next: readonly Draft[]) => {
    held = next
    for (const listener of [...listeners]) listener()
  }
  const without = (draftId: string) => held.filter(({ draft_id }) => draft_id !== draftId)
  return {
    all: () => held,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hold(question, at) {
      become([...without(question.draft_id), { ...question, saved_at: at, clicked_at: null }])
    },
    forget(draftId) {
      const others = without(draftId)
      if (others.length < held.length) become(others)
    },
    claim(draftId) {
      claims.set(draftId, (claims.get(draftId) ?? 0) + 1)
      return () => {
        claims.set(draftId, (claims.get(draftId) ?? 1) - 1)
        // It may be saved without the form from now on.
        if (held.some(({ draft_id }) => draft_id === draftId)) become([...held])
      }
    },
    async retry() {
      if (isTrying) return
      isTrying = true
      try {
        for (const draft of held) {
          if ((claims.get(draft.draft_id) ?? 0) > 0 || !held.includes(draft)) continue
          const { saved_at: _, clicked_at: __, ...question } = draft
          const reply = await save(question)
          if (!reply.ok) return
          // What a form wrote meanwhile under the same id is newer, and tried in its turn.
          if (held.includes(draft)) become(without(draft.draft_id))
        }
      } finally {
        isTrying = false
      }
    },
  }
}
