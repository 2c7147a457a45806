import { describe, expect, it } from 'vitest'
import type { Machine } from '#agent/machine/machine.ts'
import { noKeptReadings } from '#agent/posture/kept-readings.ts'
import { takeReadings } from '#agent/posture/take-readings.ts'
import type { UpdateMemory } from '#agent/posture/waiting-since.ts'
import type { ProbeCatalogue } from '#agent/probes/probe-catalogue.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { silentLog } from '#runtime/log.ts'
import { aCatalogue } from '#test/support/a-catalogue.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const startSeconds = 1_795_510_800
const keys = { unprotected: 0, protected: 1 }

function aScan(catalogue: ProbeCatalogue, machine: Machine = aLinuxMachine()) {
  const clock = aClock(startSeconds * 1000)
  const written: UpdateMemory[] = []
  let memory: UpdateMemory | undefined
  const from = {
    machine,
    clock,
    log: silentLog,
    catalogue,
    kept: noKeptReadings(),
    updateMemory: {
      read: async () => memory,
      async write(next: UpdateMemory) {
        memory = next
        written.push(next)
      },
    },
  }
  const restart = () => ({ ...from, kept: noKeptReadings() })
  return { from, clock, written, restart, remember: (since: number) => (memory = { waitingSince: since }) }
}

describe('a scan', () => {
  it('answers in the order asked for, each once, with time, cost and source', async () => {
    const scan = aScan(
      aCatalogue({
        'ssh-keys': { take: async () => observed(keys, 'ssh-folder') },
        'os-version': {
          async take() {
            await new Promise<void>((resolve) => scan.clock.setTimer(40, resolve))
            return observed({ name: 'Debian', version: '12' }, 'os-release', startSeconds - 60)
          },
        },
      }),
    )
    const readings = takeReadings(scan.from, ['ssh-keys', 'os-version', 'ssh-keys'])
    await scan.clock.advance(100)
    expect(await readings).toEqual([
      { id: 'ssh-keys', st: 'observed', v: keys, at: startSeconds, ms: 0, src: 'ssh-folder' },
      {
        id: 'os-version',
        st: 'observed',
        v: { name: 'Debian', version: '12' },
        at: startSeconds - 60,
        ms: 40,
        src: 'os-release',
      },
    ])
  })

  it('says what has no probe here, what broke, and what the probe could not tell', async () => {
    const scan = aScan(
      aCatalogue({
        firewall: { take: () => Promise.reject(new Error('a bug')) },
        'secure-boot': {
          take() {
            throw new Error('a bug before the first await')
          },
        },
        'ssh-keys': { take: async () => unknown('denied', 'ssh-folder') },
      }),
    )
    const readings = await takeReadings(scan.from, ['hardware', 'firewall', 'secure-boot', 'ssh-keys'])
    expect(readings.map(({ id, st, ...rest }) => [id, st, 'why' in rest ? rest.why : ''])).toEqual([
      ['hardware', 'unknown', 'not-supported-here'],
      ['firewall', 'error', 'failed'],
      ['secure-boot', 'error', 'failed'],
      ['ssh-keys', 'unknown', 'denied'],
    ])
  })

  it('does not wait for a probe that hangs, nor start it a second time', async () => {
    let starts = 0
    const scan = aScan(
      aCatalogue({
        'ssh-keys': {
          take() {
            starts++
            return new Promise<never>(() => {})
          },
        },
        hardware: { take: async () => observed({ vendor: 'LENOVO', model: '21CB' }, 'dmi') },
      }),
    )
    const readings = takeReadings(scan.from, ['ssh-keys', 'hardware'])
    await scan.clock.advance(8000)
    expect(await readings).toMatchObject([{ st: 'unknown', why: 'timed-out', ms: 8000 }, { st: 'observed' }])
    expect(await takeReadings(scan.from, ['ssh-keys'])).toMatchObject([{ st: 'unknown', why: 'timed-out' }])
    expect(starts).toBe(1)
  })

  it('starts the heavy first, and asks the machine one question once', async () => {
    const started: string[] = []
    const take = (name: string) => async (machine: Machine) => {
      started.push(name)
      await machine.run('lsblk', ['-J'])
      return unknown('incomplete', name)
    }
    const machine = aLinuxMachine()
    const scan = aScan(
      aCatalogue({
        hardware: { cost: 'once', take: take('once') },
        'ssh-keys': { take: take('light') },
        enrollment: { cost: 'medium', take: take('medium') },
        'os-updates': { cost: 'heavy', take: take('heavy') },
      }),
      machine,
    )
    await takeReadings(scan.from, ['hardware', 'ssh-keys', 'enrollment', 'os-updates'])
    expect(started).toEqual(['heavy', 'medium', 'light', 'once'])
    await takeReadings(scan.from, ['hardware'])
    expect(machine.asked.filter((question) => question === 'run lsblk -J')).toHaveLength(2)
  })
})

describe('a value that is too big for a report', () => {
  const agent = (id: 'wazuh', version: string) => ({ id, state: 'running', version }) as const
  const long = 'x'.repeat(65)
  it.each<[string, Reading<SignalValues['security-agents']>]>([
    ['a string of 65 characters', observed({ agents: [agent('wazuh', long)] }, 's')],
    ['a list of 21', observed({ agents: Array.from({ length: 21 }, () => agent('wazuh', '1')) }, 's')],
    ['half a character', observed({ agents: [agent('wazuh', '\ud800')] }, 's')],
  ])('is unknown: %s', async (_, reading) => {
    const scan = aScan(aCatalogue({ 'security-agents': { take: async () => reading } }))
    expect(await takeReadings(scan.from, ['security-agents'])).toMatchObject([{ st: 'unknown', why: 'incomplete' }])
  })

  it('is unknown when a number is none that JSON carries', async () => {
    const scan = aScan(
      aCatalogue({ 'ssh-keys': { take: async () => observed({ ...keys, unprotected: Number.NaN }, 's') } }),
    )
    expect(await takeReadings(scan.from, ['ssh-keys'])).toMatchObject([{ st: 'unknown', why: 'incomplete' }])
  })

  it('is told at the limits', async () => {
    const agents = Array.from({ length: 20 }, () => agent('wazuh', 'x'.repeat(64)))
    const scan = aScan(aCatalogue({ 'security-agents': { take: async () => observed({ agents }, long) } }))
    expect(await takeReadings(scan.from, ['security-agents'])).toMatchObject([{ st: 'observed', src: 'x'.repeat(64) }])
  })
})

describe('a value whose inputs are known', () => {
  const path = '/etc/postern.conf'
  const status = { inode: 7, changedAt: '1795510000123456789', sizeBytes: 4 }

  /** Scans, changes the machine, scans again: how often was it taken, and what was said the second time? */
  async function again(before: LinuxMachineParts, after: LinuxMachineParts, inputs: readonly string[] = [path]) {
    let takes = 0
    const scan = aScan(
      aCatalogue({
        'ssh-keys': {
          inputs: async () => inputs,
          async take() {
            takes++
            return observed({ ...keys, unprotected: takes }, 'ssh-folder')
          },
        },
      }),
      aLinuxMachine(before),
    )
    await takeReadings(scan.from, ['ssh-keys'])
    await scan.clock.advance(60_000)
    const readings = await takeReadings({ ...scan.from, machine: aLinuxMachine(after) }, ['ssh-keys'])
    return { takes, reading: readings[0] }
  }
  const files = { [path]: 'text' }
  const same = { files, statuses: { [path]: status } }

  it('is kept while they are unchanged, and is then as old as the look at them', async () => {
    const { takes, reading } = await again(same, same)
    expect(takes).toBe(1)
    expect(reading).toEqual({
      id: 'ssh-keys',
      st: 'observed',
      v: { ...keys, unprotected: 1 },
      at: startSeconds + 60,
      ms: 0,
      src: 'ssh-folder',
    })
  })

  it('is kept while they stay absent', async () => {
    expect((await again({}, {})).takes).toBe(1)
  })

  it.each([
    ['edited, size and second kept', { changedAt: '1795510000123456790' }],
    ['of another size', { sizeBytes: 5 }],
    ['replaced by another file', { inode: 8 }],
  ])('is taken again when one was %s', async (_, edit) => {
    expect((await again(same, { files, statuses: { [path]: { ...status, ...edit } } })).takes).toBe(2)
  })

  it('is taken again when one came or went', async () => {
    expect((await again({}, same)).takes).toBe(2)
    expect((await again(same, {})).takes).toBe(2)
  })

  it('is taken again when what a link leads to was edited, or the link leads elsewhere', async () => {
    const linked = (target: string, changedAt: string): LinuxMachineParts => ({
      files: { '/usr/a': 'text', '/usr/b': 'text' },
      links: { [path]: target },
      statuses: { [path]: status, '/usr/a': { ...status, changedAt }, '/usr/b': { ...status, changedAt } },
    })
    const before = linked('/usr/a', '1795510000000000001')
    expect((await again(before, before)).takes).toBe(1)
    expect((await again(before, linked('/usr/a', '1795510000000000002'))).takes).toBe(2)
    expect((await again(before, linked('/usr/b', '1795510000000000001'))).takes).toBe(2)
  })

  it('is taken again when one had only just been changed: the next edit may bear the same time', async () => {
    const fresh = { files, statuses: { [path]: { ...status, changedAt: `${startSeconds - 1}999999999` } } }
    expect((await again(fresh, fresh)).takes).toBe(2)
    const wholeSeconds = { files, statuses: { [path]: { ...status, changedAt: `${startSeconds - 1}000000000` } } }
    expect((await again(wholeSeconds, wholeSeconds)).takes).toBe(2)
  })

  it('is taken every time when an input lies where changes leave no trace', async () => {
    for (const place of ['/proc/net/tcp', '/sys/kernel/security/lockdown'])
      expect((await again({ files: { [place]: 'x' } }, { files: { [place]: 'x' } }, [place])).takes).toBe(2)
  })

  it('is not kept when it was none', async () => {
    let takes = 0
    const scan = aScan(
      aCatalogue({
        'ssh-keys': {
          inputs: async () => [path],
          async take() {
            takes++
            return unknown('timed-out', 'ssh-folder')
          },
        },
      }),
    )
    await takeReadings(scan.from, ['ssh-keys'])
    await takeReadings(scan.from, ['ssh-keys'])
    expect(takes).toBe(2)
  })
})

describe('security updates that wait', () => {
  const updates = (value: SignalValues['os-updates']) =>
    aCatalogue({ 'os-updates': { cost: 'heavy', take: async () => observed(value, 'apt') } })
  const since = async (scan: ReturnType<typeof aScan>, from = scan.from) => {
    const [reading] = await takeReadings(from, ['os-updates'])
    return reading?.st === 'observed' && 'pendingSecurity' in reading.v ? reading.v.waitingSince : 'none'
  }

  it('wait since they were first seen, over a restart too', async () => {
    const scan = aScan(updates({ pendingSecurity: 2 }))
    expect(await since(scan)).toBe(startSeconds)
    await scan.clock.advance(86_400_000)
    expect(await since(scan)).toBe(startSeconds)
    expect(await since(scan, scan.restart())).toBe(startSeconds)
    expect(scan.written).toEqual([{ waitingSince: startSeconds }])
  })

  it('wait since they were offered, where that is longer ago', async () => {
    const scan = aScan(updates({ pendingSecurity: 2, waitingSince: startSeconds - 500 }))
    expect(await since(scan)).toBe(startSeconds - 500)
    scan.remember(startSeconds - 900)
    expect(await since(scan, scan.restart())).toBe(startSeconds - 900)
  })

  it('never wait since a time to come', async () => {
    const scan = aScan(updates({ pendingSecurity: 2, waitingSince: startSeconds + 500 }))
    scan.remember(startSeconds + 900)
    expect(await since(scan)).toBe(startSeconds)
  })

  it('are forgotten once none waits', async () => {
    const scan = aScan(updates({ pendingSecurity: 0, waitingSince: startSeconds - 500 }))
    scan.remember(startSeconds - 900)
    expect(await since(scan)).toBeUndefined()
    expect(scan.written).toEqual([{}])
  })

  it('are told although the memory can be neither read nor written', async () => {
    const scan = aScan(updates({ pendingSecurity: 1 }))
    const broken = () => Promise.reject(new Error('disk'))
    const from = { ...scan.from, updateMemory: { read: broken, write: broken } }
    expect(await since(scan, from)).toBe(startSeconds)
    await scan.clock.advance(60_000)
    expect(await since(scan, from)).toBe(startSeconds)
  })
})
