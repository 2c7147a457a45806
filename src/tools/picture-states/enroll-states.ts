import type { PrivacyCatalogue } from '#contract/agent-windows.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import type { EnrollmentPreview, RequestHandlers } from '#contract/ipc.ts'
import { aSnapshot, contact, enrollLink, issuer, minute, notEnrolled, now, organisation } from './company.ts'
import { fails, gives, never, type PictureState, type PictureStates } from './picture-state.ts'

/** What the gateway says of itself, to whoever asks. */
export const description: EnrollmentPreview = {
  issuer,
  organisation,
  fields: fieldIds.filter((field) => !['serial-hash', 'malware-protection', 'automatic-login'].includes(field)),
  retention_days: 90,
  contact,
  url: 'https://www.havel-optics.example/privacy/laptops',
  consent: 'cN8tV3xQ7mTzB1nLc5hYw9RdG2uJoFeAsX4iKr6qWyM',
  modes: ['code'],
  key_store: 'keytar',
}

/** What may be sent, where the organisation agreed for the person. */
export const catalogueByPolicy: PrivacyCatalogue = {
  fields: [...fieldIds],
  asked: description.fields,
  agreed: description.fields,
  missing: [],
  consent: { by: 'policy', at: now - minute },
  organisation,
  contact,
  url: description.url,
  retention_days: description.retention_days,
}

const withLink = { route: { screen: 'enroll', link: enrollLink } } as const
const answersDescription: Partial<RequestHandlers> = { 'enrollment/preview': gives(description) }
const pressContinue = [{ act: 'press', name: 'continue' }] as const
const pressEnroll = [...pressContinue, { act: 'press', name: 'enroll' }] as const
const host = issuer.replace('https://', '')
const keytarOk = { kind: 'keytar', state: 'ok', reason: null } as const

/** What came of "Continue". */
function continued(preview: RequestHandlers['enrollment/preview']): PictureState {
  return { ...withLink, snapshot: notEnrolled(), answers: { 'enrollment/preview': preview }, acts: pressContinue }
}
/** What came of "Enrol". */
function enrolling(confirm: RequestHandlers['enrollment/confirm']): PictureState {
  const answers = { ...answersDescription, 'enrollment/confirm': confirm }
  return { ...withLink, snapshot: notEnrolled(), answers, acts: pressEnroll }
}

export const enrollStateNames = [
  'by-hand',
  'by-link',
  'by-managed-link',
  'asking-the-gateway',
  'described',
  'described-with-file-key',
  'other-issuer',
  'untrusted',
  'unreachable',
  'description-invalid',
  'link-invalid',
  'issuer-not-allowed',
  'enrolling',
  'code-expired',
  'description-changed',
  'tier-too-low',
  'key-locked',
  'key-unavailable',
  'waiting-approval',
  'enrolled',
  'already-enrolled',
  'agreed-by-policy',
] as const

export const enrollStates: PictureStates<(typeof enrollStateNames)[number]> = {
  'by-hand': { route: { screen: 'enroll' }, snapshot: notEnrolled() },
  'by-link': { ...withLink, snapshot: notEnrolled() },
  'by-managed-link': { route: { screen: 'enroll' }, snapshot: notEnrolled({ enroll_link: enrollLink }) },
  'asking-the-gateway': continued(never),
  described: { ...continued(gives(description)), snapshot: notEnrolled({ key_store: keytarOk }) },
  'described-with-file-key': {
    ...continued(gives({ ...description, key_store: 'file' })),
    snapshot: notEnrolled({ os: 'linux', key_store: { kind: 'file', state: 'file', reason: null }, tier: 'T0' }),
  },
  'other-issuer': continued(
    fails('gateway_identity', { expected: issuer, seen: 'https://posture.havel-0ptics.example' }),
  ),
  untrusted: continued(
    fails('gateway_untrusted', {
      reason: `The certificate of ${host} was issued by “Havel Optics Internal CA”, which this system does not trust`,
    }),
  ),
  unreachable: continued(fails('gateway_unreachable', { reason: `The name ${host} is not known on this network` })),
  'description-invalid': continued(
    fails('gateway_answer_invalid', { reason: 'Its description does not fit its digest' }),
  ),
  'link-invalid': continued(
    fails('link_invalid', { reason: 'It names another gateway key than the organisation does' }),
  ),
  'issuer-not-allowed': continued(
    fails('issuer_not_allowed', {
      issuer: 'http://posture.havel-optics.example',
      reason: 'It is not encrypted. Ask your administrator for an address that begins with https://',
    }),
  ),
  enrolling: enrolling(never),
  'code-expired': enrolling(fails('enrollment_refused', {})),
  'description-changed': enrolling(fails('consent_changed', {})),
  'tier-too-low': enrolling(fails('tier_too_low', {})),
  'key-locked': enrolling(fails('key_locked', {})),
  'key-unavailable': {
    ...enrolling(fails('key_unavailable', { reason: 'no-secret-service' })),
    snapshot: notEnrolled({
      os: 'linux',
      key_store: { kind: 'keytar', state: 'unavailable', reason: 'no-secret-service' },
    }),
  },
  'waiting-approval': enrolling(
    gives(
      aSnapshot({
        state: 'waiting-approval',
        stream: 'off',
        result: null,
        result_at: null,
        failure: { code: 'pending_approval', at: now },
      }),
    ),
  ),
  enrolled: enrolling(gives(aSnapshot({ state: 'starting', result: null, result_at: null, checking: true }))),
  'already-enrolled': { ...withLink, snapshot: aSnapshot() },
  'agreed-by-policy': {
    route: { screen: 'enroll' },
    snapshot: aSnapshot({
      consent: { by: 'policy', missing: [], unseen: true },
      managed: { governed: ['ServerUrl', 'EnrollmentToken', 'SilentEnrollment'], remarks: [] },
      result_at: now - minute,
    }),
    answers: { 'privacy/catalogue': gives(catalogueByPolicy) },
  },
}
