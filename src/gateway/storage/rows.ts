import { type AgentConfigStore, agentConfigStore } from './agent-config-store.ts'
import { type AttestationStore, attestationStore } from './attestation-store.ts'
import { type AuditLogStore, auditLogStore } from './audit-log-store.ts'
import { type AuditStore, auditStore } from './audit-store.ts'
import { type BookStore, bookStore } from './book-store.ts'
import { type CeremonyStore, ceremonyStore } from './ceremony-store.ts'
import { type ChainHeadStore, chainHeadStore } from './chain-head-store.ts'
import { type DecisionStore, decisionStore } from './decision-store.ts'
import { type DeviceKeyStore, deviceKeyStore } from './device-key-store.ts'
import { type DeviceStore, deviceStore } from './device-store.ts'
import { type EnrollmentStore, enrollmentStore } from './enrollment-store.ts'
import { type EnrollmentTokenStore, enrollmentTokenStore } from './enrollment-token-store.ts'
import { type EpisodeStore, episodeStore } from './episode-store.ts'
import { type ExceptionGrantStore, exceptionGrantStore } from './exception-grant-store.ts'
import { type ExceptionMessageStore, exceptionMessageStore } from './exception-message-store.ts'
import { type ExceptionRequestStore, exceptionRequestStore } from './exception-request-store.ts'
import { type FeedStore, feedStore } from './feed-store.ts'
import { type GroupStore, groupStore } from './group-store.ts'
import { type InvitationStore, invitationStore } from './invitation-store.ts'
import { type MessageIdStore, messageIdStore } from './message-id-store.ts'
import { type MetaStore, metaStore } from './meta-store.ts'
import { type NoticeStore, noticeStore } from './notice-store.ts'
import { type OutboxStore, outboxStore } from './outbox-store.ts'
import { type PasskeyStore, passkeyStore } from './passkey-store.ts'
import { type PersonStore, personStore } from './person-store.ts'
import { type PseudonymKeyStore, pseudonymKeyStore } from './pseudonym-key-store.ts'
import { type RecoveryStore, recoveryStore } from './recovery-store.ts'
import { type ResultStore, resultStore } from './result-store.ts'
import { type ServiceTokenStore, serviceTokenStore } from './service-token-store.ts'
import { type SessionStore, sessionStore } from './session-store.ts'
import type { Statements } from './statements.ts'
import { type StepUpStore, stepUpStore } from './step-up-store.ts'
import { type TotpStore, totpStore } from './totp-store.ts'

/** What an act may touch: every store, on one connection, inside one transaction. */
export type Rows = {
  readonly meta: MetaStore
  readonly pseudonymKeys: PseudonymKeyStore
  readonly people: PersonStore
  readonly devices: DeviceStore
  readonly deviceKeys: DeviceKeyStore
  readonly heads: ChainHeadStore
  readonly messageIds: MessageIdStore
  readonly attestations: AttestationStore
  readonly tokens: EnrollmentTokenStore
  readonly enrollments: EnrollmentStore
  readonly configs: AgentConfigStore
  readonly results: ResultStore
  readonly episodes: EpisodeStore
  readonly books: BookStore
  readonly feeds: FeedStore
  readonly outbox: OutboxStore
  readonly audit: AuditStore
  readonly log: AuditLogStore
  readonly exceptions: ExceptionRequestStore
  readonly grants: ExceptionGrantStore
  readonly decisions: DecisionStore
  readonly messages: ExceptionMessageStore
  readonly totps: TotpStore
  readonly stepUps: StepUpStore
  readonly sessions: SessionStore
  readonly serviceTokens: ServiceTokenStore
  readonly recoveries: RecoveryStore
  readonly passkeys: PasskeyStore
  readonly notices: NoticeStore
  readonly invitations: InvitationStore
  readonly groups: GroupStore
  readonly ceremonies: CeremonyStore
}

/** `onOutbox` hears of every outbox row before it is committed. */
export function rowsOf(statements: Statements, onOutbox: () => void): Rows {
  const outbox = outboxStore(statements, onOutbox)
  return {
    meta: metaStore(statements),
    pseudonymKeys: pseudonymKeyStore(statements),
    people: personStore(statements),
    devices: deviceStore(statements),
    deviceKeys: deviceKeyStore(statements),
    heads: chainHeadStore(statements),
    messageIds: messageIdStore(statements),
    attestations: attestationStore(statements),
    tokens: enrollmentTokenStore(statements),
    enrollments: enrollmentStore(statements),
    configs: agentConfigStore(statements),
    results: resultStore(statements),
    episodes: episodeStore(statements),
    books: bookStore(statements),
    feeds: feedStore(statements, outbox),
    outbox,
    audit: auditStore(statements),
    log: auditLogStore(statements),
    exceptions: exceptionRequestStore(statements),
    grants: exceptionGrantStore(statements),
    decisions: decisionStore(statements),
    messages: exceptionMessageStore(statements),
    totps: totpStore(statements),
    stepUps: stepUpStore(statements),
    sessions: sessionStore(statements),
    serviceTokens: serviceTokenStore(statements),
    recoveries: recoveryStore(statements),
    passkeys: passkeyStore(statements),
    notices: noticeStore(statements),
    invitations: invitationStore(statements),
    groups: groupStore(statements),
    ceremonies: ceremonyStore(statements),
  }
}
