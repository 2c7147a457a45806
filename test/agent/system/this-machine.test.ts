import { chmod } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { thisMachine } from '#agent/system/this-machine.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'

const clock = aClock(1_795_510_800_999)
const readVirtual = async () => 'vm' as const

describe('this machine', () => {
  it('tells the time of the clock it was given', () => {
    expect(thisMachine({ clock, readVirtual }).now()).toBe(1_795_510_800)
  })

  it('counts a home only if we own it', async () => {
    const own = await aFolder()
    const homeOf = (HOME: string) => thisMachine({ clock, readVirtual, environment: { HOME } }).host().home
    expect(homeOf(own)).toBe(own)
    expect(homeOf('/nowhere')).toBe(userInfo().homedir)
    expect(homeOf('.')).toBe(userInfo().homedir)
    expect(homeOf('/proc/1/fd/none')).toBe(userInfo().homedir)
  })

  it('passes on no variable that is empty, or names a folder by half a path', async () => {
    const own = await aFolder()
    await chmod(own, 0o700)
    const variables = { XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'config', DISPLAY: '', XDG_SESSION_TYPE: 'tty' }
    const machine = thisMachine({ clock, readVirtual, environment: variables })
    const names = ['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'DISPLAY', 'XDG_SESSION_TYPE'] as const
    expect(names.map((name) => machine.environment(name))).toEqual([undefined, undefined, undefined, 'tty'])
    expect(
      thisMachine({ clock, readVirtual, environment: { XDG_RUNTIME_DIR: own } }).environment('XDG_RUNTIME_DIR'),
    ).toBe(own)
  })

  it('asks once what it runs in, and again only after no answer', async () => {
    const answers = ['unknown', 'container', 'no'] as const
    let asked = 0
    const machine = thisMachine({ clock, readVirtual: async () => answers[asked++] ?? 'no' })
    expect([await machine.virtual(), await machine.virtual(), await machine.virtual()]).toEqual([
      'unknown',
      'container',
      'container',
    ])
    const broken = thisMachine({ clock, readVirtual: () => Promise.reject(new Error('broke')) })
    expect(await broken.virtual()).toBe('unknown')
  })
})
