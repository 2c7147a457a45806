import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueText } from '#contract/texts/value-text.ts'
import { valueWordsDe, valueWordsEn } from '#contract/texts/value-words.ts'
import { signalIds } from '#domain/signals.ts'

describe('An observed value', () => {
  it.each([
    ['os-version', { name: 'Debian', version: '12.11' }, 'Debian 12.11'],
    ['os-updates', { pendingSecurity: 0 }, 'no security update waits'],
    ['os-updates', { pendingSecurity: 1, restartNeeded: true }, '1 security update waits, restart needed'],
    ['automatic-updates', { state: 'off', by: 'user' }, 'off, set by the user'],
    ['disk-encryption', { state: 'partial', parts: { root: 'on', swap: 'off' } }, 'in part, root on, swap off'],
    ['firewall', { state: 'on', inbound: 'block', product: 'ufw' }, 'on, incoming blocked, ufw'],
    ['enrollment', { managed: 'yes', by: 'intune' }, 'managed by Intune'],
    ['screen-lock', { locks: true, idleSeconds: 300, delaySeconds: 5 }, 'locks 5 s after 5 min'],
    ['screen-lock', { locks: false }, 'does not lock'],
    [
      'malware-protection',
      { state: 'on', products: [{ name: 'ClamAV', state: 'on', definitions: 'outdated' }] },
      'on, ClamAV, definitions outdated',
    ],
    ['security-agents', { agents: [{ id: 'fleet', state: 'running' }] }, 'Fleet running'],
    ['system-integrity', { state: 'off', parts: { accessControl: 'off' } }, 'off, access control off'],
    ['hardware-security', { chip: 'tpm2' }, 'TPM 2.0'],
    ['remote-access', { state: 'on', services: ['ssh'] }, 'on, ssh'],
    ['ssh-keys', { unprotected: 1, protected: 2 }, '1 of 3 without passphrase'],
  ])('of %s is said in a few words', (signal, value, text) => {
    expect(valueText(signal, value, valueWordsEn)).toBe(text)
  })

  it('is said in German as well', () => {
    expect(valueText('firewall', { state: 'off', inbound: 'allow' }, valueWordsDe)).toBe('aus, eingehend erlaubt')
  })

  it('appears as it is where it is not understood', () => {
    expect(valueText('os-updates', { waiting: 3 }, valueWordsEn)).toBe('{"waiting":3}')
    expect(valueText('shoe-size', { value: 44 }, valueWordsEn)).toBe('{"value":44}')
  })

  it('never takes a name for a word of ours that is none', () => {
    expect(valueText('secure-boot', { state: 'constructor' }, valueWordsEn)).toBe('constructor')
  })

  it('never throws and always says something, whatever a gateway sends', () => {
    void fc.assert(
      fc.property(fc.constantFrom(...signalIds), fc.jsonValue(), (signal, value) => {
        expect(valueText(signal, value, valueWordsEn)).not.toBe('')
      }),
    )
  })
})
