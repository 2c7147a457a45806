import { type AskedVote, mostAskedVotes } from '#contract/agent-exceptions.ts'
import { askedVotesFile } from '#contract/agent-state-files.ts'
import { isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { stateFile } from '#runtime/state-file.ts'

/** Requests on which this person is asked to vote. A hint of the stream: it leads to the console, and decides nothing. */
export type AskedVotes = {
  /** What is still to be decided, the one that ends first in front. */
  all(): readonly AskedVote[]
  take(asked: AskedVote): Promise<void>
  /** Resolves once everything taken so far is on disk, or could not be kept. */
  settled(): Promise<void>
  onChange(listener: () => void): () => void
}

/** Opens `history/asked-votes.json`, so that a restart forgets nobody who waits. What cannot be read counts as nothing. */
export async function openAskedVotes(path: string, nowSeconds: () => number, log: Log): Promise<AskedVotes> {
  const file = stateFile(path, 1, askedVotesFile)
  const listeners = new Set<() => void>()
  const passOver = (thrown: unknown) => {
    if (!isFailure(thrown)) throw thrown
    log.warn('asked-votes.unkept', { code: thrown.code })
    return undefined
  }
  let votes = (await file.read().catch(passOver))?.votes ?? []
  let written: Promise<void> = Promise.resolve()
  const open = () =>
    votes.filter(({ decide_by }) => decide_by > nowSeconds()).toSorted((one, other) => one.decide_by - other.decide_by)
  return {
    all: open,
    async take(asked) {
      const others = open().filter(({ request_id, stage }) => request_id !== asked.request_id || stage !== asked.stage)
      votes = [...others, asked].slice(-mostAskedVotes)
      for (const listener of [...listeners]) listener()
      // One after the other, each with what is known by then: two at once could end in either order.
      written = written.then(() => file.write({ votes })).catch(passOver)
      await written
    },
    settled: () => written,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
