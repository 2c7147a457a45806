import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { messageTypes } from '#contract/message-types.ts'
import {
  anAssertion,
  aResult,
  delegateKid,
  deviceKid,
  deviceUrn,
  exampleClaims,
  exampleTime,
  issuer,
} from '#test/support/a-wire.ts'

const id = 'Zk3vQ0mXr8LwT1yHc9bNeg'
const uuid = '01a20cc8-6770-7c10-8a4e-5d2f0c9be771'
const jws = 'e30.e30.AA'
const jwk = exampleClaims().delegate.jwk
const base = { iss: deviceUrn, aud: issuer, iat: exampleTime, exp: exampleTime + 60, jti: id, eat_nonce: deviceKid }
const { iss: _device, ...bare } = base
const gateway = { iss: issuer, aud: deviceUrn, iat: exampleTime, exp: exampleTime + 60, jti: id }
const hints = { hostname: 'lovelace', platform: 'linux', arch: 'x64', serial_h: deviceKid, machine_h: deviceKid }
const ask = {
  draft_id: id,
  mode: 'normal',
  checks: ['firewall'],
  resources: ['payments'],
  duration_s: 3600,
  category: 'other',
  reason: 'r',
}
const tpm = { ek_pub: 'AA', ek_cert: ['AA'], ak_pub: 'AA', ak_name: 'AA', certify: { attest: 'AA', sig: 'AA' } }

/** One good payload of each message, with the optional members of later milestones. */
const good: { readonly [Typ in keyof typeof messageTypes]: z.input<(typeof messageTypes)[Typ]['claims']> } = {
  'eat+jwt': exampleClaims(),
  'enroll+jwt': {
    ...bare,
    intuse: 'registration',
    eth: deviceKid,
    swname: 'postern-agent',
    swversion: ['1.0.0', 16384],
    key_store: 'keytar',
    hints: { ...hints, platform: 'linux' },
    consent: { sha256: deviceKid, at: exampleTime, by: 'user' },
    tpm,
  },
  'activate+jwt': { ...bare, enrollment_id: id, proof: deviceKid },
  'exception-request+jwt': {
    ...base,
    ask: {
      ...ask,
      mode: 'normal',
      not_before: exampleTime,
      ticket: 'T-1',
      remedy_by: exampleTime,
      extends: uuid,
      replaces: uuid,
    },
    presence: { method: 'click', at: exampleTime },
    evidence: { seq: 1, hash: deviceKid },
  },
  'exception-preview+jwt': { ...base, ask: { mode: 'normal', checks: ['firewall'], resources: ['payments'] } },
  'exception-action+jwt': {
    ...base,
    request_id: uuid,
    action: 'reply',
    terms_digest: deviceKid,
    grant_id: uuid,
    text: 't',
  },
  'handoff+jwt': { ...base, hid: id, decision: 'confirm', number: '07' },
  'unenroll+jwt': { ...base, reason: 'user' },
  'rotate+jwt': { ...base, seq: 1, prev: deviceKid, new: jws, key_store: 'tpm2', tpm },
  'rotate-key+jwt': { device_id: uuid, old_kid: deviceKid, aud: issuer, eat_nonce: deviceKid, iat: exampleTime },
  'dpop+jwt': { jti: id, htm: 'GET', htu: `${issuer}/v1/stream`, iat: exampleTime, ath: deviceKid, nonce: deviceKid },
  'at+jwt': {
    iss: issuer,
    sub: deviceUrn,
    aud: issuer,
    client_id: 'postern-agent',
    iat: exampleTime,
    exp: exampleTime + 60,
    jti: id,
    scope: 'device',
    cnf: { jkt: delegateKid },
    dk: deviceKid,
  },
  'posture-result+jwt': aResult(),
  'agent-config+jwt': {
    ...gateway,
    seq: 1,
    keys: [{ jwk, not_before: exampleTime }],
    org: 'Example',
    profiles: ['tag:postern.dev,2026:posture-eat:1'],
    min_agent: '1.0.0',
    schedule: { interval_s: 900, probe_timeout_ms: 5000 },
    signals: ['firewall', 'of-next-year'],
    exceptions: { max_duration_s: 3600, reason_min: 10, categories: [], open_max: 3 },
    stream_uri: 'wss://gate.example.com/v1/stream',
    privacy: { contact: 'it@example.com', retention_days: 400, url: 'https://example.com/privacy' },
    checks: [
      {
        id: 'firewall',
        title: { en: 'Firewall' },
        why: { en: 'w' },
        expected: { en: 'on' },
        steps: { en: ['s'] },
        open: 'linux/firewall',
      },
    ],
    texts: { note: 'plain' },
  },
  'exception-decision+jwt': {
    ...gateway,
    request_id: uuid,
    terms_digest: deviceKid,
    state: 'approved',
    reason: 'r',
    grant: {
      id: uuid,
      state: 'active',
      checks: [{ id: 'firewall', covers: ['violated'] }],
      resources: ['payments'],
      not_before: exampleTime,
      not_after: exampleTime + 1,
      controls: ['notify'],
    },
    log: { index: 7, proof: 'p' },
  },
  'chain-state+jwt': { ...gateway, kid: deviceKid, seq: 0, head_check: deviceKid },
  'key-set+jwt': {
    iss: issuer,
    iat: exampleTime,
    exp: exampleTime + 60,
    jti: id,
    seq: 1,
    keys: [{ jwk, not_before: 0 }],
  },
  'posture-assertion+jwt': anAssertion({ groups: ['staff'], acr: 'a', amr: ['hwk'], cnf: { jkt: delegateKid } }),
  'secevent+jwt': {
    iss: issuer,
    iat: exampleTime,
    jti: 'x',
    aud: ['https://receiver.example'],
    txn: 't',
    sub_id: { format: 'opaque', id: 'x' },
    events: { 'urn:e': {} },
  },
}

const fromDevice = new Set([
  'eat+jwt',
  'enroll+jwt',
  'activate+jwt',
  'exception-request+jwt',
  'exception-preview+jwt',
  'exception-action+jwt',
  'handoff+jwt',
  'unenroll+jwt',
  'rotate+jwt',
  'rotate-key+jwt',
  'dpop+jwt',
])
const schemas: readonly (readonly [string, z.ZodType, unknown])[] = Object.entries(messageTypes).map(
  ([typ, { claims }]) => [typ, claims, new Map<string, unknown>(Object.entries(good)).get(typ)],
)

describe('Every signed message', () => {
  it('is of a type that the protocol lists', () => {
    expect(Object.keys(messageTypes).sort()).toEqual(
      [
        'activate+jwt',
        'agent-config+jwt',
        'at+jwt',
        'chain-state+jwt',
        'dpop+jwt',
        'eat+jwt',
        'enroll+jwt',
        'exception-action+jwt',
        'exception-decision+jwt',
        'exception-preview+jwt',
        'exception-request+jwt',
        'handoff+jwt',
        'key-set+jwt',
        'posture-assertion+jwt',
        'posture-result+jwt',
        'rotate+jwt',
        'rotate-key+jwt',
        'secevent+jwt',
        'unenroll+jwt',
      ].sort(),
    )
  })

  it('carries its key in the header only where nobody can know it yet', () => {
    const carrying = Object.entries(messageTypes).filter(([, { key }]) => key === 'jwk')
    expect(carrying.map(([typ]) => typ).sort()).toEqual(['dpop+jwt', 'enroll+jwt', 'rotate-key+jwt'])
  })

  it.each(schemas)('of type %s is taken whole, the members of later milestones included', (_typ, schema, claims) => {
    expect(schema.parse(claims)).toEqual(claims)
  })

  it.each(schemas)(
    'of type %s has unknown members refused if a device sends it, ignored if the gateway does',
    (typ, schema, claims) => {
      const strict = fromDevice.has(typ) || typ === 'at+jwt' // which only the gateway itself reads
      expect(schema.safeParse({ ...Object(claims), unheard_of: 1 }).success).toBe(!strict)
    },
  )

  it.each(schemas)('of type %s has no member that is null by accident', (_typ, schema, claims) => {
    for (const [name, value] of Object.entries(Object(claims)))
      if (value !== null && name !== 'log')
        expect(schema.safeParse({ ...Object(claims), [name]: null }).success, name).toBe(false)
  })
})

describe('A request for an exception', () => {
  const { claims } = messageTypes['exception-request+jwt']
  const request = good['exception-request+jwt']

  it('names an incident exactly where it breaks glass', () => {
    expect(claims.safeParse({ ...request, ask: { ...request.ask, incident: 'INC-1' } }).success).toBe(false)
    expect(claims.safeParse({ ...request, ask: { ...request.ask, mode: 'break_glass' } }).success).toBe(false)
    expect(
      claims.safeParse({ ...request, ask: { ...request.ask, mode: 'break_glass', incident: 'INC-1' } }).success,
    ).toBe(true)
  })

  it.each([
    ['a minute less', { duration_s: 59 }],
    ['more than fourteen days', { duration_s: 1_209_601 }],
    ['no check', { checks: [] }],
    ['eleven checks', { checks: Array.from({ length: 11 }, (_, at) => `c${at}`) }],
    ['twenty-one resources', { resources: Array.from({ length: 21 }, (_, at) => `r${at}`) }],
    ['no reason', { reason: '' }],
    ['a long reason', { reason: 'x'.repeat(2001) }],
  ])('is refused with %s', (_what, members) => {
    expect(claims.safeParse({ ...request, ask: { ...request.ask, ...members } }).success).toBe(false)
  })
})
