import type { Snapshot } from '#contract/ipc.ts'

type Result = NonNullable<Snapshot['result']>

/** 26 November 2026, 10:00 UTC. */
export const noon = 1_795_687_200

/** An agent that is enrolled and whose verdict is the given one; without one nothing was judged yet. */
export function aSnapshot(parts: Partial<Snapshot> = {}): Snapshot {
  return {
    told_at: noon,
    version: '0.1.0',
    development: false,
    os: 'linux',
    language: null,
    state: 'healthy',
    issuer: 'https://posture.example.com',
    organisation: 'Example',
    contact: 'it@example.com',
    owner: 'Ada',
    device_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
    tier: 'T1',
    key_store: { kind: 'keytar', state: 'ok', reason: null },
    stream: 'open',
    result: null,
    result_at: null,
    next_due: null,
    exceptions: { requests: [], drafts: [] },
    asked_votes: [],
    readings: [],
    readings_at: null,
    checking: false,
    sent: [],
    failure: null,
    consent: { by: 'user', missing: [], unseen: false },
    enroll_link: null,
    snoozed: [],
    managed: { governed: [], remarks: [] },
    checks: [
      { id: 'firewall', title: { en: 'Firewall', de: 'Brandmauer' }, why: { en: 'It keeps others out.' } },
      { id: 'disk', title: { en: 'Disk encryption' }, why: { en: 'A lost laptop tells nothing.' } },
    ],
    ...parts,
  }
}

export function aResult(parts: Partial<Result> = {}): Result {
  const device = 'urn:uuid:01a20cc8-6770-7c10-8a4e-5d2f0c9be771'
  return {
    iss: 'https://posture.example.com',
    aud: device,
    sub: device,
    iat: noon - 600,
    exp: noon + 1200,
    jti: 'm0b1P3dQxWv9ZkJ4sT7uYg',
    status: 'affirming',
    submods: { os: 'affirming', posture: 'affirming', agent: 'affirming' },
    tier: 'T1',
    evidence: { seq: 3, hash: 'A'.repeat(43) },
    book: 'B'.repeat(42).concat('A'),
    checks: [{ check: 'disk', signal: 'disk-encryption', outcome: 'met' }],
    resources: [{ id: 'wiki', name: 'Wiki', access: 'allow', findings: [] }],
    grants: [],
    recheck_at: noon + 1200,
    next_due: noon + 300,
    ...parts,
  }
}

/** A firewall that is off, and one resource that is refused for it beside one that is open. */
export function aRefusal(): Result {
  return aResult({
    status: 'contraindicated',
    checks: [
      { check: 'disk', signal: 'disk-encryption', outcome: 'met' },
      {
        check: 'firewall',
        signal: 'firewall',
        outcome: 'violated',
        observed: { kind: 'observed', value: { state: 'off' }, at: noon - 600, source: 'nft' },
        required: { text: { en: 'on', de: 'an' }, parameters: {} },
        since: noon - 3600,
        remedy: { steps: { en: ['Run: sudo ufw enable'] } },
      },
    ],
    resources: [
      { id: 'payments', name: 'Payments', access: 'refuse', findings: [aFinding('firewall@HsO6XLxM')] },
      { id: 'wiki', name: 'Wiki', access: 'allow', findings: [] },
    ],
  })
}

export function aFinding(
  check: string,
  parts: Partial<Result['resources'][number]['findings'][number]> = {},
): Result['resources'][number]['findings'][number] {
  return {
    check,
    outcome: 'violated',
    enforce: 'block',
    policies: ['everyday'],
    grace_until: null,
    exception: null,
    ...parts,
  }
}
