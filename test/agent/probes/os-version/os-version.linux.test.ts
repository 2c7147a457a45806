import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { osVersionOnLinux, parseDebianVersion, parseOsRelease } from '#agent/probes/os-version/os-version.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample } from '#test/support/a-sample.ts'

const take = (parts: LinuxMachineParts) => osVersionOnLinux.take(aLinuxMachine(parts))

describe('an os-release file', () => {
  it.each([
    ["ID='ubuntu'\nVERSION_ID='24.04'\n", { name: 'Ubuntu', version: '24.04' }],
    ['ID=fedora\nVERSION_ID=41\n', { name: 'Fedora', version: '41' }],
    ['ID="opensuse-tumbleweed"\nVERSION_ID="20250917"\n', { name: 'openSUSE Tumbleweed', version: '20250917' }],
    ['ID=alpine\nVERSION_ID=3.21.0_alpha20240807\n', { name: 'Alpine', version: '3.21.0' }],
    ['ID=mynix\nVERSION_ID=7\n', { name: 'mynix', version: '7' }],
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n', { name: 'Debian', version: 'rolling' }],
    ['# ID=wrong\nID=arch\n', { name: 'Arch', version: 'rolling' }],
  ])('is read whatever its quotes and members: %j', (text, value) => {
    expect(parseOsRelease(text)).toEqual({ kind: 'observed', value, source: 'os-release' })
  })

  it.each([
    ['a numbered distribution without a number', 'ID=fedora\nNAME=Fedora\n'],
    ['a version that is told elsewhere and cut off here', 'ID=mynix\nVERSION="7 (Snow)"\n'],
    ['a last line that is not whole', 'ID=arch\nBUILD_ID=rol'],
    ['no ID', 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n'],
    ['an ID that is none', 'ID="a b"\nVERSION_ID=1\n'],
    ['a version that is no number', 'ID=debian\nVERSION_ID=undefined\n'],
    ['nothing', ''],
  ])('says nothing with %s', (_, text) => {
    expect(parseOsRelease(text).kind).toBe('unknown')
  })

  it('never throws, and never tells an empty version', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reading = parseOsRelease(`ID=debian\n${text}`)
        expect(reading.kind === 'observed' ? reading.value.version : 'none').toMatch(/^(none|rolling|\d+(\.\d+)*)$/)
      }),
    )
  })
})

describe('a Debian machine', () => {
  it('tells its point release', async () => {
    const files = {
      '/etc/os-release': aSample('os-release.debian-12'),
      '/etc/debian_version': aSample('debian_version.debian-12'),
    }
    expect(await take({ files })).toMatchObject({ value: { name: 'Debian', version: '12.11' } })
  })

  it('does not believe a point release of another version', async () => {
    const files = { '/etc/os-release': 'ID=debian\nVERSION_ID="13"\n', '/etc/debian_version': '12.11\n' }
    expect(await take({ files })).toMatchObject({ value: { version: '13' } })
  })

  it.each(['trixie/sid\n', '12', '', '12.11'])('has no point release in %j', (text) => {
    expect(parseDebianVersion(text)).toBeUndefined()
  })
})

describe('a machine whose os-release cannot be read', () => {
  it('is asked for the other copy first, and the library is left alone', async () => {
    const machine = aLinuxMachine({ files: { '/usr/lib/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n' } })
    expect(await osVersionOnLinux.take(machine)).toMatchObject({ value: { name: 'Ubuntu' } })
    expect(machine.asked).not.toContain('facts')
  })

  it('goes by what the library says', async () => {
    const facts = { distribution: 'Debian GNU/Linux', release: '12' }
    const files = { '/etc/os-release': 'ID=debian\n' }
    expect(await take({ files, denied: ['/etc/os-release'], facts })).toEqual({
      kind: 'observed',
      value: { name: 'Debian', version: '12' },
      source: 'systeminformation',
    })
  })

  it.each([{}, { distribution: 'Linux', release: '6.1' }, { distribution: 'Ubuntu', release: 'unknown' }])(
    'is unknown where the library says %j',
    async (facts) => {
      const files = { '/etc/os-release': 'ID=debian\n' }
      expect(await take({ files, denied: ['/etc/os-release'], facts })).toMatchObject({
        kind: 'unknown',
        why: 'denied',
      })
      expect(await take({ facts })).toMatchObject({ kind: 'unknown', why: 'not-present' })
    },
  )
})
