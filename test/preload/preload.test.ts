import { beforeAll, describe, expect, it } from 'vitest'
import { fakeElectron, ipcRenderer } from '#test/support/fake-electron.ts'

type Exposed = {
  readonly ask: (name: unknown, question?: unknown) => Promise<unknown>
  readonly on: (name: unknown, listener: (notice: unknown) => void) => () => void
}

describe('What the preload shows a page', () => {
  let name: unknown
  let exposed: Exposed
  beforeAll(async () => {
    fakeElectron.reset()
    await import('../../src/preload/preload.ts')
    const [call] = fakeElectron.calls()
    name = call?.args[0]
    const shown = call?.args[1]
    if (!isExposed(shown)) throw new Error('it exposed something else')
    exposed = shown
  })

  it('is ask and on, once, and nothing else', () => {
    expect(fakeElectron.names()).toEqual(['contextBridge.exposeInMainWorld'])
    expect(name).toBe('postern')
    const members = Object.getOwnPropertyDescriptors(exposed)
    expect(Object.keys(members)).toEqual(['ask', 'on'])
    for (const { get, set, value } of Object.values(members))
      expect([get, set, typeof value]).toEqual([undefined, undefined, 'function'])
  })

  it('asks on the one channel', async () => {
    fakeElectron.answer('ipcRenderer.invoke', { ok: true, value: 1 })
    expect(await exposed.ask('agent/snapshot')).toEqual({ ok: true, value: 1 })
    expect(fakeElectron.calls().at(-1)).toEqual({
      name: 'ipcRenderer.invoke',
      args: ['postern/ask', 'agent/snapshot', undefined],
    })
  })

  it('tells the notice alone, never the event, to those who listen for its name', () => {
    const told: unknown[] = []
    const end = exposed.on('route/requested', (...given: readonly unknown[]) => told.push(given))
    const event = { sender: ipcRenderer }
    ipcRenderer.emit('postern/notice', event, 'route/requested', { screen: 'status' })
    ipcRenderer.emit('postern/notice', event, 'snapshot/changed', {})
    ipcRenderer.emit('postern/notice', event, 7, {})
    ipcRenderer.emit('postern/notice', event, '__proto__', {})
    expect(told).toEqual([[{ screen: 'status' }]])
    end()
    ipcRenderer.emit('postern/notice', event, 'route/requested', { screen: 'history' })
    expect(told).toHaveLength(1)
  })
})

function isExposed(shown: unknown): shown is Exposed {
  return typeof shown === 'object' && shown !== null && 'ask' in shown && 'on' in shown
}
