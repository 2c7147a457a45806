import { type Draft, type DraftQuestion, type DraftRefusal, draft } from '#contract/agent-exceptions.ts'
import { id22 } from '#contract/wire-types.ts'
import { mostDrafts } from '#domain/exceptions/most-drafts.ts'
import { Failure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { openRecordFolder } from '#runtime/record-folder.ts'

/** What a person wrote and has not sent, and what they sent while the gateway was away. At most twenty. */
export type Drafts = {
  /** Oldest first. */
  all(): readonly Draft[]
  find(draftId: string): Draft | undefined
  /**
   * Keeps what was written so far; a refusal stays with it until a word of it is another. Failures: `drafts_full` for one
   * more than twenty, `draft_sent` for one that is a request by now, `state_unwritable`.
   */
  save(question: DraftQuestion, at: number, clickedAt: number | null): Promise<Draft>
  /** It could not be sent as it stood: it waits for its writer, who is told why. One that was changed since stays as it is. */
  refuse(sent: Draft, refused: DraftRefusal): Promise<void>
  /** It is that request from now on, and never a draft again. */
  sent(draftId: string, requestId: string): Promise<void>
  discard(draftId: string): Promise<void>
  onChange(listener: () => void): () => void
}

/** So many of those that were sent are remembered, in memory: what a form still writes under an old id comes within seconds. */
const mostSent = 200

/** Opens `drafts/`. */
export async function openDrafts(folder: string, log: Log): Promise<Drafts> {
  const isId = (name: string) => id22.safeParse(name).success
  const records = await openRecordFolder({ folder, schema: draft, isId, log })
  const requestOf = new Map<string, string>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  async function remove(draftId: string): Promise<void> {
    await records.remove(draftId)
    tell()
  }
  return {
    all: () => records.all().toSorted((one, other) => one.saved_at - other.saved_at),
    find: records.find,
    async save(question, at, clickedAt) {
      const id = question.draft_id ?? randomId()
      const request = requestOf.get(id)
      if (request !== undefined) throw new Failure('draft_sent', { request_id: request })
      const before = records.find(id)
      if (before === undefined && records.all().length >= mostDrafts)
        throw new Failure('drafts_full', { most: mostDrafts })
      const refused = clickedAt === null && before !== undefined ? refusalStill(before, question) : undefined
      const saved: Draft = {
        ...question,
        draft_id: id,
        saved_at: at,
        clicked_at: clickedAt,
        ...(refused === undefined ? {} : { refused }),
      }
      await records.write(id, saved)
      tell()
      return saved
    },
    async refuse(sent, refused) {
      if (records.find(sent.draft_id) !== sent) return
      const written = records.write(sent.draft_id, { ...sent, clicked_at: null, refused })
      tell() // before it is on disk: it waits no longer, whatever the disk says
      await written
    },
    async sent(draftId, requestId) {
      requestOf.set(draftId, requestId)
      for (const old of [...requestOf.keys()].slice(0, -mostSent)) requestOf.delete(old)
      await remove(draftId)
    },
    discard: remove,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function refusalStill(before: Draft, question: DraftQuestion): DraftRefusal | undefined {
  const { saved_at: _, clicked_at: __, refused, ...words } = before
  return inOrder(words) === inOrder({ ...question, draft_id: before.draft_id }) ? refused : undefined
}

/** The same text for the same words, in whatever order a form names them; half a character is no fault in a draft. */
function inOrder(words: DraftQuestion): string {
  return JSON.stringify(Object.entries(words).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
