import { useCallback, useEffect, useRef, useState } from 'react'
import type { SentHead, SentPage } from '#contract/agent-windows.ts'
import { useAgent, useAgentView } from '../agent-context.tsx'
import type { Refusal } from '../ask.ts'

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

type Known = { readonly items: readonly SentHead[]; readonly older: string | null }

/** The ledger, page after page, kept up to date at its newest end whenever the agent tells of a change. */
export function useLedger(typ: string | undefined): LedgerView {
  const { transport } = useAgent()
  const { snapshot } = useAgentView()
  const [known, setKnown] = useState<Known | undefined>(undefined)
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
      setKnown((before) => (isSame ? joined(reply.value, before) : reply.value))
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
    const { items, older: next } = reply.value
    setKnown((before) => before && { items: [...before.items, ...unknownOf(items, before.items)], older: next })
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

/** The newest page, and below it what was read before, where both meet; where they do not, the page alone. */
export function joined(page: Pick<SentPage, 'items' | 'older'>, before: Known | undefined): Known {
  const last = page.items.at(-1)
  const at = before === undefined || last === undefined ? -1 : before.items.findIndex(({ id }) => id === last.id)
  if (before === undefined || at < 0) return { items: page.items, older: page.older }
  const below = before.items.slice(at + 1)
  return { items: [...page.items, ...below], older: below.length === 0 ? page.older : before.older }
}

function unknownOf(items: readonly SentHead[], known: readonly SentHead[]): readonly SentHead[] {
  const ids = new Set(known.map(({ id }) => id))
  return items.filter(({ id }) => !ids.has(id))
}
