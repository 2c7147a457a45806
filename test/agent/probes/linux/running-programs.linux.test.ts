import { describe, expect, it } from 'vitest'
import { askOnce } from '#agent/probes/linux/ask-once.ts'
import { isRunning, runningPrograms } from '#agent/probes/linux/running-programs.linux.ts'
import { aLinuxMachine } from '#test/support/a-linux-machine.ts'

describe('running programs', () => {
  it('are told by their whole names, cut as the kernel cuts them', async () => {
    const programs = await runningPrograms(aLinuxMachine({ processes: ['systemd', 'landscape-clien'] }))
    expect(programs.isComplete).toBe(true)
    expect(isRunning(programs, 'landscape-client')).toBe(true)
    expect(isRunning(programs, 'landscape')).toBe(false)
  })

  it('are not all seen where /proc hides those of others', async () => {
    const processes = ['systemd', 'sshd']
    const hidden = aLinuxMachine({ processes, denied: ['/proc/1/comm'] })
    expect((await runningPrograms(hidden)).isComplete).toBe(false)
    const ownOnly = aLinuxMachine({ files: { '/proc/4711/comm': 'bash\n' } })
    expect((await runningPrograms(ownOnly)).isComplete).toBe(false)
    expect((await runningPrograms(aLinuxMachine())).isComplete).toBe(false)
  })

  it('may end while they are looked at', async () => {
    const machine = aLinuxMachine({ processes: ['systemd'], folders: { '/proc': ['1', '99'] } })
    expect((await runningPrograms({ ...machine })).isComplete).toBe(true)
  })

  it('are listed once a scan, whoever asks', async () => {
    const machine = aLinuxMachine({ processes: ['systemd'] })
    const scan = askOnce(machine)
    await Promise.all([runningPrograms(scan), runningPrograms(scan)])
    expect(machine.asked).toEqual(['list /proc', 'readText /proc/1/comm'])
    await runningPrograms(askOnce(machine))
    expect(machine.asked).toHaveLength(4)
  })
})
