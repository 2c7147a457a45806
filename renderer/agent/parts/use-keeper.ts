import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Reply } from '#contract/transport.ts'
import { type DraftKeeper, type DraftStanding, draftKeeper } from './draft-keeper.ts'

/** Keeps what is written on disk: saved while it is written, and at once when its place or the window goes away. */
export function useKeeper<Written>(save: (written: Written) => Promise<Reply<{ readonly saved_at: number }>>): {
  readonly keeper: DraftKeeper<Written>
  readonly standing: DraftStanding
} {
  const [keeper] = useState(() => draftKeeper(save))
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
