import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveSettings, type SourceContent } from '#agent/managed-settings/resolve-settings.ts'
import { type Chosen, safeSettings } from '#agent/managed-settings/schema.ts'

const read = (members: { readonly [key: string]: unknown }, place = 'policy'): SourceContent => ({
  kind: 'read',
  place,
  members,
})
const nothing = read({})
const failed: SourceContent = { kind: 'failed', place: 'policy', why: 'unreadable' }
const pins = ['A'.repeat(43) + '=', 'B'.repeat(43) + '=']

function resolve(
  enforced: { readonly [key: string]: unknown },
  defaults: { readonly [key: string]: unknown } = {},
  chosen: Chosen = {},
) {
  return resolveSettings({ enforced: read(enforced), defaults: read(defaults, 'defaults') }, chosen)
}

describe('settings from three places', () => {
  it('are the safe ones where nobody set any', () => {
    expect(resolve({})).toMatchObject({ values: safeSettings, governed: [], remarks: [] })
    expect(safeSettings).toMatchObject({ AllowFileKey: false, SilentEnrollment: false, UpdateChannel: 'stable' })
  })

  it('let enforced beat default, and default the person', () => {
    const { values, governed } = resolve(
      { UpdateMode: 'managed' },
      { UpdateMode: 'notify', Notifications: 'quiet' },
      { UpdateMode: 'off', Notifications: 'off', Language: 'de' },
    )
    expect(values).toMatchObject({ UpdateMode: 'managed', Notifications: 'quiet', Language: 'de' })
    expect(governed).toEqual(['UpdateMode'])
  })

  it('let nobody choose what is not theirs to choose', () => {
    const chosen = { AllowFileKey: true, ServerUrl: 'https://evil.example', Language: 'de' as const }
    expect(resolve({}, {}, chosen).values).toEqual({ ...safeSettings, Language: 'de' })
  })
})

describe('a value that is not in its form', () => {
  const token = 'A'.repeat(43)
  it.each<[string, unknown]>([
    ['AllowFileKey', 'true'],
    ['AllowFileKey', 1],
    ['AllowFileKey', null],
    ['SilentEnrollment', 'yes'],
    ['UpdateMode', 'AUTO'],
    ['UpdateChannel', 'nightly'],
    ['CheckIntervalMinutes', 4],
    ['CheckIntervalMinutes', 61],
    ['CheckIntervalMinutes', 7.5],
    ['CheckIntervalMinutes', '15'],
    ['ServerUrl', 'http://gate.example'],
    ['ServerUrl', 'https://gate.example/path'],
    ['ServerUrl', 'https://user@gate.example'],
    ['ServerUrl', 'https://gate.example:99999'],
    ['ServerUrl', 'javascript:alert(1)'],
    ['EnrollmentToken', token + 'A'],
    ['GatewayConfigKid', ''],
    ['UpdateUrl', 'http://updates.example'],
    ['UpdateUrl', 'https://user:word@updates.example'],
    ['SupportUrl', 'file:///etc/passwd'],
    ['ProxyUrl', 'http://user:word@proxy.example:8080'],
    ['ProxyUrl', 'socks5://proxy.example:1080'],
    ['ProxyUrl', 'proxy.example:8080'],
    ['PinnedSpki', pins.slice(1)],
    ['PinnedSpki', [...pins, 'short']],
    ['PinnedSpki', pins[0]],
    ['Notifications', ['off']],
    ['HideQuit', {}],
    ['Language', 'xx'],
  ])('%s = %j is reported, governs, and leaves the safe one', (key, value) => {
    const { values, governed, remarks } = resolve({ [key]: value }, {}, { Notifications: 'off', UpdateMode: 'off' })
    expect(remarks).toEqual([{ kind: 'invalid-value', place: 'policy', key }])
    expect(governed).toEqual([key])
    expect(Object.entries(values).find(([name]) => name === key)?.[1]).toEqual(
      Object.entries(safeSettings).find(([name]) => name === key)?.[1],
    )
  })

  it('does not let a looser default through', () => {
    expect(resolve({ AllowFileKey: 'no' }, { AllowFileKey: true }).values.AllowFileKey).toBe(false)
  })

  it('as a default is as if it were not there', () => {
    const { values, governed, remarks } = resolve({}, { Notifications: 'loud' }, { Notifications: 'quiet' })
    expect(values.Notifications).toBe('quiet')
    expect(governed).toEqual([])
    expect(remarks).toEqual([{ kind: 'invalid-value', place: 'defaults', key: 'Notifications' }])
  })

  it('does not take away pins that were in force', () => {
    const before = resolve({ PinnedSpki: pins, AllowFileKey: true })
    const after = resolveSettings(
      { enforced: read({ PinnedSpki: [], AllowFileKey: 'x' }), defaults: nothing },
      {},
      before,
    )
    expect(after.values).toMatchObject({ PinnedSpki: pins, AllowFileKey: false })
    const lifted = resolveSettings({ enforced: nothing, defaults: nothing }, {}, after)
    expect(lifted.values.PinnedSpki).toBeUndefined()
  })
})

describe('a key nobody knows', () => {
  it.each(['allowFileKey', '__proto__', 'constructor', 'toString', ''])('%j is ignored and reported', (key) => {
    const members = JSON.parse(`{ ${JSON.stringify(key)}: { "AllowFileKey": true } }`)
    const { values, remarks } = resolve(members)
    expect(values).toEqual(safeSettings)
    expect(values.AllowFileKey).toBe(false)
    expect(remarks).toEqual([{ kind: 'unknown-key', place: 'policy', key }])
  })

  it('does not flood the diagnostics', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${'k'.repeat(100)}${index}`, 1]))
    const { remarks } = resolve(many)
    expect(remarks).toHaveLength(50)
    expect(remarks[0]?.key).toHaveLength(64)
  })
})

describe('a source that cannot be read', () => {
  it('leaves the last known settings in force, as often as it fails', () => {
    const before = resolve({ UpdateMode: 'off', ServerUrl: 'https://gate.example' }, { Notifications: 'quiet' })
    const once = resolveSettings({ enforced: failed, defaults: failed }, { Notifications: 'off' }, before)
    const twice = resolveSettings({ enforced: failed, defaults: nothing }, {}, once)
    expect(once.values).toEqual(before.values)
    expect(twice.values).toEqual({ ...before.values, Notifications: 'normal' })
    expect(twice.governed).toEqual(['ServerUrl', 'UpdateMode'])
    expect(twice.remarks).toEqual([{ kind: 'unreadable', place: 'policy' }])
  })

  it('loosens nothing when it never was read', () => {
    expect(resolveSettings({ enforced: failed, defaults: nothing }, {}).values).toEqual(safeSettings)
  })
})

describe('whatever is written there', () => {
  it('is never more than a set of settings in their forms', () => {
    return fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (members, value) => {
        const { values } = resolve({ ...members, AllowFileKey: value })
        expect(Object.keys(values).every((key) => key in safeSettings || /^[A-Z]/.test(key))).toBe(true)
        expect(values.AllowFileKey).toBe(value === true)
      }),
    )
  })
})
