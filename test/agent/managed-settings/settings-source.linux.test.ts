import { describe, expect, it } from 'vitest'
import { readManagedSettings } from '#agent/managed-settings/settings-sources.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const policy = '/etc/postern/policy.json'
const defaults = '/etc/postern/defaults.json'
const byRoot = { owner: 0, mode: 0o644 }

function readFrom(parts: LinuxMachineParts) {
  return readManagedSettings(aLinuxMachine(parts), {})
}

describe('managed settings on Linux', () => {
  it('are read from two files of root', async () => {
    const files = {
      [policy]: '{"AllowFileKey": true}',
      [defaults]: '{"CheckIntervalMinutes": 10, "AllowFileKey": false}',
    }
    const settings = await readFrom({ files, statuses: { [policy]: byRoot, [defaults]: byRoot } })
    expect(settings.values).toMatchObject({ AllowFileKey: true, CheckIntervalMinutes: 10 })
    expect(settings).toMatchObject({ governed: ['AllowFileKey'], remarks: [] })
  })

  it('are none where there is no file', async () => {
    expect(await readFrom({})).toMatchObject({ governed: [], remarks: [] })
  })

  it.each([
    ['is the user’s', { owner: 1000, mode: 0o644 }, 'not-owned'],
    ['its group may write', { owner: 0, mode: 0o664 }, 'not-owned'],
    ['anybody may write', { owner: 0, mode: 0o646 }, 'not-owned'],
  ] as const)('are not taken from a file that %s', async (_, status, kind) => {
    const settings = await readFrom({ files: { [policy]: '{"AllowFileKey": true}' }, statuses: { [policy]: status } })
    expect(settings.values.AllowFileKey).toBe(false)
    expect(settings.remarks).toEqual([{ kind, place: policy }])
  })

  it('are not taken through a link', async () => {
    const settings = await readFrom({
      files: { '/tmp/mine': '{"AllowFileKey": true}' },
      links: { [policy]: '/tmp/mine' },
    })
    expect(settings.values.AllowFileKey).toBe(false)
  })

  it.each(['', '{', '[]', 'null', '"AllowFileKey"', '{"AllowFileKey": true'])('are not taken from %j', async (text) => {
    const settings = await readFrom({ files: { [policy]: text }, statuses: { [policy]: byRoot } })
    expect(settings.values.AllowFileKey).toBe(false)
    expect(settings.remarks).toEqual([{ kind: 'not-settings', place: policy }])
  })

  it('are not taken from a file of endless length', async () => {
    const text = `{"AllowFileKey": true, "x": "${'x'.repeat(70_000)}"}`
    const settings = await readFrom({ files: { [policy]: text }, statuses: { [policy]: byRoot } })
    expect(settings.remarks).toEqual([{ kind: 'unreadable', place: policy }])
  })
})
