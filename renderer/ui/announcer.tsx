import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

type Announce = (text: string, urgency?: 'polite' | 'assertive') => void
type Said = { readonly polite: string; readonly assertive: string }

const AnnounceContext = createContext<Announce>(() => undefined)

/** The one place that speaks to a screen reader about changes: politely, refusals at once; the newest sentence replaces the last. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<Said>({ polite: '', assertive: '' })
  const announce = useCallback<Announce>((text, urgency = 'polite') => {
    setSaid({ polite: '', assertive: '', [urgency]: text })
  }, [])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="only-heard" aria-live="polite" data-announcer="polite">
        {said.polite}
      </div>
      <div className="only-heard" aria-live="assertive" data-announcer="assertive">
        {said.assertive}
      </div>
    </AnnounceContext>
  )
}

export function useAnnounce(): Announce {
  return useContext(AnnounceContext)
}
