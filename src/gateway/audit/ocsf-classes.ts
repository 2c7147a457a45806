import type { AuditEventType } from '#domain/audit-event.ts'

/** What an event is in OCSF 1.8.0: class, activity (its number within the class), and for 3004 what kind of thing it is about. */
export type OcsfKind =
  | {
      readonly class: 3004
      readonly activity: EntityActivity
      readonly entity: OcsfEntity
      readonly status?: OcsfStatus
    }
  | { readonly class: 3005; readonly activity: 1 | 2 } // Assign, Revoke Privileges
  | { readonly class: 3002; readonly activity: 1 | 2; readonly status: OcsfStatus } // Logon, Logoff
  | { readonly class: 6003; readonly activity: 2 | 3 | 4 } // Read, Update, Delete
  | { readonly class: 2004; readonly activity: 1 }
  | { readonly class: 2008; readonly activity: 1 }
  | { readonly class: 5019; readonly activity: 1 }
  /** Batches: of decisions the records are exported, of postures nothing. */
  | { readonly class: null }

export type OcsfEntity = 'PolicyException' | 'Policy' | 'User' | 'Group' | 'Device' | 'Settings' | 'AuditLog'
export type OcsfStatus = 'Success' | 'Failure'
type EntityActivity = 1 | 2 | 3 | 4 | 6 | 7 | 8 | 9 | 12 | 13

/** Create, Read, … of class 3004. */
const of3004 = {
  create: 1,
  read: 2,
  update: 3,
  delete: 4,
  enroll: 6,
  unenroll: 7,
  enable: 8,
  disable: 9,
  suspend: 12,
  resume: 13,
} as const

const on =
  (entity: OcsfEntity) =>
  (activity: keyof typeof of3004, status?: OcsfStatus): OcsfKind => ({
    class: 3004,
    activity: of3004[activity],
    entity,
    ...(status === undefined ? {} : { status }),
  })
const exception = on('PolicyException')
const policy = on('Policy')
const user = on('User')
const group = on('Group')
const device = on('Device')
const settings = on('Settings')
const log = on('AuditLog')
const assign: OcsfKind = { class: 3005, activity: 1 }
const revoke: OcsfKind = { class: 3005, activity: 2 }
const logon = (status: OcsfStatus): OcsfKind => ({ class: 3002, activity: 1, status })
const logoff: OcsfKind = { class: 3002, activity: 2, status: 'Success' }
const api = (activity: 2 | 3 | 4): OcsfKind => ({ class: 6003, activity })
const detection: OcsfKind = { class: 2004, activity: 1 }
const metric: OcsfKind = { class: 2008, activity: 1 }
const batch: OcsfKind = { class: null }

/** The total table of audit.md section 9, for 1.8.0. A grant minted `active` is 3005 instead (`kindOf`). */
export const ocsfKinds: { readonly [Type in AuditEventType]: OcsfKind } = {
  'request-submitted': exception('create'),
  'request-proved': exception('update'),
  'request-queried': exception('update'),
  'request-answered': exception('update'),
  'request-escalated': exception('update'),
  'vote-approved': exception('update'),
  'vote-denied': exception('update'),
  'offer-made': exception('update'),
  'offer-accepted': exception('update'),
  'request-approved': exception('update', 'Success'),
  'request-denied': exception('update', 'Failure'),
  'request-withdrawn': exception('update', 'Failure'),
  'request-lapsed': exception('update', 'Failure'),
  'request-refused': exception('update', 'Failure'),
  'request-outdated': exception('update', 'Failure'),
  'grant-minted': exception('create'),
  'grant-opened': exception('update'),
  'grant-activated': assign,
  'grant-suspended': exception('suspend'),
  'grant-resumed': exception('resume'),
  'grant-narrowed': exception('update'),
  'grant-expired': revoke,
  'grant-revoked': revoke,
  'grant-cured': revoke,
  'grant-unclaimed': revoke,
  'grant-voided': revoke,
  'obligation-opened': exception('create'),
  'obligation-ratified': exception('update'),
  'obligation-contested': exception('update'),
  'obligation-overdue': exception('update'),
  'policy-published': policy('update'),
  'policy-simulated': policy('read'),
  'policy-load-failed': policy('update', 'Failure'),
  'person-added': user('create'),
  'person-changed': user('update'),
  'person-merged': user('update'),
  'person-deactivated': user('disable'),
  'person-reactivated': user('enable'),
  'alias-added': user('update'),
  'role-assigned': assign,
  'role-removed': revoke,
  'group-changed': group('update'),
  'passkey-added': user('update'),
  'passkey-removed': user('update'),
  'totp-set': user('update'),
  'totp-removed': user('update'),
  'invitation-made': user('update'),
  'invitation-revoked': user('update'),
  'recovery-asked': user('update'),
  'recovery-approved': user('update'),
  'recovery-refused': user('update', 'Failure'),
  'settings-changed': settings('update'),
  'people-source-changed': settings('update'),
  'policy-source-changed': settings('update'),
  'service-token-made': settings('create'),
  'service-token-revoked': settings('delete'),
  'webhook-changed': settings('update'),
  'device-enrolled': device('enroll'),
  'device-changed': device('update'),
  'device-tier-changed': device('update'),
  'device-key-rotated': device('update'),
  'device-quarantined': device('suspend'),
  'device-released': device('resume'),
  'device-superseded': device('unenroll'),
  'device-removed': device('unenroll'),
  'chains-recovered': device('update'),
  'enrollment-token-made': device('update'),
  'enrollment-token-used': device('update'),
  'enrollment-token-revoked': device('update'),
  'enrollment-refused': device('enroll', 'Failure'),
  'posture-changed': { class: 5019, activity: 1 },
  'posture-batch': batch,
  'decision-batch': batch,
  'session-started': logon('Success'),
  'session-ended': logoff,
  'signin-passed': logon('Success'),
  'signin-failed': logon('Failure'),
  'stepup-passed': logon('Success'),
  'stepup-failed': logon('Failure'),
  'alarm-retired-key': detection,
  'alarm-chain-fork': detection,
  'alarm-not-me': detection,
  'alarm-clock-jump': detection,
  'alarm-log-inconsistent': detection,
  'alarm-decay': metric,
  'alarm-rubber-stamp': metric,
  'audit-read': api(2),
  'audit-exported': api(2),
  'report-read': api(2),
  'privacy-erased': api(4),
  'legal-hold-set': api(3),
  'legal-hold-lifted': api(3),
  'log-started': log('create'),
  'log-locked': log('update'),
  'key-rotated': log('update'),
  'witness-added': log('update'),
  'witness-removed': log('update'),
}
