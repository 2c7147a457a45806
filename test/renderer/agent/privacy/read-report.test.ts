import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attestationClaims } from '#contract/attestation-claims.ts'
import { readReport } from '../../../../renderer/agent/privacy/read-report.ts'

const report = {
  iss: 'urn:uuid:01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
  hwmodel: Buffer.from('Gerät 14').toString('base64url'),
  swname: 'postern-agent',
  swversion: ['1.4.0', 16384],
  oemboot: false,
  dbgstat: 'enabled',
  uptime: 5,
  bootcount: 3,
  nonsense: 1,
  submods: {
    os: { platform: 'windows', arch: 'x64', virtual: 'none' },
    posture: {
      signals: [
        { id: 'firewall', st: 'observed', v: { state: 'on' } },
        { id: 'made-up', st: 'observed', v: 1 },
      ],
    },
    agent: { key_store: 'file', integrity: 'unsigned', channel: 'development', managed: true, config_seq: 4 },
  },
}
const factOf = (field: string, from: object = report) =>
  readReport(JSON.stringify(from))?.facts.find((fact) => fact.field === field)?.parts

describe('A report as a person reads it', () => {
  it('tells each signal of the catalogue, and none besides', () => {
    expect(readReport(JSON.stringify(report))?.signals).toEqual([
      { id: 'firewall', state: 'observed', value: { state: 'on' }, why: '' },
    ])
  })

  it('tells what it says of device and Postern', () => {
    expect(factOf('hardware-model')).toEqual([{ kind: 'text', text: 'Gerät 14' }])
    expect(factOf('platform')).toContainEqual({ kind: 'word', word: 'managed' })
    expect(factOf('boot-state')).toEqual([
      { kind: 'word', word: 'bootOpen' },
      { kind: 'word', word: 'debugOn' },
    ])
    expect(factOf('uptime')).toEqual([
      { kind: 'seconds', seconds: 5 },
      { kind: 'starts', times: 3 },
    ])
    expect(factOf('agent-version')).toContainEqual({ kind: 'word', word: 'unsigned' })
  })

  it('names every claim that it does not tell, so that nothing is passed over in silence', () => {
    expect(readReport(JSON.stringify(report))?.rest).toEqual(['nonsense', 'config_seq'])
    const { submods, ...top } = attestationClaims.shape
    const agent = Object.keys(submods.shape.agent.shape)
    const os = Object.keys(submods.shape.os.shape)
    const filled = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'x']))
    const full = {
      ...filled(Object.keys(top)),
      submods: { posture: { signals: [] }, agent: filled(agent), os: filled(os) },
    }
    expect(readReport(JSON.stringify(full))?.rest.toSorted()).toEqual(
      [
        'aud',
        'config_hash',
        'config_seq',
        'delegate',
        'eat_nonce',
        'eat_profile',
        'exp',
        'iat',
        'intuse',
        'jti',
        'prev',
        'seq',
        'sueids',
        'unknown_head',
      ].toSorted(),
    )
  })

  it('is none where the payload is another message, or nothing that can be read', () => {
    expect(readReport('{"ask":{}}')).toBeUndefined()
    expect(readReport('not json')).toBeUndefined()
    expect(readReport('null')).toBeUndefined()
  })

  it('never breaks, whatever the payload holds', () => {
    const anySignals = fc.array(
      fc.oneof(fc.jsonValue(), fc.record({ id: fc.constant('firewall'), st: fc.jsonValue(), why: fc.jsonValue() })),
    )
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('iss', 'hwmodel', 'swversion', 'uptime'), fc.jsonValue()),
        anySignals,
        fc.jsonValue(),
        (top, signals, agent) => {
          const text = JSON.stringify({ ...top, submods: { posture: { signals }, agent, os: agent } })
          expect(readReport(text)).toBeDefined()
        },
      ),
    )
  })
})
