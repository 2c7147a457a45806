import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Draft } from '#contract/agent-exceptions.ts'
import { mostDrafts } from '#domain/exceptions/most-drafts.ts'
import { useAgent, useAgentView, useSnapshot } from './agent-context.tsx'
import { type UnkeptDrafts, unkeptDrafts } from './parts/unkept-drafts.ts'

const UnkeptContext = createContext<UnkeptDrafts | undefined>(undefined)

/** Keeps what could not be saved while other screens are shown, and saves it as soon as there is room. */
export function UnkeptProvider({ children }: { readonly children: ReactNode }) {
  const { transport } = useAgent()
  const unkept = useMemo(() => unkeptDrafts((question) => transport.ask('draft/save', question)), [transport])
  const count = useAgentView().snapshot?.exceptions.drafts.length
  const held = useSyncExternalStore(unkept.subscribe, unkept.all)
  // Another count may be room, and a form may have let go of one.
  useEffect(() => {
    if (count !== undefined && count < mostDrafts && held.length > 0) void unkept.retry()
  }, [unkept, count, held])
  return <UnkeptContext value={unkept}>{children}</UnkeptContext>
}

export function useUnkept(): { readonly unkept: UnkeptDrafts; readonly held: readonly Draft[] } {
  const unkept = useContext(UnkeptContext)
  if (unkept === undefined) throw new Error('nothing around this that keeps what could not be saved')
  return { unkept, held: useSyncExternalStore(unkept.subscribe, unkept.all) }
}

/** Whether one more draft can be saved, as far as is known. */
export function useRoomForDrafts(): boolean {
  return useSnapshot().exceptions.drafts.length < mostDrafts
}
