import type { AuditEventType } from '#domain/audit-event.ts'

/** Somebody waits for these, or access hangs on them: a checkpoint at once (audit.md section 3). All else waits its turn. */
const urgent: readonly AuditEventType[] = [
  'policy-published',
  'role-assigned',
  'role-removed',
  'person-deactivated',
  'passkey-added',
  'passkey-removed',
  'log-started',
  'log-locked',
  'key-rotated',
]

/** Every move of a request or grant, votes and offers, publication, and changes of administrators. */
export function isUrgent(type: string): boolean {
  return /^(request|grant|vote|offer)-/.test(type) || urgent.some((each) => each === type)
}
