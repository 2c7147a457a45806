import { beforeEach, describe, expect, it, vi } from 'vitest'
import { quitInOrder } from '#agent/shell/quit-in-order.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock, type TestClock } from '#test/support/a-clock.ts'
import { app, fakeElectron, Prevented, powerMonitor } from '#test/support/fake-electron.ts'

let clock: TestClock
let done: string[]
beforeEach(() => {
  fakeElectron.reset()
  clock = aClock()
  done = []
})

const never = () => new Promise<void>(() => undefined)
function begin(os: OperatingSystem, parts: { closeWindows?: () => Promise<void>; stop?: () => Promise<void> } = {}) {
  return quitInOrder({
    os,
    end: [() => done.push('end')],
    closeWindows: async () => void done.push('windows'),
    stop: async () => void done.push('stop'),
    clock,
    log: silentLog,
    ...parts,
  })
}
function wantsToQuit(): boolean {
  const event = new Prevented()
  app.emit('before-quit', event)
  return event.isPrevented
}

describe('An app that is asked to quit', () => {
  it('does one thing after the other', async () => {
    begin('linux')
    expect(wantsToQuit()).toBe(true)
    await vi.waitFor(() => expect(fakeElectron.calls()).toEqual([{ name: 'app.exit', args: [0] }]))
    expect(done).toEqual(['end', 'windows', 'stop'])
  })

  it('waits neither for a page nor for the agent for ever', async () => {
    begin('linux', { closeWindows: never, stop: never })
    wantsToQuit()
    await clock.advance(999)
    expect(fakeElectron.names()).toEqual([])
    await clock.advance(5001)
    expect(fakeElectron.names()).toEqual(['app.exit'])
  })

  it('ends once', async () => {
    begin('linux')
    wantsToQuit()
    expect(wantsToQuit()).toBe(true)
    await vi.waitFor(() => expect(fakeElectron.names()).toEqual(['app.exit']))
    expect(done).toEqual(['end', 'windows', 'stop'])
  })
})

describe('A system that shuts down', () => {
  it('is not held up on macOS, where that would call it off', () => {
    begin('macos')
    powerMonitor.emit('shutdown')
    expect(wantsToQuit()).toBe(false)
    expect(done).toContain('end')
  })

  it('is what nothing else on macOS is', () => {
    begin('macos')
    expect(wantsToQuit()).toBe(true)
  })

  it.each(['linux', 'windows'] as const)('is followed on macOS alone, not on %s', (os) => {
    begin(os)
    expect(powerMonitor.eventNames()).toEqual([])
  })
})
