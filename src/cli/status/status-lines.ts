import { fillText } from '#contract/fill-text.ts'
import { inMode } from '#contract/in-mode.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import type { AgentState } from '#domain/agent-state.ts'
import { isFailureCode, stateExits } from '../exit-codes.ts'
import { type Cell, layPairs, layTable } from '../print/lay-table.ts'
import { plainText } from '../print/plain-text.ts'
import { indentText } from '../print/wrap-text.ts'
import { checkTitle, findingLines, holds, passingLine } from './finding-lines.ts'
import { stateSentence } from './state-sentence.ts'
import { type StatusView, timeOf } from './status-view.ts'

type Result = NonNullable<Snapshot['result']>

/** The whole state for a person: the sentence first, then what fails, what is open, the facts, and the next step. */
export function statusLines(snapshot: Snapshot, view: StatusView): readonly string[] {
  const { result } = snapshot
  const passing = result === null ? undefined : passingLine(result, view)
  return [
    ...indentText(stateSentence(snapshot, view), view.columns, '').map(paintOf(snapshot.state, view)),
    ...(result === null ? [] : findingLines(snapshot, result, view)),
    ...(passing === undefined || snapshot.state === 'healthy' ? [] : ['', view.paint.good(passing)]),
    ...(result === null || result.resources.length === 0 ? [] : ['', ...resourceLines(snapshot, result, view)]),
    '',
    ...layPairs(factsOf(snapshot, view), view.columns),
    ...nextLines(snapshot, view),
  ]
}

/** How `status` ends: by its state, and 1 as well where a resource only asks for confirmation. */
export function statusExit({ state, result }: Pick<Snapshot, 'state' | 'result'>) {
  const isChallenged = result?.resources.some(({ access }) => access === 'challenge') === true
  const exit = stateExits[state]
  return exit === 0 && isChallenged ? 1 : exit
}

function paintOf(state: AgentState, { paint }: StatusView): (text: string) => string {
  const exit = stateExits[state]
  const isCalm = exit === 0 && state !== 'grace' && state !== 'warning'
  const colour = exit === 1 ? paint.bad : isCalm ? paint.good : paint.attention
  return (text) => paint.strong(colour(text))
}

function resourceLines(snapshot: Snapshot, result: Result, view: StatusView): readonly string[] {
  const { status } = view.cli
  const { faint, good, attention, bad } = view.paint
  const colours = { allow: good, challenge: attention, refuse: bad } as const
  const heading = [status.resource, status.access, status.because].map((text): Cell => ({ text, paint: faint }))
  const rows = result.resources.map((resource): readonly Cell[] => [
    plainText(resource.name),
    { text: status[resource.access], paint: colours[resource.access] },
    resource.access === 'allow' ? '' : becauseOf(resource, snapshot, view),
  ])
  return layTable([rows.every((row) => row[2] === '') ? heading.slice(0, 2) : heading, ...rows], view.columns)
}

function becauseOf(resource: Result['resources'][number], snapshot: Snapshot, view: StatusView): string {
  const titles = resource.findings
    .filter(holds)
    .map((finding) => checkTitle(plainCheckId(finding.check), snapshot, view))
  if (titles.length > 0) return titles.join(', ')
  const { code } = resource
  if (code === undefined) return ''
  return isFailureCode(code) ? view.texts.failures[code].title : plainText(code)
}

function factsOf(snapshot: Snapshot, view: StatusView): readonly (readonly [string, string])[] {
  const { status, common } = view.cli
  const { issuer, organisation, owner, device_id, result } = snapshot
  const facts: (readonly [string, string])[] = []
  if (issuer !== null)
    facts.push([status.organisation, plainText(organisation === null ? issuer : `${organisation}, ${issuer}`)])
  if (owner !== null) facts.push([status.owner, plainText(owner)])
  if (device_id !== null) facts.push([status.device, plainText(device_id)])
  facts.push([status.key, keyText(snapshot, view)])
  if (result !== null) {
    const time = timeOf(snapshot.result_at ?? result.iat, view)
    const next = timeOf(snapshot.next_due ?? result.next_due, view)
    facts.push([status.verdict, `${fillText(status.nextReport, { time, next })}; ${status.stream[snapshot.stream]}`])
  } else if (issuer !== null) facts.push([status.verdict, status.noVerdict])
  facts.push([status.sent, sentText(snapshot, view)])
  const { failure } = snapshot
  if (failure !== null) {
    const title = isFailureCode(failure.code) ? view.texts.failures[failure.code].title : plainText(failure.code)
    facts.push([status.lastFailure, `${filled(title, snapshot, view)} (${timeOf(failure.at, view)})`])
  }
  for (const remark of snapshot.managed.remarks) facts.push([status.ignoredFiles, plainText(remark)])
  return facts.map(([name, text]) => [name, text === '' ? common.unknown : text])
}

function keyText({ key_store: { kind, state, reason }, tier }: Snapshot, view: StatusView): string {
  const { keyStores, keyReasons, common } = view.cli
  if (state !== 'ok' && state !== 'file') {
    if (reason === null) return common.none
    return Object.hasOwn(keyReasons, reason) ? (keyReasons[reason] ?? '') : plainText(reason)
  }
  const named = kind === null ? common.unknown : isNamed(kind, keyStores) ? keyStores[kind] : plainText(kind)
  return tier === null ? named : `${named}, ${tier}`
}

function isNamed<Names extends object>(name: string, names: Names): name is Extract<keyof Names, string> {
  return Object.hasOwn(names, name)
}

function sentText({ sent }: Snapshot, view: StatusView): string {
  const { status } = view.cli
  const report = sent.find(({ typ }) => typ === 'eat+jwt')
  if (report !== undefined) {
    const bytes = Buffer.byteLength(report.payload)
    return fillText(status.sentAt, { time: timeOf(report.at, view), bytes })
  }
  return sent.length === 0 ? status.nothingSent : status.noReportYet
}

type NextStep = keyof StatusView['cli']['status']['next']
const nextSteps: { readonly [State in AgentState]: NextStep | undefined } = {
  starting: 'wait',
  'update-required': 'update',
  'not-enrolled': 'enroll',
  'waiting-approval': 'wait',
  'key-locked': 'unlock',
  'key-unavailable': 'doctor',
  'key-missing': 'enroll',
  quarantined: 'ask',
  offline: 'doctor',
  'verdict-old': 'check',
  refused: 'fix',
  restricted: 'fix',
  grace: 'fix',
  excepted: undefined,
  warning: 'fix',
  'nothing-asked': undefined,
  healthy: undefined,
}

function nextLines(snapshot: Snapshot, view: StatusView): readonly string[] {
  const step = nextSteps[snapshot.state]
  if (step === undefined) return []
  const says = inMode(filled(view.cli.status.next[step], snapshot, view), snapshot.development)
  const label = `${view.cli.common.next} `
  return ['', ...indentText(says, view.columns, ' '.repeat(label.length), view.paint.strong(label))]
}

function filled(text: string, { contact }: Snapshot, view: StatusView): string {
  return fillText(text, { contact: plainText(contact ?? view.cli.common.administrator) })
}
