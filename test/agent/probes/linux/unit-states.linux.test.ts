import { describe, expect, it } from 'vitest'
import { isUnitEnabled } from '#agent/probes/linux/enabled-unit.linux.ts'
import { parseUnitStates, unitStates } from '#agent/probes/linux/unit-states.linux.ts'
import { aLinuxMachine } from '#test/support/a-linux-machine.ts'

const block = (load: string, active: string, sub: string) =>
  `LoadState=${load}\nActiveState=${active}\nSubState=${sub}\n`

describe('systemctl show', () => {
  it.each([
    [block('loaded', 'active', 'running'), 'active'],
    [block('loaded', 'active', 'exited'), 'exited'],
    [block('loaded', 'inactive', 'dead'), 'inactive'],
    [block('loaded', 'activating', 'auto-restart'), 'inactive'],
    [block('loaded', 'failed', 'failed'), 'failed'],
    [block('not-found', 'inactive', 'dead'), 'absent'],
    ['LoadState=loaded\n', 'unknown'],
    ['LoadState=loaded\nActiveState=notactive\n', 'unknown'],
  ])('%j is %s', (text, state) => {
    expect(parseUnitStates(text, ['a.service']).of('a.service')).toBe(state)
  })

  it('answers in the order asked, and nothing when blocks are missing', () => {
    const text = `${block('loaded', 'active', 'running')}\n${block('not-found', 'inactive', 'dead')}`
    const states = parseUnitStates(text, ['a.service', 'b.service'])
    expect([states.of('a.service'), states.of('b.service'), states.of('c.service')]).toEqual([
      'active',
      'absent',
      'unknown',
    ])
    expect(parseUnitStates(text, ['a.service', 'b.service', 'c.service']).isAnswered).toBe(false)
    expect(parseUnitStates(text.slice(0, -1), ['a.service', 'b.service']).isAnswered).toBe(false)
    expect(parseUnitStates('', []).isAnswered).toBe(false)
  })

  it('is not asked where systemd does not run, and not believed when it failed', async () => {
    const without = aLinuxMachine({ programs: { systemctl: { stdout: block('loaded', 'active', 'running') } } })
    expect((await unitStates(without)).isAnswered).toBe(false)
    expect(without.asked.some((question) => question.startsWith('run '))).toBe(false)
    const folders = { '/run/systemd/system': [] }
    const failed = aLinuxMachine({ folders, programs: { systemctl: { code: 1, stderr: 'Failed to connect to bus' } } })
    expect((await unitStates(failed)).isAnswered).toBe(false)
  })
})

describe('an enabled unit', () => {
  const link = { '/etc/systemd/system/timers.target.wants/x.timer': '/lib/systemd/system/x.timer' }

  it('is linked from its target and not masked', async () => {
    expect(await isUnitEnabled(aLinuxMachine({ links: link }), 'x.timer')).toBe('yes')
    expect(await isUnitEnabled(aLinuxMachine(), 'x.timer')).toBe('no')
    const masked = { ...link, '/etc/systemd/system/x.timer': '/dev/null' }
    expect(await isUnitEnabled(aLinuxMachine({ links: masked }), 'x.timer')).toBe('no')
    const changed = { ...link, '/etc/systemd/system/x.timer': '/opt/x.timer' }
    expect(await isUnitEnabled(aLinuxMachine({ links: changed }), 'x.timer')).toBe('yes')
  })

  it('is unknown where its links may not be seen', async () => {
    expect(await isUnitEnabled(aLinuxMachine({ links: link, denied: ['/etc/systemd'] }), 'x.timer')).toBe('unknown')
  })
})
