import { type Draft, type DraftQuestion, draft, mostDrafts } from '#contract/agent-exceptions.ts'
import { id22 } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'
import type { Fault } from '#domain/reason.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { openRecordFolder } from '#runtime/record-folder.ts'

/** What a person wrote and has not sent, and what they sent while the gateway was away. At most twenty. */
export type Drafts = {
  /** Oldest first. */
  all(): readonly Draft[]
  find(draftId: string): Draft | undefined
  /** Keeps what was written so far. Failures: `exception_limit` for one more than twenty, `state_unwritable`. */
  save(question: DraftQuestion, at: number, clickedAt: number | null): Promise<Draft>
  discard(draftId: string): Promise<void>
  onChange(listener: () => void): () => void
}

const tooMany: Fault = `at most ${mostDrafts} drafts are kept: discard one`

/** Opens `drafts/`. */
export async function openDrafts(folder: string, log: Log): Promise<Drafts> {
  const isId = (name: string) => id22.safeParse(name).success
  const records = await openRecordFolder({ folder, schema: draft, isId, log })
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  return {
    all: () => records.all().toSorted((one, other) => one.saved_at - other.saved_at),
    find: records.find,
    async save(question, at, clickedAt) {
      const id = question.draft_id ?? randomId()
      if (records.find(id) === undefined && records.all().length >= mostDrafts)
        throw new Failure('exception_limit', {
          errors: [{ pointer: '/draft_id', detail: tooMany }],
        })
      const saved: Draft = { ...question, draft_id: id, saved_at: at, clicked_at: clickedAt }
      await records.write(id, saved)
      tell()
      return saved
    },
    async discard(draftId) {
      await records.remove(draftId)
      tell()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
