import type { KeyState } from '#agent/attestation/key-store.ts'
import { configInForce } from '#agent/attestation/read-gateway-messages.ts'
import { reportedClaims } from '#agent/attestation/reported-claims.ts'
import type { ManagedSettings, Remark } from '#agent/managed-settings/resolve-settings.ts'
import type { SentEntry } from '#agent/privacy/sent-ledger.ts'
import type { AskedVote, ExceptionsHead } from '#contract/agent-exceptions.ts'
import type { EnrollmentRecord } from '#contract/agent-state-files.ts'
import { enrollmentLink } from '#contract/deep-link.ts'
import type { AgentConfigClaims, PostureResultClaims } from '#contract/gateway-messages.ts'
import type { Snapshot, streamStates } from '#contract/ipc.ts'
import { type AgentFacts, agentState } from '#domain/agent-state.ts'
import type { FailureCode } from '#domain/failure.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'

/** Everything that the snapshot follows from. Times are Unix seconds. */
export type AgentStanding = {
  readonly version: string
  readonly development: boolean
  readonly started: boolean
  readonly enrollment: EnrollmentRecord | undefined
  /** What the gateway last said of this device, where it was not `active`. */
  readonly heldBack: 'quarantined' | 'retired' | undefined
  readonly key: { readonly backEnd: string; readonly state: KeyState } | undefined
  readonly stream: (typeof streamStates)[number]
  readonly result: { readonly claims: PostureResultClaims; readonly at: number; readonly nextDue: number } | undefined
  readonly readings: readonly ReportedSignal[]
  readonly checking: boolean
  readonly sent: readonly SentEntry[]
  readonly failure: { readonly code: FailureCode; readonly at: number } | undefined
  readonly managed: ManagedSettings
  readonly exceptions: ExceptionsHead
  readonly os: OperatingSystem
  readonly askedVotes: readonly AskedVote[]
  readonly consent: Snapshot['consent']
  readonly snoozed: Snapshot['snoozed']
}

/** What windows and the command line are shown. It repeats what the gateway said, and judges nothing. */
export function makeSnapshot(standing: AgentStanding, now: number): Snapshot {
  const { enrollment, key, result } = standing
  const active = enrollment?.state === 'active' ? enrollment : undefined
  const config = active === undefined ? undefined : configInForce(active)
  const { ServerUrl, EnrollmentToken, GatewayConfigKid, Language } = standing.managed.values
  return {
    told_at: now,
    version: standing.version,
    development: standing.development,
    os: standing.os,
    language: Language ?? null,
    state: agentState(factsOf(standing, now)),
    issuer: enrollment?.issuer ?? null,
    organisation: enrollment?.org ?? null,
    contact: config?.privacy.contact ?? enrollment?.contact ?? null,
    owner: active?.owner ?? null,
    device_id: active?.device_id ?? null,
    tier: active?.tier ?? null,
    key_store: {
      kind: key?.backEnd ?? null,
      state: key?.state.kind ?? 'unasked',
      reason: key !== undefined && 'reason' in key.state ? key.state.reason : null,
    },
    stream: standing.stream,
    result: result?.claims ?? null,
    result_at: result?.at ?? null,
    next_due: result?.nextDue ?? null,
    readings: [...reportedClaims(standing.readings)],
    readings_at: standing.readings.length === 0 ? null : Math.max(...standing.readings.map((reading) => reading.at)),
    checking: standing.checking,
    sent: standing.sent.map(({ typ, at, payload }) => ({ typ, at, payload })),
    failure: standing.failure ?? null,
    exceptions: standing.exceptions,
    asked_votes: standing.askedVotes.filter(({ decide_by }) => decide_by > now),
    consent: standing.consent,
    enroll_link:
      enrollment === undefined && ServerUrl !== undefined && EnrollmentToken !== undefined
        ? enrollmentLink(ServerUrl, EnrollmentToken, GatewayConfigKid)
        : null,
    snoozed: standing.snoozed.filter(({ until }) => until > now),
    managed: {
      governed: [...standing.managed.governed],
      remarks: standing.managed.remarks.map(remarkText),
    },
    checks: config === undefined ? [] : checksOf(config),
  }
}

const updateCodes: readonly FailureCode[] = ['agent_outdated', 'profile_unsupported']
const reachCodes: readonly FailureCode[] = ['gateway_unreachable', 'gateway_untrusted']

function factsOf(standing: AgentStanding, now: number): AgentFacts {
  const { enrollment, failure, result } = standing
  return {
    started: standing.started,
    updateRequired: failure !== undefined && updateCodes.includes(failure.code),
    enrollment: enrollmentWord(enrollment, standing.heldBack),
    key: standing.key?.state.kind ?? 'unasked',
    unreachable: failure !== undefined && reachCodes.includes(failure.code),
    result:
      result === undefined
        ? undefined
        : {
            exp: result.claims.exp,
            status: result.claims.status,
            outcomes: result.claims.checks.map((check) => check.outcome),
            access: result.claims.resources.map((resource) => resource.access),
          },
    now,
  }
}

function enrollmentWord(
  enrollment: EnrollmentRecord | undefined,
  heldBack: AgentStanding['heldBack'],
): AgentFacts['enrollment'] {
  if (enrollment === undefined) return 'none'
  if (enrollment.state === 'pending') return 'pending'
  if (heldBack === 'retired') return 'none' // its key is over: the way back is to enrol again
  return heldBack === 'quarantined' ? 'quarantined' : 'enrolled'
}

function remarkText({ kind, place, key }: Remark): string {
  return [kind, place, key].filter((part) => part !== undefined).join(' ')
}

function checksOf(config: AgentConfigClaims): Snapshot['checks'] {
  return config.checks.map(({ id, title, why, steps, open }) => ({
    id,
    title,
    why,
    ...(steps === undefined ? {} : { steps }),
    ...(open === undefined ? {} : { open }),
  }))
}
