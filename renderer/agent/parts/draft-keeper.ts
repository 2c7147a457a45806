import type { Reply } from '#contract/transport.ts'
import type { Refusal } from '../ask.ts'

/** How the draft stands on disk. */
export type DraftStanding =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'saved'; readonly at: number }
  | { readonly kind: 'failed'; readonly refusal: Refusal }

export type DraftKeeper<Written> = {
  standing(): DraftStanding
  subscribe(listener: () => void): () => void
  /** What is written now: saved once nothing was added for half a second. */
  write(written: Written): void
  /** Saves at once what was not saved yet: the window closes, or shows something else. */
  flush(): void
  /** Forgets what was not saved yet: it is being sent, or was thrown away. */
  drop(): void
}

export const restMs = 500

/** Keeps a draft on disk while it is written. A save that failed is tried again with the next word, or by `flush`. */
export function draftKeeper<Written>(
  save: (written: Written) => Promise<Reply<{ readonly saved_at: number }>>,
): DraftKeeper<Written> {
  let standing: DraftStanding = { kind: 'unchanged' }
  let unsaved: Written | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let newest = 0
  const listeners = new Set<() => void>()
  const become = (next: DraftStanding) => {
    standing = next
    for (const listener of [...listeners]) listener()
  }
  const flush = () => {
    clearTimeout(timer)
    if (unsaved === undefined) return
    const written = unsaved
    unsaved = undefined
    newest += 1
    const mine = newest
    void save(written).then((reply) => {
      if (mine !== newest) return
      if (!reply.ok) unsaved ??= written
      become(reply.ok ? { kind: 'saved', at: reply.value.saved_at } : { kind: 'failed', refusal: reply })
    })
  }
  return {
    standing: () => standing,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    write(written) {
      unsaved = written
      clearTimeout(timer)
      timer = setTimeout(flush, restMs)
    },
    flush,
    drop() {
      clearTimeout(timer)
      unsaved = undefined
      newest += 1
      become({ kind: 'unchanged' })
    },
  }
}
