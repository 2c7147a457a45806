import { useEffect, useState } from 'react'
import { useAgent } from '../agent-context.tsx'
import type { DraftStanding } from '../parts/draft-keeper.ts'
import { useKeeper } from '../parts/use-keeper.ts'

/** The answer to an approver that is being written: it is there again after another screen, and after the window was closed. */
export function useKeptReply(
  request_id: string,
  most: number,
): {
  readonly words: string
  readonly write: (words: string) => void
  /** It was sent. */
  readonly forget: () => void
  /** It is not wanted any more. */
  readonly discard: () => void
  readonly standing: DraftStanding
} {
  const { transport } = useAgent()
  const [words, setWords] = useState<string>()
  const { keeper, standing } = useKeeper((text: string) => transport.ask('reply/keep', { request_id, text }))
  useEffect(() => {
    let isShown = true
    void transport.ask('reply/kept', { request_id }).then((reply) => {
      // Whoever began to write meanwhile is not interrupted.
      if (isShown && reply.ok) setWords((now) => now ?? reply.value.text)
    })
    return () => {
      isShown = false
    }
  }, [transport, request_id])
  return {
    words: words ?? '',
    write(text) {
      setWords(text)
      keeper.write(text.slice(0, most))
    },
    forget() {
      keeper.drop()
      setWords('')
    },
    discard() {
      setWords('')
      keeper.write('')
      keeper.flush()
    },
    standing,
  }
}
