import { useCallback, useEffect, useState } from 'react'
import type { HistoryItem, HistoryKind } from '#contract/agent-exceptions.ts'
import { useAgent, useSnapshot } from '../agent-context.tsx'
import type { Refusal } from '../ask.ts'

export type PastView = {
  /** Undefined until the first answer. */
  readonly items: readonly HistoryItem[] | undefined
  readonly hasOlder: boolean
  readonly isReading: boolean
  readonly refusal: Refusal | undefined
  readonly showOlder: () => void
  readonly again: () => void
}

type Pages = {
  readonly kind: HistoryKind | undefined
  readonly items: readonly HistoryItem[]
  readonly older: string | null
}

const pageSize = 30

/** The past, newest first, page after page. While only the first page is shown it follows what happens. */
export function useHistory(kind: HistoryKind | undefined): PastView {
  const { transport } = useAgent()
  const news = useNews()
  const [pages, setPages] = useState<Pages>()
  const [refusal, setRefusal] = useState<Refusal>()
  const [before, setBefore] = useState<string>()
  const [round, setRound] = useState(0)
  const [isReading, setIsReading] = useState(true)
  const shown = pages?.kind === kind ? pages : undefined
  const isFollowing = before === undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks once more, news only while there is one page
  useEffect(() => {
    let isOver = false
    setIsReading(true)
    const question = {
      count: pageSize,
      ...(kind === undefined ? {} : { kinds: [kind] }),
      ...(before === undefined ? {} : { before }),
    }
    void transport.ask('history/page', question).then((reply) => {
      if (isOver) return
      setIsReading(false)
      setRefusal(reply.ok ? undefined : reply)
      if (!reply.ok) return
      const { items, older } = reply.value
      setPages((known) =>
        before === undefined || known === undefined || known.kind !== kind
          ? { kind, items, older }
          : { kind, items: [...known.items, ...items], older },
      )
    })
    return () => {
      isOver = true
    }
  }, [transport, kind, before, round, isFollowing ? news : ''])
  // Another kind begins with its own first page.
  const [kindBefore, setKindBefore] = useState(kind)
  if (kindBefore !== kind) {
    setKindBefore(kind)
    setBefore(undefined)
  }
  return {
    items: shown?.items,
    hasOlder: shown !== undefined && shown.older !== null,
    isReading,
    refusal,
    showOlder: useCallback(() => {
      if (shown?.older != null) setBefore(shown.older)
    }, [shown]),
    again: useCallback(() => setRound((count) => count + 1), []),
  }
}

/** Another value whenever something happened that the past would tell of. */
function useNews(): string {
  const { result_at, sent, exceptions, key_store, state } = useSnapshot()
  const changes = exceptions.requests.reduce((sum, { changes: each }) => sum + each, exceptions.requests.length)
  return JSON.stringify([result_at, sent.map(({ at }) => at), changes, key_store.state, state])
}
