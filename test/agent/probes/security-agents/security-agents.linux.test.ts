import { describe, expect, it } from 'vitest'
import { securityAgentsOnLinux } from '#agent/probes/security-agents/security-agents.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const take = (parts: LinuxMachineParts) => securityAgentsOnLinux.take(aLinuxMachine(parts))
const agents = (...list: object[]) => ({ kind: 'observed', value: { agents: list } })
const falcon = { '/opt/CrowdStrike': ['falconctl'] }

describe('agents on a machine without systemd', () => {
  it('are none on a machine that has none', async () => {
    expect(await take({ processes: ['init', 'bash'] })).toEqual({ ...agents(), source: 'processes' })
  })

  it('run when their program runs and they are installed', async () => {
    expect(await take({ processes: ['init', 'falcon-sensor'], folders: falcon })).toMatchObject(
      agents({ id: 'crowdstrike', state: 'running' }),
    )
    expect(await take({ processes: ['init', 'jumpcloud-agent'], folders: { '/opt/jc': [] } })).toMatchObject(
      agents({ id: 'jumpcloud', state: 'running' }),
    )
  })

  it('are installed and do not run when no program of exactly their name does', async () => {
    for (const name of ['falcon', 'falcon-sensor-x', 'not-falcon-sens', 'grep'])
      expect(await take({ processes: ['init', name], folders: falcon })).toMatchObject(
        agents({ id: 'crowdstrike', state: 'installed-not-running' }),
      )
  })

  it('are not told by a name that anything could bear', async () => {
    expect(await take({ processes: ['init', 'launcher', 'orbit', 'pmd'] })).toMatchObject(agents())
  })

  it('are unknown where programs of others are hidden', async () => {
    const own = { files: { '/proc/4711/comm': 'bash\n' } }
    expect(await take({ ...own, folders: falcon })).toMatchObject(agents({ id: 'crowdstrike', state: 'unknown' }))
    expect(await take(own)).toMatchObject({ kind: 'unknown', why: 'incomplete' })
    expect(await take({})).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })

  it('are unknown where a timer starts them for a moment only', async () => {
    const files = { '/usr/bin/intune-portal': '' }
    expect(await take({ processes: ['init'], files })).toMatchObject(agents({ id: 'intune', state: 'unknown' }))
  })
})

describe('agents on a machine whose systemd does not answer', () => {
  it('are told by their programs', async () => {
    const folders = { '/run/systemd/system': [], ...falcon }
    const programs = { systemctl: { code: 1, stderr: 'Failed to connect to bus' } }
    expect(await take({ folders, programs, processes: ['systemd', 'falcon-sensor'] })).toMatchObject(
      agents({ id: 'crowdstrike', state: 'running' }),
    )
  })
})
