import { contextBridge, ipcRenderer } from 'electron'
import { askChannel, noticeChannel } from '#contract/ipc-channels.ts'

/** What a page sees of the agent: `ask` and `on`, and nothing that leads further (desktop.md section 4). */

type Listener = (notice: unknown) => void

const listeners = new Map<string, Set<Listener>>()

ipcRenderer.on(noticeChannel, (_event, name: unknown, notice: unknown) => {
  if (typeof name !== 'string') return
  for (const listener of [...(listeners.get(name) ?? [])]) listener(notice)
})

contextBridge.exposeInMainWorld('postern', {
  ask: (name: unknown, question: unknown): Promise<unknown> => ipcRenderer.invoke(askChannel, name, question),
  on(name: unknown, listener: Listener): () => void {
    const key = String(name)
    const told = listeners.get(key) ?? new Set()
    listeners.set(key, told)
    told.add(listener)
    return () => {
      told.delete(listener)
    }
  },
})
