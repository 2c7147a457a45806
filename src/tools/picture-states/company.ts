import type { PostureResultClaims } from '#contract/gateway-messages.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { type CheckId, companyChecks } from './company-checks.ts'

/** An invented company, one of its people and her laptop: what the pictures are made of. */

/** Thursday, 26 November 2026, 10:00 UTC: the time in every picture. */
export const now = 1_795_687_200
export const minute = 60
export const hour = 3600
export const day = 86_400

export const organisation = 'Havel Optics'
export const issuer = 'https://posture.havel-optics.example'
export const contact = 'it-help@havel-optics.example'
export const owner = 'Mara Lindqvist'
export const deviceId = '01a20cc8-6770-7c10-8a4e-5d2f0c9be771'
export const enrollmentCode = 'q2mV0yJv9Qn6s1Xh3tKpZbW8dLrGfUe4aCoNiTjMx7I'
export const enrollLink = `postern://enroll?server=${encodeURIComponent(issuer)}&code=${enrollmentCode}`
export const kid = 'W9rXc5vTz1Jd8mLqB4nHs7KpYg2eUoFiAtR3xQ6wEkM'

type Check = Snapshot['checks'][number]
type Judged = PostureResultClaims['checks'][number]
type Resource = PostureResultClaims['resources'][number]
type Finding = Resource['findings'][number]

const passing = {
  'disk-encrypted': ['disk-encryption', { state: 'on' }, 'on', 'eingeschaltet', 'fdesetup'],
  'firewall-on': [
    'firewall',
    { state: 'on', inbound: 'block', stealth: true },
    'on',
    'eingeschaltet',
    'socketfilterfw',
  ],
  'updates-current': [
    'os-updates',
    { pendingSecurity: 0, scannedAt: now - 5 * hour },
    'none waiting for more than 14 days',
    'keine, die länger als 14 Tage wartet',
    'softwareupdate',
  ],
  'screen-locks': [
    'screen-lock',
    { locks: true, delaySeconds: 0, idleSeconds: 300, by: 'user' },
    'after 5 minutes at the most',
    'nach höchstens 5 Minuten',
    'sysadminctl',
  ],
  'endpoint-agent': [
    'security-agents',
    { agents: [{ id: 'crowdstrike', state: 'running', version: '7.18' }] },
    'CrowdStrike, running',
    'CrowdStrike, läuft',
    'launchctl',
  ],
  'ssh-keys-protected': [
    'ssh-keys',
    { unprotected: 0, protected: 3 },
    'each with a passphrase',
    'jeder mit Passphrase',
    'ssh',
  ],
  'os-supported': [
    'os-version',
    { name: 'macOS', version: '26.1', build: '25B78' },
    'macOS 15 or newer',
    'macOS 15 oder neuer',
    'SystemVersion.plist',
  ],
  'remote-access-off': [
    'remote-access',
    { state: 'off', services: [] },
    'no way in from outside',
    'kein Weg hinein von außen',
    'launchctl',
  ],
  'hardware-key-chip': ['hardware-security', { chip: 'secure-enclave' }, 'present', 'vorhanden', 'ioreg'],
} as const satisfies { readonly [Id in CheckId]: readonly [string, object, string, string, string] }

/** One judged check; what is left out is as on a laptop where all is well. */
export function judged(check: CheckId, parts: Partial<Judged> & { readonly value?: unknown } = {}): Judged {
  const [signal, value, en, de, source] = passing[check]
  const { value: other = value, ...more } = parts
  const texts: Check = companyChecks.find(({ id }) => id === check) ?? companyChecks[0]
  const { steps, open } = texts
  return {
    check,
    signal,
    outcome: 'met',
    at: now - 12 * minute,
    observed: { kind: 'observed', value: other, at: now - 12 * minute, source },
    required: { text: { en, de }, parameters: {} },
    ...(steps === undefined && open === undefined
      ? {}
      : { remedy: { ...(open === undefined ? {} : { open }), ...(steps === undefined ? {} : { steps }) } }),
    ...more,
  }
}

/** A check without an answer, and why there is none. */
export function unread(check: CheckId, why: string, kind: 'unknown' | 'error' | 'na' = 'unknown'): Judged {
  const at = now - 12 * minute
  const outcome = kind === 'na' ? 'met' : 'unknown'
  return judged(check, { outcome, since: now - 2 * day, observed: { kind, why, at, source: 'launchctl' } })
}

export function finding(check: CheckId, parts: Partial<Finding> = {}): Finding {
  return {
    check,
    outcome: 'violated',
    enforce: 'block',
    policies: ['laptops'],
    grace_until: null,
    exception: { offered: true, max_duration_s: 8 * hour, stages: ['device-security', 'owner'] },
    ...parts,
  }
}

export const resourceNames = {
  wiki: 'Wiki',
  payments: 'Payments',
  source: 'Source code',
  build: 'Build server',
  customers: 'Customer records',
} as const
export type ResourceId = keyof typeof resourceNames

export function resource(id: ResourceId, parts: Partial<Resource> = {}): Resource {
  return { id, name: resourceNames[id], access: 'allow', findings: [], ...parts }
}

const allWell: readonly Judged[] = companyChecks.map(({ id }) => judged(id))

/** The gateway's verdict on the laptop; checks that are named take the place of those that pass. */
export function verdict(
  parts: Partial<Omit<PostureResultClaims, 'checks'>> & { readonly checks?: readonly Judged[] } = {},
): PostureResultClaims {
  const { checks = [], ...more } = parts
  const subject = `urn:uuid:${deviceId}`
  return {
    iss: issuer,
    aud: subject,
    sub: subject,
    iat: now - 12 * minute,
    exp: now + 48 * minute,
    jti: 'm0b1P3dQxWv9ZkJ4sT7uYg',
    status: 'affirming',
    submods: { os: 'affirming', posture: 'affirming', agent: 'affirming' },
    tier: 'T1',
    evidence: { seq: 418, hash: 'sP3kV9xQ7mTzB1nLc5hYw8RdG2uJoFeAtX4iKr6qWyM' },
    book: 'Jx2wQm8tYb4RkN7vSf1LpZc6HdE9gUoAi3TrWyKqBnM',
    resources: [resource('wiki'), resource('source'), resource('build'), resource('customers'), resource('payments')],
    grants: [],
    recheck_at: now + 30 * minute,
    next_due: now + 3 * minute,
    ...more,
    checks: allWell.map((each) => checks.find(({ check }) => check === each.check) ?? each),
  }
}

/** An enrolled agent whose last verdict is the given one. */
export function aSnapshot(parts: Partial<Snapshot> = {}): Snapshot {
  return {
    told_at: now,
    version: '1.4.0',
    development: false,
    os: 'macos',
    language: null,
    state: 'healthy',
    issuer,
    organisation,
    contact,
    owner,
    device_id: deviceId,
    tier: 'T1',
    key_store: { kind: 'keytar', state: 'ok', reason: null },
    stream: 'open',
    result: verdict(),
    result_at: now - 12 * minute,
    next_due: now + 3 * minute,
    readings: readings(),
    readings_at: now - 12 * minute,
    checking: false,
    sent: [],
    failure: null,
    exceptions: { requests: [], drafts: [] },
    asked_votes: [],
    consent: { by: 'user', missing: [], unseen: false },
    enroll_link: null,
    snoozed: [],
    managed: { governed: [], remarks: [] },
    checks: companyChecks.map((check) => ({ ...check })),
    ...parts,
  }
}

/** Nobody enrolled it: readings, and no verdict. */
export function notEnrolled(parts: Partial<Snapshot> = {}): Snapshot {
  return aSnapshot({
    state: 'not-enrolled',
    issuer: null,
    organisation: null,
    contact: null,
    owner: null,
    device_id: null,
    tier: null,
    key_store: { kind: null, state: 'missing', reason: 'no-key' },
    stream: 'off',
    result: null,
    result_at: null,
    next_due: null,
    consent: { by: null, missing: [], unseen: false },
    checks: [],
    ...parts,
  })
}

/** What the laptop says of itself; the gateway judged exactly this. */
export function readings(change: { readonly firewall?: 'on' | 'off' } = {}): Snapshot['readings'] {
  const about = (src: string) => ({ st: 'observed', at: now - 12 * minute, ms: 14, src }) as const
  const firewall = change.firewall ?? 'on'
  return [
    { id: 'os-version', v: { name: 'macOS', version: '26.1', build: '25B78' }, ...about('SystemVersion.plist') },
    { id: 'os-updates', v: { pendingSecurity: 0, scannedAt: now - 5 * hour }, ...about('softwareupdate') },
    { id: 'automatic-updates', v: { state: 'on', by: 'policy' }, ...about('profiles') },
    { id: 'disk-encryption', v: { state: 'on' }, ...about('fdesetup') },
    {
      id: 'firewall',
      v: { state: firewall, inbound: firewall === 'on' ? 'block' : 'allow' },
      ...about('socketfilterfw'),
    },
    { id: 'enrollment', v: { managed: 'yes', by: 'jamf', approved: true }, ...about('profiles') },
    { id: 'screen-lock', v: { locks: true, delaySeconds: 0, idleSeconds: 300, by: 'user' }, ...about('sysadminctl') },
    {
      id: 'malware-protection',
      v: { state: 'on', products: [{ name: 'XProtect', state: 'on', definitions: 'current', version: '5312' }] },
      ...about('XProtect'),
    },
    {
      id: 'security-agents',
      v: { agents: [{ id: 'crowdstrike', state: 'running', version: '7.18' }] },
      ...about('launchctl'),
    },
    { id: 'secure-boot', st: 'unknown', why: 'denied', at: now - 12 * minute, ms: 3, src: 'bputil' },
    { id: 'system-integrity', v: { state: 'on', parts: { sip: 'on', gatekeeper: 'on' } }, ...about('csrutil') },
    { id: 'hardware-security', v: { chip: 'secure-enclave' }, ...about('ioreg') },
    { id: 'remote-access', v: { state: 'off', services: [] }, ...about('launchctl') },
    { id: 'automatic-login', v: { state: 'off', guest: false }, ...about('loginwindow') },
    { id: 'ssh-keys', v: { unprotected: 0, protected: 3 }, ...about('ssh') },
    { id: 'hardware', v: { vendor: 'Apple', model: 'MacBook Pro 14' }, ...about('ioreg') },
  ]
}
