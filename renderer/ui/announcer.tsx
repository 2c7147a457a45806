import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

type Announce = (text: string, urgency?: 'polite' | 'assertive') => void
type Said = { readonly polite: string; readonly assertive: string; readonly count: number }

const AnnounceContext = createContext<Announce>(() => undefined)

/** The one place that speaks to a screen reader about changes: politely, refusals at once; the newest sentence replaces the last. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<Said>({ polite: '', assertive: '', count: 0 })
  const announce = useCallback<Announce>((text, urgency = 'polite') => {
    // A sentence that is said twice is another event: its element is another one.
    setSaid(({ count }) => ({ polite: '', assertive: '', [urgency]: text, count: count + 1 }))
  }, [])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="only-heard" aria-live="polite" data-announcer="polite">
        <span key={said.count}>{said.polite}</span>
      </div>
      <div className="only-heard" aria-live="assertive" data-announcer="assertive">
        <span key={said.count}>{said.assertive}</span>
      </div>
    </AnnounceContext>
  )
}

export function useAnnounce(): Announce {
  return useContext(AnnounceContext)
}
