import { useCallback, useEffect, useState } from 'react'
import type { SettingsView } from '#contract/agent-windows.ts'
import type { Question } from '#contract/ipc.ts'
import { useAgentView } from '../agent-context.tsx'
import { type Refusal, useAnswer, useAsk } from '../ask.ts'
import { useKept } from '../parts/kept.ts'

export type Change = Question<'settings/change'>
export type ChangeOf = keyof Change

export type Settings = {
  /** What is in force; the last that was known stays while it is asked again. */
  readonly view: SettingsView | undefined
  readonly unread: Refusal | undefined
  readonly again: () => void
  readonly change: (change: Change) => void
  /** Which change is under way, and which was refused. */
  readonly changing: ChangeOf | undefined
  readonly refused: { readonly of: ChangeOf; readonly refusal: Refusal } | undefined
}

/** Settings as they are: read anew when the agent tells of a change, or the person comes back from the system's own settings. */
export function useSettings(): Settings {
  const { snapshot } = useAgentView()
  const { asked, again } = useAnswer('settings/read', undefined)
  const read = useKept(asked)
  const { ask } = useAsk('settings/change')
  const [changed, setChanged] = useState<{ readonly view: SettingsView; readonly over: SettingsView | undefined }>()
  const [changing, setChanging] = useState<ChangeOf | undefined>(undefined)
  const [refused, setRefused] = useState<Settings['refused']>(undefined)

  const key = JSON.stringify([
    snapshot?.language,
    snapshot?.managed,
    snapshot?.snoozed,
    snapshot?.key_store,
    snapshot?.device_id,
    snapshot?.organisation,
  ])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is what settings follow from, by value
  useEffect(() => again(), [again, key])
  useEffect(() => {
    window.addEventListener('focus', again)
    return () => window.removeEventListener('focus', again)
  }, [again])

  const change = useCallback(
    async (wanted: Change) => {
      const of = namesOf(wanted)[0]
      setChanging(of)
      setRefused(undefined)
      const reply = await ask(wanted)
      setChanging(undefined)
      if (reply.ok) setChanged({ view: reply.value, over: read.value })
      else if (of !== undefined) setRefused({ of, refusal: reply })
    },
    [ask, read.value],
  )
  // What a change answered counts until something newer was read.
  const view = changed !== undefined && changed.over === read.value ? changed.view : read.value
  return { view, unread: read.refusal, again, change: (wanted) => void change(wanted), changing, refused }
}

const names = ['language', 'notifications', 'quiet_hours', 'autostart'] as const satisfies readonly ChangeOf[]

function namesOf(change: Change): readonly ChangeOf[] {
  return names.filter((name) => change[name] !== undefined)
}
