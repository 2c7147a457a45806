import { describe, expect, expectTypeOf, it } from 'vitest'
import type * as z from 'zod'
import type { DeepReadonly } from '#contract/deep-readonly.ts'
import { fitsValueLimit, signalValues } from '#contract/signal-values.ts'
import { type SignalId, type SignalValues, signalIds } from '#domain/signals.ts'

type OnTheWire = { readonly [Id in SignalId]: DeepReadonly<z.output<(typeof signalValues)[Id]>> }

/** One good value of each signal with every member it may have. */
const full: { readonly [Id in SignalId]: SignalValues[Id] } = {
  'os-version': { name: 'Ubuntu', version: '24.04', build: '6.8.0', extra: 'LTS' },
  'os-updates': { pendingSecurity: 1, waitingSince: 1, pending: 3, restartNeeded: true, scannedAt: 2 },
  'automatic-updates': { state: 'suspended', by: 'policy', pausedUntil: 5 },
  'disk-encryption': { state: 'partial', parts: { root: 'on', home: 'off', var: 'on', swap: 'off' } },
  firewall: { state: 'on', inbound: 'block', blockAll: true, stealth: false, product: 'nftables' },
  enrollment: {
    managed: 'yes',
    by: 'intune',
    approved: true,
    automated: false,
    directory: 'entra',
    tenant: 't',
    domain: 'd',
  },
  'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300, by: 'user' },
  'malware-protection': {
    state: 'on',
    products: [{ name: 'Defender', state: 'on', definitions: 'current', version: '1', updatedAt: 1 }],
  },
  'security-agents': { agents: [{ id: 'osquery', state: 'running', version: '5' }] },
  'secure-boot': { state: 'off' },
  'system-integrity': { state: 'partial', parts: { accessControl: 'on', lockdown: 'off' } },
  'hardware-security': { chip: 'tpm2' },
  'remote-access': { state: 'on', services: ['ssh'] },
  'automatic-login': { state: 'off', guest: false },
  'ssh-keys': { unprotected: 0, protected: 2 },
  hardware: { vendor: 'Framework', model: 'Laptop 13' },
}

/** Names of the members that are not optional. */
type Required<Value> = { [Name in keyof Value]-?: object extends Pick<Value, Name> ? never : Name }[keyof Value]
const required: { readonly [Id in SignalId]: readonly Required<SignalValues[Id]>[] } = {
  'os-version': ['name', 'version'],
  'os-updates': ['pendingSecurity'],
  'automatic-updates': ['state', 'by'],
  'disk-encryption': ['state'],
  firewall: ['state'],
  enrollment: ['managed'],
  'screen-lock': ['locks'],
  'malware-protection': ['state', 'products'],
  'security-agents': ['agents'],
  'secure-boot': ['state'],
  'system-integrity': ['state', 'parts'],
  'hardware-security': ['chip'],
  'remote-access': ['state', 'services'],
  'automatic-login': ['state'],
  'ssh-keys': ['unprotected', 'protected'],
  hardware: ['vendor', 'model'],
}

describe('Signal values on the wire', () => {
  it('are of the types that the domain has', () => {
    expectTypeOf<OnTheWire>().toEqualTypeOf<SignalValues>()
  })

  it('have a schema for every signal of the catalogue', () => {
    expect(Object.keys(signalValues)).toEqual(signalIds)
  })

  it.each(signalIds)('%s takes a whole value, and nothing more in it', (id) => {
    expect(signalValues[id].parse(full[id])).toEqual(full[id])
    expect(signalValues[id].safeParse({ ...full[id], passed: true }).success).toBe(false)
  })

  it.each(signalIds)('%s needs what is not optional, and only that', (id) => {
    const members = Object.entries(full[id])
    const neededNames: readonly string[] = required[id]
    for (const [name] of members) {
      const without = Object.fromEntries(members.filter(([other]) => other !== name))
      // waitingSince and pendingSecurity go together.
      if (name === 'waitingSince') continue
      expect(signalValues[id].safeParse(without).success, name).toBe(!neededNames.includes(name))
    }
  })

  it('say since when security updates wait exactly where some are pending', () => {
    const schema = signalValues['os-updates']
    expect(schema.safeParse({ pendingSecurity: 0 }).success).toBe(true)
    expect(schema.safeParse({ pendingSecurity: 1 }).success).toBe(false)
    expect(schema.safeParse({ pendingSecurity: 0, waitingSince: 1 }).success).toBe(false)
  })

  it.each([
    ['firewall', { state: 'ON' }],
    ['firewall', { state: true }],
    ['firewall', { state: 'on', product: 'x'.repeat(65) }],
    ['firewall', { state: 'on', product: undefined }],
    ['hardware-security', { chip: 'tpm3' }],
    ['remote-access', { state: 'on', services: ['telnet'] }],
    ['remote-access', { state: 'on', services: Array.from({ length: 21 }, () => 'ssh') }],
    ['ssh-keys', { unprotected: -1, protected: 0 }],
    ['ssh-keys', { unprotected: 0.5, protected: 0 }],
    ['os-version', { name: '', version: '1' }],
    ['system-integrity', { state: 'on', parts: { sip: 'maybe' } }],
    ['system-integrity', { state: 'on', parts: { unheardOf: 'on' } }],
    ['disk-encryption', { state: 'on', parts: { root: 'in-progress' } }],
  ] as const)('refuse a word, size or form that %s does not have: %j', (id, value) => {
    expect(signalValues[id].safeParse(value).success).toBe(false)
  })

  it('have at most 4 KiB of JSON, counted in UTF-8', () => {
    expect(fitsValueLimit('a'.repeat(4094))).toBe(true)
    expect(fitsValueLimit('a'.repeat(4095))).toBe(false)
    expect(fitsValueLimit('\u00e9'.repeat(2047))).toBe(true)
    expect(fitsValueLimit('\u00e9'.repeat(2048))).toBe(false)
    expect(fitsValueLimit('\u20ac'.repeat(1365))).toBe(false)
    expect(fitsValueLimit('\ud83d\ude00'.repeat(1023))).toBe(true)
    expect(fitsValueLimit('\ud83d\ude00'.repeat(1024))).toBe(false)
  })
})
