import { useEffect, useState, useSyncExternalStore } from 'react'
import { useAgent } from '../agent-context.tsx'
import { type DraftKeeper, type DraftStanding, draftKeeper } from './draft-keeper.ts'

/** Keeps the draft of one form: saved while it is written, and at once when the form or the window goes away. */
export function useDraft(): { readonly keeper: DraftKeeper; readonly standing: DraftStanding } {
  const { transport } = useAgent()
  const [keeper] = useState(() => draftKeeper((question) => transport.ask('draft/save', question)))
  useEffect(() => {
    const leave = () => keeper.flush()
    const hide = () => {
      if (document.visibilityState === 'hidden') keeper.flush()
    }
    window.addEventListener('pagehide', leave)
    document.addEventListener('visibilitychange', hide)
    return () => {
      window.removeEventListener('pagehide', leave)
      document.removeEventListener('visibilitychange', hide)
      keeper.flush()
    }
  }, [keeper])
  return { keeper, standing: useSyncExternalStore(keeper.subscribe, keeper.standing) }
}
