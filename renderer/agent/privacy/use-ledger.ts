import { useCallback, useEffect, useRef, useState } from 'react'
import type { SentHead, SentPage } from '#contract/agent-windows.ts'
import { useAgent, useAgentView } from '../agent-context.tsx'
import type { Refusal } from '../ask.ts'
import { joinNewer, joinOlder, type ReadPages } from './join-pages.ts'

export type LedgerView = {
  /** Newest first; undefined until it is known. */
  readonly items: readonly SentHead[] | undefined
  readonly waiting: SentPage['waiting']
  readonly hasOlder: boolean
  readonly isReading: boolean
  readonly refusal: Refusal | undefined
  readonly showOlder: () => void
  readonly again: () => void
}

/** A report changes the state several times within a moment: the ledger is read once for all of them. */
const restMs = 200

/** The ledger, page after page, kept up to date at its newest end whenever the agent tells of a change. */
export function useLedger(typ: string | undefined): LedgerView {
  const { transport } = useAgent()
  const { snapshot } = useAgentView()
  const [known, setKnown] = useState<ReadPages | undefined>(undefined)
  const [waiting, setWaiting] = useState<SentPage['waiting']>([])
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined)
  const [isReading, setIsReading] = useState(false)
  const [round, setRound] = useState(0)
  const shownTyp = useRef(typ)
  const isFirst = useRef(true)

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the state may come with a message; `round` asks once more
  useEffect(() => {
    let isOver = false
    const read = async () => {
      const reply = await transport.ask('privacy/sent', typ === undefined ? {} : { typ })
      if (isOver) return
      setRefusal(reply.ok ? undefined : reply)
      if (!reply.ok) return
      const isSame = shownTyp.current === typ
      shownTyp.current = typ
      setWaiting(reply.value.waiting)
      setKnown((before) => (isSame ? joinNewer(reply.value, before) : reply.value))
    }
    const timer = setTimeout(() => void read(), isFirst.current ? 0 : restMs)
    isFirst.current = false
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [transport, typ, snapshot, round])

  const older = known?.older ?? null
  const showOlder = useCallback(async () => {
    if (older === null) return
    setIsReading(true)
    const reply = await transport.ask('privacy/sent', typ === undefined ? { before: older } : { typ, before: older })
    setIsReading(false)
    setRefusal(reply.ok ? undefined : reply)
    if (!reply.ok || shownTyp.current !== typ) return
    setKnown((before) => before && joinOlder(before, reply.value))
  }, [transport, typ, older])

  return {
    items: known?.items,
    waiting,
    hasOlder: older !== null,
    isReading,
    refusal,
    showOlder: () => void showOlder(),
    again: () => setRound((count) => count + 1),
  }
}
