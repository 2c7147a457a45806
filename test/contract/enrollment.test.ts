import { describe, expect, it } from 'vitest'
import { extraFields, fieldIds } from '#contract/consent-fields.ts'
import { configuration, consentText, enrollClaims, nonceQuestion } from '#contract/enrollment.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { signalIds } from '#domain/signals.ts'
import { hash } from '#runtime/digest.ts'
import { deviceKid, issuer } from '#test/support/a-wire.ts'

describe('What consent is asked for', () => {
  const consented = {
    issuer,
    name: 'Example',
    fields: [...fieldIds],
    retention_days: 400,
    contact: 'it@example.com',
    url: 'https://example.com/privacy',
  }

  it('is a closed list: every signal and ten fields more, sorted by code unit', () => {
    expect(fieldIds).toHaveLength(signalIds.length + extraFields.length)
    expect(fieldIds).toEqual([...fieldIds].sort((one, other) => (one < other ? -1 : 1)))
    expect(new Set(fieldIds).size).toBe(fieldIds.length)
  })

  it('is named by the hash of its canonical JSON: six members, sorted', () => {
    const text = canonicalJson(consentText.parse(consented))
    expect(text).toBe(
      `{"contact":"it@example.com","fields":[${fieldIds.map((id) => `"${id}"`).join(',')}],"issuer":"${issuer}","name":"Example","retention_days":400,"url":"https://example.com/privacy"}`,
    )
    expect(hash(text)).toHaveLength(43)
  })

  it('has another hash with any other content', () => {
    const digest = hash(canonicalJson(consented))
    const changes = [
      { issuer: 'https://gate.example.org' },
      { name: 'Example ' },
      { fields: fieldIds.slice(1) },
      { retention_days: 401 },
      { contact: 'it@example.org' },
      { url: '' },
    ]
    for (const change of changes) expect(hash(canonicalJson({ ...consented, ...change }))).not.toBe(digest)
  })
})

describe('The configuration of a gateway', () => {
  const good = {
    issuer,
    name: 'Example',
    profiles: ['tag:postern.dev,2026:posture-eat:1'],
    jwks_uri: `${issuer}/.well-known/postern/jwks.json`,
    stream_uri: 'wss://gate.example.com/v1/stream',
    enrollment_modes: ['token'],
    hint_salt: deviceKid,
    min_agent: '0.1.0',
    consent: { sha256: deviceKid, fields: [...fieldIds], retention_days: 400, contact: 'c', url: 'u' },
  }

  it('is read without the members that a newer gateway adds', () => {
    expect(configuration.parse({ ...good, new_thing: true })).toEqual(good)
  })

  it.each([
    ['an issuer with a path', { issuer: `${issuer}/x` }],
    ['a name of 81 characters', { name: 'x'.repeat(81) }],
    ['no name', { name: '' }],
    ['an unknown mode', { enrollment_modes: ['open'] }],
    ['a version that is none', { min_agent: 'latest' }],
    ['a short salt', { hint_salt: 'AA' }],
  ])('is refused with %s', (_what, members) => {
    expect(configuration.safeParse({ ...good, ...members }).success).toBe(false)
  })
})

describe('A question for a nonce', () => {
  it.each([
    [{ kid: deviceKid, use: 'device' }, true],
    [{ kid: deviceKid, use: 'dpop' }, true],
    [{ kid: deviceKid, use: 'both' }, false],
    [{ kid: 'x', use: 'device' }, false],
    [{ kid: deviceKid }, false],
    [{ kid: deviceKid, use: 'device', more: 1 }, false],
    [null, false],
  ])('%j is taken: %s', (question, taken) => {
    expect(nonceQuestion.safeParse(question).success).toBe(taken)
  })
})

describe('An enrolment', () => {
  it('has no issuer yet: the device has no id', () => {
    expect(Object.keys(enrollClaims.shape)).not.toContain('iss')
  })
})
