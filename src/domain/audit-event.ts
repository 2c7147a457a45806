import type { Json } from './canonical-json.ts'
import type { KeyTier, WireKeyStore } from './key-tier.ts'

/**
 * Everything worth a leaf (audit.md sections 9 and 14.1). Persons and devices are named by id here, as `{ person }` and
 * `{ device }`; whoever records the event puts their pseudonyms in. Members have their names of the body.
 */
export type PersonRef = { readonly person: string }
export type DeviceRef = { readonly device: string }
/** `{ document }`: a book's hash. `{ system }`: `group/<id>`, `service-token/<id>`, `webhook/<id>`, `witness/<vkey>`. */
export type AuditObject = PersonRef | DeviceRef | { readonly document: string } | { readonly system: string }

/** An act marked *signed* in console-api.md: method and path pattern, what was asked, the statement's nonce. */
export type Signed = { readonly act: string; readonly question: Json; readonly nonce: string } | null
type SecondAdmin = { readonly actor: PersonRef; readonly nonce: string } | null
type ReportRef = { readonly seq: number; readonly hash: string }
type Stage = {
  readonly id: string
  readonly need: number
  readonly step_up: string
  readonly pool: readonly PersonRef[]
  readonly escalation: readonly PersonRef[]
}
type Submission = {
  readonly revision: 1
  readonly state: string
  readonly device: DeviceRef
  readonly decide_by: number | null
  readonly escalate_at: number | null
  readonly requester: { readonly step_up: string }
  readonly stages: readonly Stage[]
  readonly auto: { readonly policy: string; readonly rule: number } | null
  readonly risk: {
    readonly score: number
    readonly factors: readonly { readonly id: string; readonly weight: number }[]
  }
  readonly limits: readonly {
    readonly check: string
    readonly total_s: number
    readonly total_cap_s: number | null
    readonly quota: number | null
    readonly quota_used: number
    readonly cooldown_until: number | null
  }[]
}
type Vote = {
  readonly revision: number
  readonly state: string
  readonly stage: string
  readonly decision: 'approve' | 'deny'
  readonly step_up: string
  readonly nonce: string | null
  readonly delegation: PersonRef | null
  readonly dwell_ms: number | null
  readonly opened: readonly string[]
  readonly voter_device: 'compliant' | 'any'
}
type RequestMoved = { readonly revision: number; readonly state: string }
type Proved = RequestMoved & { readonly step_up: string; readonly nonce: string | null }
type ObligationMoved = { readonly obligation_id: string; readonly kind: string; readonly state: string }
type Reviewed = ObligationMoved & { readonly decision: 'ratify' | 'contest'; readonly nonce: string | null }
type Cured = {
  readonly state: string
  readonly cured: readonly string[]
  readonly checks: readonly string[]
  readonly time_to_cure_s: number | null
}
type Passkey = { readonly credential_id: string; readonly public_key: string; readonly signed: Signed }
type Invitation = {
  readonly invitation_id: string
  readonly kind: string
  readonly expires_at: number
  readonly signed: Signed
}
type Recovery = { readonly recovery_id: string; readonly signed: Signed }
type SourceChange = {
  readonly from: string
  readonly to: string
  readonly book: string | null
  readonly signed: Signed
}
type ServiceToken = {
  readonly token_id: string
  readonly scopes: readonly string[]
  readonly expires_at: number | null
  readonly signed: Signed
}
type EnrollmentToken = {
  readonly token_id: string
  readonly ownership: string
  readonly until: number | null
  readonly expires_at: number
  readonly batch: string | null
}
type PersonSourced = { readonly source: 'settings' | 'console' | 'scim' | 'oidc' | 'chat' }
type SignIn = { readonly method: string; readonly session: string | null; readonly cause: string | null }
type Session = { readonly session: string; readonly device: DeviceRef | null; readonly cause: string | null }
type Batch = { readonly records: number; readonly root: string }
type KeyAlarm = { readonly kid: string; readonly seq: number | null }
type Hold = { readonly signed: Signed; readonly second: SecondAdmin }
type Suspended = { readonly state: string; readonly cause: string | null }

/** Body members by type, beside the six common ones, `request_id`, `grant_id` and `attachments`. */
export type AuditMembers = {
  readonly 'request-submitted': Submission
  readonly 'request-refused': Submission & {
    readonly refusal: readonly { readonly code: string; readonly limit: number | null; readonly left: number | null }[]
  }
  readonly 'request-proved': Proved
  readonly 'request-queried': RequestMoved & { readonly message_id: string }
  readonly 'request-answered': RequestMoved & { readonly message_id: string }
  readonly 'request-escalated': RequestMoved & { readonly stages: readonly string[] }
  readonly 'vote-approved': Vote
  readonly 'vote-denied': Vote
  readonly 'offer-made': Vote & { readonly previous_digest: string }
  readonly 'offer-accepted': Proved & { readonly previous_digest: string }
  readonly 'request-approved': RequestMoved & {
    readonly tally: readonly { readonly stage: string; readonly have: number; readonly need: number }[]
    readonly votes: readonly {
      readonly person: PersonRef
      readonly stage: string
      readonly counted: boolean
      readonly why: 'digest' | 'not-in-pool' | 'inactive' | 'merged' | 'surplus' | null
    }[]
    readonly book: string
  }
  readonly 'request-denied': RequestMoved & { readonly rule: string | null }
  readonly 'request-withdrawn': RequestMoved
  readonly 'request-lapsed': RequestMoved & { readonly asked: readonly PersonRef[]; readonly reminders: number }
  readonly 'request-outdated': RequestMoved & {
    readonly changed: {
      readonly what: 'book' | 'device' | 'key' | 'person' | 'pool'
      readonly from: Json
      readonly to: Json
    }
  }
  readonly 'grant-minted': RequestMoved & {
    readonly grant: {
      readonly checks: readonly { readonly id: string; readonly covers: readonly string[] }[]
      readonly resources: readonly string[]
      readonly controls: Json
      readonly not_before: number
      readonly not_after: number
    }
  }
  readonly 'grant-opened': { readonly state: string }
  readonly 'grant-unclaimed': { readonly state: string }
  readonly 'grant-activated': {
    readonly state: string
    readonly step_up: string | null
    readonly nonce: string | null
    readonly report: ReportRef | null
  }
  readonly 'grant-suspended': Suspended
  readonly 'grant-resumed': Suspended & { readonly step_up: string | null; readonly nonce: string | null }
  readonly 'grant-narrowed': Cured
  readonly 'grant-cured': Cured
  readonly 'grant-expired': { readonly state: string; readonly last_use: number | null; readonly decisions: number }
  readonly 'grant-revoked': { readonly state: string; readonly sessions_ended: number; readonly nonce: string | null }
  readonly 'grant-voided': {
    readonly state: string
    readonly cause: string
    readonly used: readonly {
      readonly resource: string
      readonly first_at: number
      readonly last_at: number
      readonly count: number
    }[]
  }
  readonly 'obligation-opened': ObligationMoved & { readonly due_at: number }
  readonly 'obligation-ratified': Reviewed
  readonly 'obligation-contested': Reviewed
  readonly 'obligation-overdue': ObligationMoved
  readonly 'policy-published': {
    readonly book: string
    readonly previous: string | null
    readonly source: 'folder' | 'console' | 'git'
    readonly nonce: string | null
    readonly second: SecondAdmin
  }
  readonly 'policy-simulated': {
    readonly book: string
    readonly against: string
    readonly days: number
    readonly persons: number
    readonly devices: number
  }
  readonly 'policy-load-failed': { readonly source: string; readonly remarks: number }
  readonly 'person-added': PersonSourced
  readonly 'person-deactivated': PersonSourced
  readonly 'person-reactivated': PersonSourced
  readonly 'alias-added': PersonSourced
  readonly 'person-changed': { readonly changed: readonly string[]; readonly signed: Signed }
  readonly 'person-merged': { readonly merged: PersonRef; readonly into: PersonRef; readonly signed: Signed }
  readonly 'role-assigned': { readonly role: string; readonly signed: Signed }
  readonly 'role-removed': { readonly role: string; readonly signed: Signed }
  readonly 'group-changed': {
    readonly group: string
    readonly added: readonly (PersonRef | string)[]
    readonly removed: readonly (PersonRef | string)[]
  }
  readonly 'passkey-added': Passkey
  readonly 'passkey-removed': Passkey
  readonly 'totp-set': { readonly signed: Signed }
  readonly 'totp-removed': { readonly signed: Signed }
  readonly 'invitation-made': Invitation
  readonly 'invitation-revoked': Invitation
  readonly 'recovery-asked': Recovery
  readonly 'recovery-approved': Recovery
  readonly 'recovery-refused': Recovery
  readonly 'settings-changed': { readonly keys: readonly string[] }
  readonly 'people-source-changed': SourceChange
  readonly 'policy-source-changed': SourceChange
  readonly 'service-token-made': ServiceToken
  readonly 'service-token-revoked': ServiceToken
  readonly 'webhook-changed': { readonly webhook_id: string; readonly change: 'made' | 'removed' }
  readonly 'enrollment-token-made': EnrollmentToken
  readonly 'enrollment-token-revoked': EnrollmentToken
  readonly 'enrollment-token-used': { readonly token_id: string }
  readonly 'enrollment-refused': { readonly token_id: string | null; readonly cause: string }
  readonly 'device-enrolled': {
    readonly owner: PersonRef
    readonly tier: KeyTier
    readonly key_store: WireKeyStore
    readonly kid: string
    readonly token_id: string | null
    readonly ownership: string
    readonly until: number | null
  }
  readonly 'device-changed': { readonly changed: readonly string[] }
  readonly 'device-tier-changed': { readonly from: KeyTier; readonly to: KeyTier }
  readonly 'device-key-rotated': { readonly from: string; readonly to: string; readonly tier: KeyTier }
  readonly 'device-superseded': { readonly by: DeviceRef }
  readonly 'device-quarantined': { readonly cause: string }
  readonly 'device-released': { readonly cause: string | null; readonly signed: Signed }
  readonly 'device-removed': { readonly cause: string | null; readonly signed: Signed }
  readonly 'chains-recovered': { readonly until: number; readonly devices: number }
  readonly 'posture-changed': {
    readonly from: string | null
    readonly to: string
    readonly report: ReportRef
    readonly book: string
    readonly checks: readonly { readonly check: string; readonly from: string | null; readonly to: string | null }[]
  }
  readonly 'posture-batch': Batch
  readonly 'decision-batch': Batch
  readonly 'session-started': Session
  readonly 'session-ended': Session
  readonly 'signin-passed': SignIn
  readonly 'signin-failed': SignIn
  readonly 'stepup-passed': SignIn
  readonly 'stepup-failed': SignIn
  readonly 'alarm-retired-key': KeyAlarm
  readonly 'alarm-chain-fork': KeyAlarm
  readonly 'alarm-not-me': KeyAlarm
  readonly 'alarm-clock-jump': { readonly jump_s: number }
  readonly 'alarm-log-inconsistent': { readonly size: number; readonly root: string; readonly witness: string }
  readonly 'alarm-decay': Metric
  readonly 'alarm-rubber-stamp': Metric
  readonly 'audit-read': {
    readonly token_id: string | null
    readonly hour: number
    readonly reads: readonly { readonly call: string; readonly query: string; readonly count: number }[]
  }
  readonly 'report-read': { readonly token_id: string | null; readonly hour: number; readonly count: number }
  readonly 'audit-exported': {
    readonly token_id: string | null
    readonly from: number
    readonly to: number
    readonly format: string
    readonly pseudonymous: boolean
    readonly withheld: boolean
  }
  readonly 'privacy-erased': Hold & { readonly cause: 'person' | 'age'; readonly commitments: readonly string[] }
  readonly 'legal-hold-set': Hold
  readonly 'legal-hold-lifted': Hold
  readonly 'log-started': { readonly previous: string | null }
  readonly 'log-locked': { readonly cause: string; readonly size: number }
  readonly 'key-rotated': {
    readonly use: string
    readonly key: string
    readonly not_before: number
    readonly signed: Signed
  }
  readonly 'witness-added': { readonly vkey: string }
  readonly 'witness-removed': { readonly vkey: string }
}
type Metric = {
  readonly window_s: number
  readonly n: number
  readonly value: string
  readonly leaves: readonly number[]
}

export type AuditEventType = keyof AuditMembers

/** What stays erasable one by one (audit.md section 14.2); the body holds only commitments. */
export type AuditAttachments = {
  readonly ask?: string
  readonly action?: string
  readonly enrollment?: string
  readonly rotation?: string
  readonly justification?: { readonly text: string; readonly ticket: string | null; readonly incident: string | null }
  readonly message?: { readonly text: string }
  readonly reason?: { readonly text: string }
  readonly name?: { readonly text: string }
  readonly evidence?: Evidence
  readonly evidence_second?: Evidence
  readonly person?: {
    readonly name: string
    readonly email: string
    readonly aliases: readonly string[]
    readonly team: string | null
  }
  readonly place?: { readonly address: string; readonly browser: string | null }
}
type Evidence = {
  readonly credential_id: string
  readonly client_data_json: string
  readonly authenticator_data: string
  readonly signature: string
  readonly public_key: string
}

type EventOf<Type extends AuditEventType> = {
  readonly type: Type
  /** When it happened, Unix seconds. */
  readonly at: number
  /** Set for decisions of a gateway that was offline and appended afterwards. */
  readonly late?: boolean
  /** The person who acted; `null` for the system: clock, rule, folder, settings, command line. */
  readonly actor: PersonRef | null
  readonly object: AuditObject | null
  readonly requestId?: string
  readonly grantId?: string
  readonly termsDigest?: string
  /** `instance` of the call without hyphens, 32 hex digits. */
  readonly traceId?: string | undefined
  readonly members: AuditMembers[Type]
  readonly attachments?: AuditAttachments
}

/** One event: its type says which members it has. */
export type AuditEvent = { [Type in AuditEventType]: EventOf<Type> }[AuditEventType]
