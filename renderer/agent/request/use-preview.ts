import { useCallback, useEffect, useState } from 'react'
import type { PreviewQuestion } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import type { Refusal } from '../ask.ts'

/** What the gateway last said of this wish. While it is asked again, `value` is what it said before, and `isAsking`. */
export type Preview = {
  readonly value: PreviewAnswer | undefined
  readonly refusal: Refusal | undefined
  readonly isAsking: boolean
}
type Asking = Preview & { readonly again: () => void }

export const previewRestMs = 300

/**
 * Asks what the wish would take, once nothing was changed for 300 ms, and again when the agent stands otherwise than
 * before. Of several answers the one to the last question counts, in whatever order they come.
 */
export function usePreview(question: PreviewQuestion | undefined): Asking {
  const { transport } = useAgent()
  const { state } = useSnapshot()
  const [preview, setPreview] = useState<Preview>({ value: undefined, refusal: undefined, isAsking: true })
  const [round, setRound] = useState(0)
  const again = useCallback(() => setRound((count) => count + 1), [])
  const key = question === undefined ? undefined : JSON.stringify(question)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the question by value; a new `state` and `again` ask once more
  useEffect(() => {
    if (question === undefined) {
      setPreview((before) => ({ ...before, isAsking: false }))
      return
    }
    let isOver = false
    setPreview((before) => ({ ...before, isAsking: true }))
    const timer = setTimeout(async () => {
      const reply = await transport.ask('exception/preview', question)
      if (isOver) return
      setPreview(
        reply.ok
          ? { value: reply.value, refusal: undefined, isAsking: false }
          : { value: undefined, refusal: reply, isAsking: false },
      )
    }, previewRestMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [transport, key, state, round])
  return { ...preview, again }
}
