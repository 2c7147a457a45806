import { keptRepliesFile, mostKeptReplies } from '#contract/agent-state-files.ts'
import { isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { stateFile } from '#runtime/state-file.ts'

/** Answers to approvers that a person is writing and has not sent, by request: closing a window takes none away. */
export type KeptReplies = {
  /** What was written so far; empty where nothing was. */
  read(requestId: string): string
  /** On disk when it resolves; empty words forget it. Failures: `state_unwritable`, `state_too_new`. */
  keep(requestId: string, text: string, at: number): Promise<void>
}

/** Opens `drafts/replies.json`. What cannot be read counts as nothing, and stays where it is until something is kept. */
export async function openKeptReplies(path: string, log: Log): Promise<KeptReplies> {
  const file = stateFile(path, 1, keptRepliesFile)
  const found = await file.read().catch((thrown: unknown) => {
    if (!isFailure(thrown)) throw thrown
    log.warn('replies.unread', { code: thrown.code })
    return undefined
  })
  let replies = found?.replies ?? []
  let writing: Promise<unknown> = Promise.resolve()
  return {
    read: (requestId) => replies.find(({ request_id }) => request_id === requestId)?.text ?? '',
    keep(requestId, text, at) {
      const done = writing.then(async () => {
        const others = replies.filter(({ request_id }) => request_id !== requestId)
        if (text === '' && others.length === replies.length) return
        const next = text === '' ? others : [...others, { request_id: requestId, text, at }].slice(-mostKeptReplies)
        await file.write({ replies: next })
        replies = next
      })
      writing = done.catch(() => undefined) // whoever writes is told
      return done
    },
  }
}
