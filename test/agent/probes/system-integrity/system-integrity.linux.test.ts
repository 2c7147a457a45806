import { describe, expect, it } from 'vitest'
import { parseLockdown, systemIntegrityOnLinux } from '#agent/probes/system-integrity/system-integrity.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const selinux = '/sys/fs/selinux/enforce'
const apparmor = '/sys/module/apparmor/parameters/enabled'
const lockdown = '/sys/kernel/security/lockdown'
const folders = { '/sys/module': [] }
const take = (files: NonNullable<LinuxMachineParts['files']>, more: LinuxMachineParts = {}) =>
  systemIntegrityOnLinux.take(aLinuxMachine({ files, folders, ...more }))
const is = (state: string) => ({ kind: 'observed', value: { state, parts: { accessControl: state } } })

describe('access control', () => {
  it.each([
    [{ [selinux]: '1' }, 'on'],
    [{ [selinux]: '1\n', [apparmor]: 'N\n' }, 'on'],
    [{ [selinux]: '0' }, 'partial'],
    [{ [apparmor]: 'Y\n' }, 'on'],
    [{ [apparmor]: 'N\n' }, 'off'],
    [{ [selinux]: '0', [apparmor]: 'N\n' }, 'partial'],
    [{}, 'off'],
  ])('%j is %s', async (files, state) => {
    expect(await take(files)).toMatchObject(is(state))
  })

  it.each([{ [selinux]: '' }, { [selinux]: '2' }, { [apparmor]: 'Yes\n' }, { [selinux]: '10', [apparmor]: 'N\n' }])(
    '%j is unknown',
    async (files) => {
      expect(await take(files)).toMatchObject({ kind: 'unknown', why: 'unrecognised-output' })
    },
  )

  it('is unknown when it may not be read, unless the other is in force', async () => {
    const files = { [selinux]: '0', [apparmor]: 'Y\n' }
    expect(await take(files, { denied: [apparmor] })).toMatchObject({ kind: 'unknown', why: 'denied' })
    expect(await take(files, { denied: [selinux] })).toMatchObject(is('on'))
  })

  it('is not off where the kernel’s files are hidden', async () => {
    expect(await take({}, { virtual: 'container' })).toMatchObject({ kind: 'unknown', why: 'not-present' })
    expect(await take({}, { folders: {} })).toMatchObject({ kind: 'unknown', why: 'not-present' })
  })
})

describe('lockdown', () => {
  it.each([
    ['[none] integrity confidentiality\n', 'off'],
    ['none [integrity] confidentiality\n', 'on'],
    ['none integrity [confidentiality]\n', 'on'],
    ['[none] integrity', undefined],
    ['none integrity confidentiality\n', undefined],
    ['[none] [integrity] confidentiality\n', undefined],
    ['', undefined],
  ])('%j is %s', (text, state) => {
    expect(parseLockdown(text)).toBe(state)
  })

  it('is told and does not count', async () => {
    expect(await take({ [apparmor]: 'Y\n', [lockdown]: '[none] integrity confidentiality\n' })).toMatchObject({
      value: { state: 'on', parts: { accessControl: 'on', lockdown: 'off' } },
    })
    const reading = await take({ [apparmor]: 'Y\n', [lockdown]: '[none] integr' })
    expect(reading).toMatchObject({ value: { parts: { accessControl: 'on' } } })
    expect(reading).not.toHaveProperty('value.parts.lockdown')
  })
})
