import { describe, expect, it } from 'vitest'
import { describeFinding } from '#agent/window-api/describe-finding.ts'
import { severities } from '#agent/window-api/finding.ts'
import { type AgentFacts, findingsOfAgent } from '#agent/window-api/findings-of-agent.ts'
import type { Inspection } from '#agent/window-api/inspect-agent.ts'
import { doctorExit, doctorLines } from '#cli/doctor/doctor-lines.ts'
import { noPaint } from '#cli/print/paint.ts'
import { textWidth } from '#cli/print/text-width.ts'
import { cliDe } from '#contract/texts/cli-de.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import { doctorFindings } from '#contract/texts/cli-texts.ts'
import { de } from '#contract/texts/de.ts'
import { en } from '#contract/texts/en.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'

const issuer = 'https://posture.example.com'
const folder = '/home/ada/.local/state/postern'

/** A machine on which everything is in order, but for the given parts. */
function facts(inspection: Partial<Inspection> = {}, parts: Partial<AgentFacts> = {}): AgentFacts {
  return {
    inspection: {
      stateFolder: { path: folder, kind: 'fine' },
      enrollment: { kind: 'active', issuer, deviceId: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771' },
      key: {
        kind: 'judged',
        backEnd: 'keytar',
        state: { kind: 'ok', kid: 'k'.repeat(43), tier: 'T1', createdAt: noon },
      },
      secretService: { kind: 'reachable', locked: false, hasCollection: true },
      gateway: { kind: 'reached', issuer, name: 'Example', aheadSeconds: 1 },
      settings: { governed: [], remarks: [] },
      ...inspection,
    },
    agent: { kind: 'answered', snapshot: aSnapshot({ result: aResult() }) },
    control: '/run/user/1000/postern/control.sock',
    uid: 1000,
    now: noon,
    texts: en,
    cli: cliEn,
    sayReason: (reason) => reason,
    timeText: () => '10:00',
    ...parts,
  }
}

function bad(given: AgentFacts): readonly string[] {
  return findingsOfAgent(given)
    .map(({ id }) => id)
    .filter((id) => severities[id] !== 'fine')
}

describe('A machine on which everything is in order', () => {
  it('has nothing wrong, and ends with 0', () => {
    expect(bad(facts())).toEqual([])
    expect(doctorExit(findingsOfAgent(facts()))).toBe(0)
  })
})

describe('A machine on which one thing is not in order', () => {
  it.each<[string, Partial<Inspection>, readonly string[]]>([
    [
      'others may look into the folder',
      { stateFolder: { path: folder, kind: 'open-to-others' } },
      ['state-folder/open-to-others'],
    ],
    ['the folder is of somebody else', { stateFolder: { path: folder, kind: 'not-ours' } }, ['state-folder/not-ours']],
    [
      'the keychain is locked',
      { key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'locked', reason: 'collection-locked' } } },
      ['key-store/locked'],
    ],
    [
      'there is no bus, which is told once',
      {
        secretService: { kind: 'no-bus' },
        key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'unavailable', reason: 'no-session-bus' } },
      },
      ['session-bus/absent'],
    ],
    [
      'there is no Secret Service',
      {
        secretService: { kind: 'no-service' },
        key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'unavailable', reason: 'no-secret-service' } },
      },
      ['key-store/unavailable'],
    ],
    [
      'the keyring is missing',
      { key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'unavailable', reason: 'no-collection' } } },
      ['key-store/no-collection'],
    ],
    [
      'the key is gone',
      { key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'missing', reason: 'key-gone' } } },
      ['key-store/missing'],
    ],
    [
      'the gateway is not reached',
      {
        gateway: {
          kind: 'trouble',
          issuer,
          trouble: { code: 'gateway_unreachable', details: { reason: 'no network' } },
        },
      },
      ['gateway/unreachable', 'clock/unknown'],
    ],
    [
      'the certificate is not trusted',
      {
        gateway: {
          kind: 'trouble',
          issuer,
          trouble: { code: 'gateway_untrusted', details: { reason: 'self-signed' } },
        },
      },
      ['gateway/untrusted', 'clock/unknown'],
    ],
    [
      'the clock is behind',
      { gateway: { kind: 'reached', issuer, name: 'Example', aheadSeconds: 61 } },
      ['clock/differs'],
    ],
    [
      'the clock is ahead',
      { gateway: { kind: 'reached', issuer, name: 'Example', aheadSeconds: -61 } },
      ['clock/differs'],
    ],
    [
      'a newer Postern wrote the state',
      { enrollment: { kind: 'trouble', trouble: { code: 'state_too_new', details: { file: 'enrollment.json' } } } },
      ['state-folder/too-new'],
    ],
    [
      'a managed file belongs to somebody else',
      { settings: { governed: [], remarks: [{ kind: 'not-owned', place: '/etc/postern/policy.json' }] } },
      ['managed/ignored'],
    ],
  ])('is told so: %s', (_, inspection, found) => {
    expect(bad(facts(inspection))).toEqual(found)
  })

  it('is told that the verdict is old, at the moment it ends', () => {
    const agent = { kind: 'answered', snapshot: aSnapshot({ result: aResult({ exp: noon }) }) } as const
    expect(bad(facts({}, { agent }))).toEqual(['report/old'])
  })

  it('is told that an enrolled device without an agent is wrong, and ends with 1', () => {
    const given = facts({}, { agent: { kind: 'nobody' } })
    expect(bad(given)).toEqual(['agent/stopped'])
    expect(doctorExit(findingsOfAgent(given))).toBe(1)
  })

  it('is only told, where nothing is enrolled, that no agent runs', () => {
    const given = facts({ enrollment: { kind: 'none' }, gateway: { kind: 'not-asked' } }, { agent: { kind: 'nobody' } })
    expect(bad(given)).toEqual(['agent/none', 'enrollment/none', 'gateway/not-asked'])
    expect(doctorExit(findingsOfAgent(given))).toBe(0)
  })

  it('ends with 3 where the bus could not be judged', () => {
    const given = facts({ secretService: { kind: 'unknown', why: 'timed-out' } })
    expect(doctorExit(findingsOfAgent(given))).toBe(3)
  })
})

describe('What is wrong, told to somebody who reads German', () => {
  it.each([
    [
      'of the gateway',
      {
        gateway: {
          kind: 'trouble',
          issuer,
          trouble: { code: 'gateway_unreachable', details: { reason: 'There is no network' } },
        },
      },
      `${issuer}: Es gibt kein Netz`,
    ],
    [
      'of the record of the key',
      {
        key: {
          kind: 'trouble',
          trouble: {
            code: 'state_unreadable',
            details: { file: 'key-record.json', reason: 'It is not there (ENOENT)' },
          },
        },
      },
      'Es gibt sie nicht (ENOENT)',
    ],
    [
      'of the enrolment',
      {
        enrollment: {
          kind: 'trouble',
          trouble: { code: 'state_unreadable', details: { file: 'e.json', reason: 'The disk reports an error (EIO)' } },
        },
      },
      'e.json: Der Datenträger meldet einen Fehler (EIO)',
    ],
  ] as const)('has a German reason: %s', async (_of, inspection, why) => {
    const found = findingsOfAgent(facts(inspection, { texts: de, cli: cliDe, sayReason: await sayReasonIn('de') }))
    const described = found.map((each) => describeFinding(each, { texts: cliDe, development: false }))
    expect(described.map((each) => each.why)).toContain(why)
  })
})

describe('The findings as a person reads them', () => {
  it.each([
    ['English', cliEn],
    ['German', cliDe],
  ])('fit 80 columns in %s, whatever fills them in', (_, texts) => {
    const values = { folder: `/${'x'.repeat(300)}`, reason: 'no', n: 1, user: 0, issuer, remark: '\u001b[2J' }
    const lines = doctorLines(
      doctorFindings.map((id) => ({ id, values })),
      { texts, paint: noPaint, columns: 80, development: true },
    )
    for (const line of lines) {
      expect(textWidth(line)).toBeLessThanOrEqual(80)
      expect(line).not.toMatch(/\p{Cc}/u)
    }
  })

  it('say for everything that is wrong why it is so and what to do', () => {
    for (const id of doctorFindings.filter((each) => severities[each] === 'wrong')) {
      expect(cliEn.doctor.findings[id], id).toMatchObject({ why: expect.any(String), todo: expect.any(String) })
      expect(cliDe.doctor.findings[id], id).toMatchObject({ why: expect.any(String), todo: expect.any(String) })
    }
  })
})
