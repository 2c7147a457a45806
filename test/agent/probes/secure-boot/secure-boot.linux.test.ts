import { describe, expect, it } from 'vitest'
import { judgeVariables, parseEfiFlag, secureBootOnLinux } from '#agent/probes/secure-boot/secure-boot.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const folder = '/sys/firmware/efi/efivars'
const names = {
  secureBoot: `${folder}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`,
  setupMode: `${folder}/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c`,
  shim: `${folder}/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23`,
}
const flag = (value: number) => new Uint8Array([6, 0, 0, 0, value])
const take = (parts: LinuxMachineParts) => secureBootOnLinux.take(aLinuxMachine(parts))
const variables = (secureBoot: number, setupMode = 0, shim?: number) => ({
  [names.secureBoot]: flag(secureBoot),
  [names.setupMode]: flag(setupMode),
  ...(shim === undefined ? {} : { [names.shim]: flag(shim) }),
})

describe('firmware variables', () => {
  it.each([
    ['on', variables(1)],
    ['on', variables(1, 0, 0)],
    ['off', variables(0)],
    ['off', variables(1, 1)],
    ['off', variables(0, 0, 1)],
    ['partial', variables(1, 0, 1)],
  ])('%s', async (state, files) => {
    expect(await take({ files })).toMatchObject({ kind: 'observed', value: { state }, source: 'efivars' })
  })

  it('are read by everybody, or it is unknown', async () => {
    const files = variables(1)
    expect(await take({ files, denied: [names.secureBoot] })).toMatchObject({ kind: 'unknown', why: 'denied' })
    expect(await take({ files, denied: [names.setupMode] })).toMatchObject({ kind: 'unknown', why: 'denied' })
    expect(await take({ files: { ...files, [names.shim]: new Uint8Array([1]) } })).toMatchObject({ kind: 'unknown' })
  })

  it.each([[[]], [[6, 0, 0, 0]], [[6, 0, 0, 0, 2]], [[6, 0, 0, 0, 1, 0]], [[1]]])(
    'of bytes %j do not tell',
    (bytes) => {
      expect(parseEfiFlag(new Uint8Array(bytes))).toBe('unrecognised-output')
    },
  )

  it('prove off even when others cannot be read', () => {
    const unread = { secureBoot: false, setupMode: 'denied', shimValidationOff: 'failed' } as const
    expect(judgeVariables(unread)).toMatchObject({ value: { state: 'off' } })
  })
})

describe('a machine without EFI', () => {
  it('is off on hardware', async () => {
    expect(await take({ virtual: 'no' })).toMatchObject({ kind: 'observed', value: { state: 'off' } })
  })
  it.each(['vm', 'unknown'] as const)('is not asked when it is virtual: %s', async (virtual) => {
    expect(await take({ virtual })).toMatchObject({ kind: 'na', why: 'not-present' })
  })
  it('answers for itself where a virtual machine has EFI', async () => {
    expect(await take({ virtual: 'vm', files: variables(1) })).toMatchObject({ value: { state: 'on' } })
  })
})

describe('an EFI machine whose variables are not mounted', () => {
  const folders = { '/sys/firmware/efi': [] }
  it('asks mokutil, on whichever stream it answers', async () => {
    const stderr = 'SecureBoot disabled\n'
    expect(await take({ folders, programs: { mokutil: { stderr, code: 255 } } })).toMatchObject({
      value: { state: 'off' },
    })
  })
  it('is unknown without it', async () => {
    expect(await take({ folders })).toMatchObject({ kind: 'unknown', why: 'not-present' })
    const text = 'EFI variables are not supported on this system\n'
    expect(await take({ folders, programs: { mokutil: { stdout: text, code: 1 } } })).toMatchObject({ kind: 'unknown' })
  })
})
