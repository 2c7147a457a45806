import { describe, expect, expectTypeOf, it } from 'vitest'
import { attestationClaims, type ReportedSignalClaim, reportedSignal } from '#contract/attestation-claims.ts'
import type { DeepReadonly } from '#contract/deep-readonly.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { unknownReasons } from '#domain/reading.ts'
import { signalIds } from '#domain/signals.ts'
import { delegateJwk, deviceKey, exampleClaims } from '#test/support/a-wire.ts'

type Path = readonly (string | number)[]

/** The example with one place changed; `undefined` takes it out. */
function changed(path: Path, value: unknown): unknown {
  const copy: unknown = structuredClone(exampleClaims())
  let parent: unknown = copy
  for (const name of path.slice(0, -1)) parent = Object(parent)[name]
  const last = path.at(-1) ?? ''
  if (value === undefined) Reflect.deleteProperty(Object(parent), last)
  else Object(parent)[last] = value
  return copy
}

function faults(claims: unknown): readonly string[] {
  const parsed = attestationClaims.safeParse(claims)
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'))
}

const signals = ['submods', 'posture', 'signals'] as const
const lines = exampleClaims().submods.posture.signals

describe('The claims of an attestation', () => {
  it('are taken as the protocol prints them', () => {
    expect(faults(exampleClaims())).toEqual([])
  })

  it.each([
    'eat_profile',
    'iss',
    'aud',
    'iat',
    'exp',
    'jti',
    'eat_nonce',
    'seq',
    'prev',
    'intuse',
    'sueids',
    'swname',
    'swversion',
    'uptime',
    'delegate',
    'submods',
  ])('need %s', (name) => {
    expect(faults(changed([name], undefined))).toEqual([name])
  })

  it.each(['oemboot', 'dbgstat', 'bootcount'])('do not need %s', (name) => {
    expect(faults(changed([name], undefined))).toEqual([])
  })

  it.each<[string, Path, unknown]>([
    ['an unknown head', ['unknown_head'], exampleClaims().prev],
    ['a model', ['hwmodel'], Buffer.from('Mac16,1').toString('base64url')],
    ['a version of the hardware', ['hwversion'], ['1.0', 1]],
    ['a chain without a known root', ['submods', 'agent', 'tls_inspected'], true],
    ['a first report', ['seq'], 1],
  ])('may have %s', (_what, path, value) => {
    expect(faults(changed(path, value))).toEqual([])
  })

  it.each<[string, Path, unknown, string]>([
    ['another profile', ['eat_profile'], 'tag:postern.dev,2026:posture-eat:2', 'eat_profile'],
    ['a nonce in a list', ['eat_nonce'], ['UQwdJ7VGV1Y6NHU0t9Vx1IyV8N8AC7_-3imJqKXP3B8'], 'eat_nonce'],
    ['an issuer that is no device', ['iss'], 'https://gate.example.com', 'iss'],
    ['seq 0', ['seq'], 0, 'seq'],
    ['a time with a fraction', ['iat'], 1795510812.5, 'iat'],
    ['another intended use', ['intuse'], 'registration', 'intuse'],
    ['a second sueid', ['sueids'], { 'postern.dev': 'AZ08Hwt6Xkwti28QITJDVGo', other: 'x' }, 'sueids'],
    ['a sueid of another type', ['sueids', 'postern.dev'], 'Ap08Hwt6Xkwti28QITJDVGo', 'sueids.postern.dev'],
    ['a version as text', ['swversion'], '1.0.0', 'swversion'],
    ['a version scheme that is not semver', ['swversion'], ['1.0.0', 1], 'swversion.1'],
    ['a model of 33 bytes', ['hwmodel'], Buffer.alloc(33).toString('base64url'), 'hwmodel'],
    ['an unknown scheme of the hardware version', ['hwversion'], ['1', 5], 'hwversion.1'],
    ['a stronger debug state than posture/1 can prove', ['dbgstat'], 'disabled-permanently', 'dbgstat'],
    ['a secure boot that is null', ['oemboot'], null, 'oemboot'],
    ['a private delegate', ['delegate', 'jwk'], { ...delegateJwk, d: deviceKey.d }, 'delegate.jwk'],
    ['cnf instead of delegate', ['cnf'], { jwk: delegateJwk }, ''],
    ['a verdict of its own', ['submods', 'posture', 'passed'], true, 'submods.posture'],
    ['a fourth submodule', ['submods', 'tpm_quote'], ['JWT', 'x'], 'submods'],
    ['no signals', signals, [], 'submods.posture.signals'],
    ['a signal twice', [...signals, 1], lines[0], 'submods.posture.signals.1.id'],
    ['a signal outside the catalogue', [...signals, 0, 'id'], 'browser-plugins', 'submods.posture.signals.0.id'],
    ['a value of another signal', [...signals, 1, 'v'], { chip: 'tpm2' }, 'submods.posture.signals.1.v.state'],
    ['an observation without a value', [...signals, 1, 'v'], undefined, 'submods.posture.signals.1.v'],
    ['an observation with a reason', [...signals, 1, 'why'], 'denied', 'submods.posture.signals.1'],
    ['an unknown with a value', [...signals, 3, 'v'], { managed: 'yes' }, 'submods.posture.signals.3'],
    ['a reason outside the list', [...signals, 3, 'why'], 'because', 'submods.posture.signals.3.why'],
    ['a pass', [...signals, 1, 'st'], 'pass', 'submods.posture.signals.1.st'],
    ['a source without a name', [...signals, 1, 'src'], '', 'submods.posture.signals.1.src'],
    ['another system', ['submods', 'os', 'platform'], 'freebsd', 'submods.os.platform'],
    ['an unknown key store', ['submods', 'agent', 'key_store'], 'memory', 'submods.agent.key_store'],
    ['a channel of its own', ['submods', 'agent', 'channel'], 'nightly', 'submods.agent.channel'],
  ])('may not have %s', (_what, path, value, place) => {
    const found = faults(changed(path, value))
    expect(found).toContain(place)
  })

  it('may have a line for every signal, and every reason for an unread one', () => {
    const unread = signalIds.map((id) => ({ id, st: 'unknown', why: 'denied', at: 1, ms: 1, src: 'x' }))
    expect(faults(changed(signals, unread))).toEqual([])
    for (const st of ['unknown', 'error', 'na'])
      for (const why of unknownReasons)
        expect(reportedSignal.safeParse({ id: 'firewall', st, why, at: 1, ms: 1, src: 'x' }).success).toBe(true)
  })

  it('may not have a value of more than 4 KiB', () => {
    const product = { name: '\ud83d\ude00'.repeat(32), state: 'on', version: '\ud83d\ude00'.repeat(32) }
    const long = { state: 'on', products: Array.from({ length: 20 }, () => product) }
    const line = { id: 'malware-protection', st: 'observed', v: long, at: 1, ms: 1, src: 'x' }
    expect(reportedSignal.safeParse(line).success).toBe(true)
    expect(faults(changed([...signals, 0], line))).toEqual(['submods.posture.signals.0.v'])
  })
})

describe('A line of a report', () => {
  it('is of the type that the domain judges', () => {
    expectTypeOf<DeepReadonly<ReportedSignalClaim>>().toExtend<ReportedSignal>()
    expectTypeOf<ReportedSignalClaim['id']>().toEqualTypeOf<ReportedSignal['id']>()
    expectTypeOf<ReportedSignalClaim['st']>().toEqualTypeOf<ReportedSignal['st']>()
  })
})
