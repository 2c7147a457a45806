import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '#gateway/settings/read-settings.ts'
import { changedKeys, settingsFingerprint } from '#gateway/settings/settings-fingerprint.ts'
import { aFolder } from '#test/support/a-folder.ts'

describe('The fingerprint of settings', () => {
  it('tells which keys changed, and no value', async () => {
    const before = await fingerprint('people: [{ email: ada@example.com, name: Ada }]')
    const after = await fingerprint('people: [{ email: bob@example.com, name: Bob }]\nlimits: { noncesPerMinute: 5 }')
    expect(changedKeys(before, after)).toEqual(['limits', 'people'])
    expect(JSON.stringify(after)).not.toContain('bob')
  })

  it('stays when only the order of keys changes', async () => {
    const before = await fingerprint('languages: [en]\nlimits: { noncesPerMinute: 5 }')
    const after = await fingerprint('limits: { noncesPerMinute: 5 }\nlanguages: [en]')
    expect(changedKeys(before, after)).toEqual([])
  })

  it('names a key that is new', () => {
    expect(changedKeys({}, { tls: 'x' })).toEqual(['tls'])
  })
})

async function fingerprint(text: string) {
  const folder = await aFolder()
  const config = join(folder, 'gateway.yaml')
  await writeFile(
    config,
    `organisation: { name: Example, contact: it@example.com, privacyUrl: https://example.com/privacy }\npolicies: /policies\n${text}\n`,
  )
  return settingsFingerprint(
    await readSettings({ options: { config }, environment: {}, os: 'linux', home: '/home/ada' }),
  )
}
