import type { SubmissionAnswer } from '#contract/exception-answers.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'
import { type AGateway, type SeenRequest, type SigningPair, signWith } from './a-gateway.ts'

/** What a gateway answers and tells about one request, in the order of its life. */
export const requestId = '01a20cc8-6770-7c10-8a4e-5d2f0c9be771'
export const grantId = '01a20cc9-2ac0-7f31-b1d7-90c2aa41e0f4'
export const termsDigest = hash('terms')

export const seconds = () => Math.floor(Date.now() / 1000)

/** A verdict in which one check closes one resource, and may be excepted there. */
export const failingFirewall = {
  status: 'contraindicated',
  submods: { os: 'affirming', posture: 'contraindicated', agent: 'affirming' },
  checks: [{ check: 'firewall-on', signal: 'firewall', outcome: 'violated' }],
  resources: [
    {
      id: 'wiki',
      name: 'Wiki',
      access: 'refuse',
      findings: [
        {
          check: 'firewall-on@HsO6XLxM',
          outcome: 'violated',
          enforce: 'block',
          policies: ['everyday'],
          grace_until: null,
          exception: { offered: true, max_duration_s: 3600 },
        },
      ],
    },
    { id: 'chat', name: 'Chat', access: 'allow', findings: [] },
  ],
}

export const ask = {
  checks: ['firewall-on'],
  resources: ['wiki'],
  duration_s: 1800,
  category: 'debugging',
  reason: 'The build agent must reach this machine today',
}

export function submissionAnswer(issuer: string, more: Partial<SubmissionAnswer> = {}): SubmissionAnswer {
  return {
    request_id: requestId,
    state: 'step_up_required',
    terms: {
      v: 1,
      mode: 'normal',
      subject: '019aa0c2-7f10-7000-8000-000000000001',
      device: { id: '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1', kid: hash('kid') },
      checks: [{ id: 'firewall-on', covers: ['violated'] }],
      resources: ['wiki'],
      duration_s: 1800,
      not_before: null,
      risk_tier: 'low',
      controls: ['record'],
      book: hash('book'),
      evidence: { seq: 1, hash: hash('evidence') },
      category: 'debugging',
      justification: hash('justification'),
      remedy_by: null,
      session: null,
      extends: null,
      replaces: null,
      salt: randomId(),
    },
    terms_digest: termsDigest,
    decide_by: seconds() + 3600,
    step_up_url: `${issuer}/step-up/abc`,
    log: { index: 7 },
    ...more,
  }
}

export const previewAnswer = {
  offered: true,
  max_duration_s: 3600,
  total_left_s: 7200,
  quota_left: 2,
  risk_tier: 'low',
  stages: [{ id: 'device-security', need: 2 }],
  step_up: 'webauthn',
  controls: ['record'],
  categories: ['debugging'],
  reason_min: 20,
}

export function requestEvent(more: object = {}) {
  const decide_by = seconds() + 3600
  const votes = { have: 0, need: 2 }
  return {
    kind: 'request',
    request_id: requestId,
    state: 'pending',
    revision: 1,
    terms_digest: termsDigest,
    votes,
    waiting_for: ['device-security'],
    decide_by,
    log: { index: 8 },
    ...more,
  }
}

export function decisionEvent(gateway: AGateway, more: object = {}, by: SigningPair = gateway.signer) {
  const now = seconds()
  const claims = {
    iss: gateway.issuer,
    aud: `urn:uuid:${gateway.deviceId}`,
    iat: now,
    exp: now + 86_400,
    jti: randomId(),
    request_id: requestId,
    terms_digest: termsDigest,
    state: 'approved',
    grant: {
      id: grantId,
      state: 'active',
      checks: [{ id: 'firewall-on', covers: ['violated'] }],
      resources: ['wiki'],
      not_before: now,
      not_after: now + 1800,
      controls: ['record'],
    },
    log: { index: 9 },
    ...more,
  }
  const decision = signWith(by, 'exception-decision+jwt', claims)
  return { kind: 'decision', request_id: requestId, state: claims.state, decision, log: { index: 9 } }
}

export function grantEvent(state: string, more: object = {}) {
  return { kind: 'grant', grant_id: grantId, request_id: requestId, state, log: { index: 10 }, ...more }
}

/** The claims of a signed message, as received. */
export function claimsIn({ body }: Pick<SeenRequest, 'body'>): { readonly [name: string]: unknown } {
  const parsed: unknown = JSON.parse(Buffer.from(body.split('.')[1] ?? '', 'base64url').toString('utf8'))
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
}
