import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import type { Texts } from '#contract/texts/en.ts'
import type { SayReason } from '#contract/texts/say-reason.ts'
import { type Finding, finding } from './finding.ts'
import type { Inspection } from './inspect-agent.ts'

type Trouble = Extract<Inspection['enrollment'], { readonly kind: 'trouble' }>['trouble']

/** What asking the running agent came to. */
export type AskedAgent =
  | { readonly kind: 'answered'; readonly snapshot: Snapshot }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'not-understood'; readonly code: string }

export type AgentFacts = {
  readonly inspection: Inspection
  readonly agent: AskedAgent
  readonly control: string
  readonly uid: number
  /** Unix seconds. */
  readonly now: number
  readonly texts: Pick<Texts, 'failures'>
  readonly cli: CliTexts
  readonly sayReason: SayReason
  readonly timeText: (seconds: number) => string
}

/** How far clocks may be apart before a message needs correcting (protocol.md section 1), in seconds. */
const clockTolerance = 60

/** Everything there is to say of the agent on this machine, in the order in which one thing stands on another. */
export function findingsOfAgent(facts: AgentFacts): readonly Finding[] {
  return [
    ...ofState(facts),
    ofRunning(facts),
    ...ofSecretService(facts),
    ...ofKey(facts),
    ...ofEnrollment(facts),
    ...ofGateway(facts),
    ...ofReport(facts),
    ...ofSettings(facts),
  ]
}

function ofState({ inspection: { stateFolder, enrollment }, uid, sayReason }: AgentFacts): readonly Finding[] {
  const { path: folder, kind } = stateFolder
  const found = finding(`state-folder/${kind}`, { folder, user: uid })
  if (enrollment.kind !== 'trouble') return [found]
  return [found, ofFile(enrollment.trouble, sayReason)]
}

function ofFile({ code, details }: Trouble, sayReason: SayReason): Finding {
  const values = { file: String(details['file'] ?? ''), reason: sayReason(String(details['reason'] ?? code)) }
  return finding(code === 'state_too_new' ? 'state-folder/too-new' : 'state-folder/unreadable', values)
}

function ofRunning({ agent, control, inspection }: AgentFacts): Finding {
  if (agent.kind === 'answered') return finding('agent/running', { version: agent.snapshot.version })
  if (agent.kind === 'not-understood') return finding('agent/not-understood', { reason: agent.code })
  return finding(inspection.enrollment.kind === 'none' ? 'agent/none' : 'agent/stopped', { control })
}

function ofSecretService({ inspection: { secretService }, cli }: AgentFacts): readonly Finding[] {
  switch (secretService.kind) {
    case 'not-here':
      return []
    case 'no-bus':
      return [finding('session-bus/absent')]
    case 'unknown':
      return [finding('session-bus/unknown', { reason: cli.doctor.busReasons[secretService.why] })]
    case 'reachable':
    case 'no-service':
      return [finding('session-bus/fine')]
  }
}

function ofKey({ inspection: { key, secretService }, cli, sayReason }: AgentFacts): readonly Finding[] {
  if (key.kind === 'trouble') {
    const { code, details } = key.trouble
    return [finding('key-store/unreadable', { reason: sayReason(String(details['reason'] ?? code)) })]
  }
  const { state, backEnd } = key
  if (state.kind === 'unavailable' && secretService.kind === 'no-bus') return [] // the bus is what is wrong
  const reason = 'reason' in state ? (cli.keyReasons[state.reason] ?? state.reason) : ''
  switch (state.kind) {
    case 'ok':
      return [finding('key-store/fine', { store: backEnd === 'file' ? cli.keyStores.file : cli.keyStores.keytar })]
    case 'file':
      return [finding('key-store/file')]
    case 'locked':
      return [finding('key-store/locked', { reason })]
    case 'missing':
      return [finding(state.reason === 'no-key' ? 'key-store/none-yet' : 'key-store/missing', { reason })]
    case 'unavailable':
      return [
        finding(state.reason === 'no-collection' ? 'key-store/no-collection' : 'key-store/unavailable', { reason }),
      ]
  }
}

function ofEnrollment({ inspection: { enrollment } }: AgentFacts): readonly Finding[] {
  if (enrollment.kind === 'trouble') return [] // said of its file
  if (enrollment.kind === 'none') return [finding('enrollment/none')]
  return [finding(`enrollment/${enrollment.kind}`, { host: enrollment.issuer.replace(/^https?:\/\//, '') })]
}

function ofGateway({ inspection: { gateway }, texts, sayReason }: AgentFacts): readonly Finding[] {
  if (gateway.kind === 'not-asked') return [finding('gateway/not-asked')]
  const { issuer } = gateway
  if (gateway.kind === 'trouble')
    return [troubleWithGateway(issuer, gateway.trouble, { texts, sayReason }), finding('clock/unknown')]
  const seconds = Math.abs(Math.round(gateway.aheadSeconds))
  return [
    finding('gateway/reached', { issuer }),
    finding(seconds <= clockTolerance ? 'clock/fine' : 'clock/differs', { seconds }),
  ]
}

function troubleWithGateway(
  issuer: string,
  { code, details }: Trouble,
  { texts, sayReason }: Pick<AgentFacts, 'texts' | 'sayReason'>,
): Finding {
  const given = details['reason']
  const reason = typeof given === 'string' ? sayReason(given) : fillText(texts.failures[code].title, details)
  if (code === 'gateway_unreachable') return finding('gateway/unreachable', { issuer, reason })
  if (code === 'gateway_untrusted') return finding('gateway/untrusted', { issuer, reason })
  if (code === 'gateway_identity')
    return finding('gateway/other-identity', { expected: issuer, seen: String(details['seen'] ?? '') })
  return finding('gateway/not-understood', { issuer, reason })
}

function ofReport({ agent, inspection, now, timeText }: AgentFacts): readonly Finding[] {
  if (agent.kind !== 'answered' || inspection.enrollment.kind !== 'active') return []
  const { result, result_at } = agent.snapshot
  if (result === null) return [finding('report/none')]
  return [finding(result.exp <= now ? 'report/old' : 'report/fine', { time: timeText(result_at ?? result.iat) })]
}

function ofSettings({ inspection: { settings }, cli }: AgentFacts): readonly Finding[] {
  const { governed, remarks } = settings
  const known =
    governed.length === 0 ? finding('managed/none') : finding('managed/governed', { names: governed.join(', ') })
  return [
    known,
    ...remarks.map(({ kind, place, key }) => {
      const remark = fillText(cli.doctor.remarks[kind], { place, key })
      return finding(kind === 'unknown-key' ? 'managed/unknown-key' : 'managed/ignored', { remark })
    }),
  ]
}
