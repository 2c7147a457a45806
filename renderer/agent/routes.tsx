import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import type { Route } from '#contract/agent-windows.ts'
import { useAgent } from './agent-context.tsx'

/** Where a window is: what may be asked for from outside, and a draft, which may not. */
export type Place = Route & { readonly draft?: string }

type Routes = {
  readonly place: Place
  /** Grows with each step, so that going to the same screen again begins it anew. */
  readonly step: number
  readonly go: (place: Place) => void
}

const RoutesContext = createContext<Routes | undefined>(undefined)

/** The screen that is shown. A state of the page: there is no address, and nothing is remembered here. */
export function RoutesProvider({ children }: { readonly children: ReactNode }) {
  const { transport } = useAgent()
  const [where, setWhere] = useState<{ readonly place: Place; readonly step: number }>({
    place: { screen: 'status' },
    step: 0,
  })
  const go = useCallback((place: Place) => setWhere(({ step }) => ({ place, step: step + 1 })), [])
  useEffect(() => {
    let isTold = false
    const leave = transport.on('route/requested', (route) => {
      isTold = true
      go(route)
    })
    // What this window was opened for, unless something newer was asked for meanwhile.
    void transport.ask('route/take', undefined).then((reply) => {
      if (reply.ok && reply.value.route !== null && !isTold) go(reply.value.route)
    })
    return () => {
      isTold = true
      leave()
    }
  }, [transport, go])
  return <RoutesContext value={{ ...where, go }}>{children}</RoutesContext>
}

export function useRoutes(): Routes {
  const routes = useContext(RoutesContext)
  if (routes === undefined) throw new Error('no routes around this')
  return routes
}
