import { describe, expect, it } from 'vitest'
import {
  hardwareSecurityOnLinux,
  judgeChips,
  parseChipVersion,
} from '#agent/probes/hardware-security/hardware-security.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const take = (parts: LinuxMachineParts) => hardwareSecurityOnLinux.take(aLinuxMachine(parts))
const chip = (version: string) => ({ files: { '/sys/class/tpm/tpm0/tpm_version_major': version } })
const empty = { folders: { '/sys/class/tpm': [] } }

describe('the security chip of a Linux machine', () => {
  it.each([
    ['2\n', 'tpm2'],
    ['1\n', 'tpm1'],
  ])('is of the version that the kernel names: %j', async (version, value) => {
    expect(await take(chip(version))).toMatchObject({ kind: 'observed', value: { chip: value } })
  })

  it.each(['', '0\n', '12\n', 'two\n'])('is unknown with version %j', async (version) => {
    expect(await take(chip(version))).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })

  it('is told by its resource manager on a kernel that names no version', async () => {
    const folders = { '/sys/class/tpm': ['tpm0'] }
    expect(await take({ folders, files: { '/dev/tpmrm0': '' } })).toMatchObject({ value: { chip: 'tpm2' } })
    expect(await take({ folders })).toMatchObject({ kind: 'unknown' })
  })

  it('is none where the kernel lists none, on a machine of its own', async () => {
    expect(await take(empty)).toMatchObject({ value: { chip: 'none' } })
    expect(await take({ ...empty, virtual: 'vm' })).toMatchObject({ value: { chip: 'none' } })
  })

  it.each(['container', 'wsl', 'unknown'] as const)('is unknown when none is listed in %s', async (virtual) => {
    expect((await take({ ...empty, virtual })).kind).toBe('unknown')
  })

  it('is unknown where the kernel has no such list, or shows it to nobody', async () => {
    expect(await take({})).toMatchObject({ kind: 'unknown', why: 'not-present' })
    expect(await take({ ...chip('2\n'), denied: ['/sys/class/tpm'] })).toMatchObject({ kind: 'unknown', why: 'denied' })
  })

  it('is the best of several, and nothing from an empty list', () => {
    expect(judgeChips(['tpm1', 'tpm2'])).toMatchObject({ value: { chip: 'tpm2' } })
    expect(judgeChips(['tpm1', undefined]).kind).toBe('unknown')
    expect(judgeChips([]).kind).toBe('unknown')
    expect(parseChipVersion('2.0\n')).toBeUndefined()
  })
})
