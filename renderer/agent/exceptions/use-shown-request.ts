import { useCallback, useEffect, useRef, useState } from 'react'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import type { Asked } from '../ask.ts'

export type Shown = {
  readonly asked: Asked<ShownRequest>
  readonly again: () => void
  /** Takes what an act of ours was answered, so that it is seen at once. */
  readonly take: (request: ShownRequest) => void
}

/**
 * One request, kept up to date by what is told of it; asked for again when the snapshot counts a change that was not told
 * here, and when the stream is back. What was known stays while it is asked for; what was told meanwhile is newer.
 */
export function useShownRequest(requestId: string): Shown {
  const { transport } = useAgent()
  const { stream, exceptions } = useSnapshot()
  const changes = exceptions.requests.find(({ request_id }) => request_id === requestId)?.changes
  const [asked, setAsked] = useState<Asked<ShownRequest>>({ kind: 'asking' })
  const [round, setRound] = useState(0)
  const told = useRef(0)
  const take = useCallback((request: ShownRequest) => {
    told.current += 1
    setAsked({ kind: 'answered', value: request })
  }, [])
  useEffect(
    () =>
      transport.on('exception/changed', (request) => {
        if (request.request_id === requestId) take(request)
      }),
    [transport, requestId, take],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change, and a stream that is back, asks once more
  useEffect(() => {
    let isOver = false
    const before = told.current
    void transport.ask('exception/show', { request_id: requestId }).then((reply) => {
      if (isOver || told.current !== before) return
      if (reply.ok) return setAsked({ kind: 'answered', value: reply.value })
      // What was known stays where it could only not be asked for; what is not there any more does not.
      setAsked((known) =>
        known.kind === 'answered' && reply.code !== 'not_found' ? known : { kind: 'failed', refusal: reply },
      )
    })
    return () => {
      isOver = true
    }
  }, [transport, requestId, changes, stream === 'open', round])
  return { asked, take, again: useCallback(() => setRound((count) => count + 1), []) }
}
