import type { ExceptionForm, SubmitQuestion, Submitted } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import type { Transport } from '#contract/transport.ts'
import { isFailure } from '#domain/failure.ts'
import { askAgent } from '../ask-agent.ts'
import { plainText } from '../print/plain-text.ts'
import { checkLines, checkTitle } from '../status/finding-lines.ts'
import type { StatusView } from '../status/status-view.ts'
import type { Terminal } from '../terminal.ts'
import { UsageFault } from '../usage-fault.ts'
import type { Words } from '../words.ts'
import { type Asking, askAnswers, type Limits, splitIds } from './ask-answers.ts'
import { durationText } from './duration.ts'
import { checkNames, previewLines, refusalLines, resourceNames } from './request-lines.ts'

/** `no`: there is nothing to ask for, or it is not allowed; `unknown`: there is no verdict; `declined`: the person said no. */
export type Asked = Submitted | { readonly kind: 'no' | 'unknown' | 'declined' }

type FailingCheck = ExceptionForm['checks'][number]

/**
 * From a failing check to a request that is sent, or kept while the gateway is away. The remedy comes first; what an
 * exception takes is shown before a word is asked for. Everything said goes beside the answer.
 */
export async function requestConversation(
  agent: Pick<Transport, 'ask'>,
  words: Words,
  { terminal, view }: { readonly terminal: Terminal; readonly view: StatusView },
): Promise<Asked> {
  const { err, texts } = terminal
  const snapshot = await askAgent(agent, 'agent/snapshot', undefined)
  const form = await askAgent(agent, 'exception/form', {})
  const asking: Asking = { terminal, view, words }

  // 1. The check, and the way without an exception.
  const check = await chooseCheck(form, snapshot, asking)
  if (typeof check === 'string') return { kind: check }
  sayRemedy(check, snapshot, view, err)
  const offered = check.resources.filter((resource) => resource.offered)
  if (offered.length === 0) {
    err(fillText(texts.request.notOffered, { check: checkTitle(check.id, snapshot, view) }))
    return { kind: 'no' }
  }

  // 2. Where, and what that takes.
  const resources = await chooseResources(offered, asking)
  if (resources === undefined) return declined(terminal)
  const question = { checks: [check.id], resources }
  const first = await previewOf(agent, question, asking)
  err('')
  err(first === undefined ? texts.request.lastKnown : view.paint.strong(texts.request.otherwise))
  for (const line of first === undefined ? [] : previewLines(first, view)) err(line)
  if (first?.offered === false) return { kind: 'no' }

  // 3. The person's words.
  const answers = await askAnswers(limitsOf(first, form), asking)
  if (answers === undefined) return declined(terminal)
  const { duration_s, category } = answers
  const second = first === undefined ? undefined : await previewOf(agent, { ...question, duration_s, category }, asking)
  if (second !== undefined && termsOf(second) !== termsOf(first)) {
    err(texts.request.changed)
    for (const line of previewLines(second, view)) err(line)
  } else for (const line of refusalLines([...(second?.refusal ?? [])], view)) err(line)
  if (second?.offered === false) return { kind: 'no' }

  // 4. Once more in one sentence, then it is sent.
  const ask: SubmitQuestion = { ...question, ...answers }
  err('')
  for (const line of summaryLines(ask, snapshot, view)) err(line)
  if (!words.isSet('yes')) {
    if (!terminal.canAsk) throw new UsageFault(texts.usage.notUsable, texts.request.cannotAsk)
    if (!(await terminal.ask(texts.request.send))) return declined(terminal)
  }
  return terminal.during(texts.asking.gateway, () => askAgent(agent, 'exception/submit', ask))
}

function declined({ err, texts }: Terminal): Asked {
  err(texts.request.declined)
  return { kind: 'declined' }
}

async function chooseCheck(
  { checks, result_at }: ExceptionForm,
  snapshot: Snapshot,
  { terminal, view, words }: Asking,
): Promise<FailingCheck | 'no' | 'unknown' | 'declined'> {
  const { texts, err } = terminal
  const named = words.text('check')
  const names = checks.map(({ id }) => plainText(id)).join(', ')
  if (result_at === null) {
    err(texts.request.noVerdict)
    return 'unknown'
  }
  const [only, ...others] = checks
  if (only === undefined) {
    err(texts.request.noneFailing)
    return 'no'
  }
  if (named !== undefined) {
    const found = checks.find(({ id }) => id === named)
    if (found !== undefined) return found
    err(fillText(texts.request.notFailing, { check: plainText(named), checks: names }))
    return 'no'
  }
  if (others.length === 0) return only
  if (!terminal.canAsk) throw new UsageFault(fillText(texts.usage.missingOption, { given: '--check' }), names)
  err(view.paint.strong(texts.request.failingNow))
  checks.forEach((check, at) => {
    err(`  ${at + 1}. ${checkTitle(check.id, snapshot, view)} (${plainText(check.id)})`)
  })
  for (;;) {
    const line = await terminal.askLine(texts.request.chooseCheck)
    if (line === undefined) return 'declined'
    const chosen = checks[Number(line) - 1] ?? checks.find(({ id }) => id === line)
    if (chosen !== undefined) return chosen
    err(fillText(texts.request.noChoice, { choices: names }))
  }
}

function sayRemedy({ id }: FailingCheck, snapshot: Snapshot, view: StatusView, err: (line: string) => void): void {
  const { result } = snapshot
  const judged = result?.checks.find(({ check }) => check === id)
  if (result === null || judged === undefined) return
  err(view.paint.strong(view.cli.request.remedyFirst))
  for (const line of checkLines(judged, snapshot, result, view)) err(line)
}

async function chooseResources(
  offered: FailingCheck['resources'],
  { terminal, words }: Asking,
): Promise<string[] | undefined> {
  const { texts } = terminal
  const all = offered.map(({ id }) => id)
  const given = words.text('resource')
  const isKnown = (ids: readonly string[]) => ids.every((id) => all.includes(id))
  if (given !== undefined) {
    const ids = splitIds(given)
    if (ids.length > 0 && isKnown(ids)) return ids
    throw new UsageFault(
      fillText(texts.usage.wrongValue, { given: '--resource', value: plainText(given) }),
      fillText(texts.request.noChoice, { choices: all.join(', ') }),
    )
  }
  if (all.length === 1 || words.isSet('yes') || !terminal.canAsk) return all
  for (;;) {
    const line = await terminal.askLine(
      fillText(texts.request.whichResources, { all: all.map((id) => plainText(id)).join(', ') }),
    )
    if (line === undefined) return undefined
    const ids = line === '' ? all : splitIds(line)
    if (ids.length > 0 && isKnown(ids)) return ids
    terminal.err(fillText(texts.request.noChoice, { choices: all.join(', ') }))
  }
}

/** `undefined`: the gateway does not answer now. */
async function previewOf(
  agent: Pick<Transport, 'ask'>,
  question: Parameters<typeof askAgent<'exception/preview'>>[2],
  { terminal }: Asking,
): Promise<PreviewAnswer | undefined> {
  try {
    return await terminal.during(terminal.texts.asking.gateway, () => askAgent(agent, 'exception/preview', question))
  } catch (thrown) {
    if (isFailure(thrown, 'gateway_unreachable') || isFailure(thrown, 'unavailable')) return undefined
    throw thrown
  }
}

function limitsOf(preview: PreviewAnswer | undefined, { limits }: ExceptionForm): Limits {
  if (preview === undefined) return { ...limits, ticket: undefined }
  return { ...preview, ticket: preview.ticket }
}

function termsOf(preview: PreviewAnswer | undefined): string {
  if (preview === undefined) return ''
  const { stages, step_up, controls, risk_tier } = preview
  return JSON.stringify({ stages, step_up, controls, risk_tier })
}

function summaryLines(ask: SubmitQuestion, snapshot: Snapshot, view: StatusView): readonly string[] {
  const { request } = view.cli
  return [
    fillText(request.summary, {
      checks: checkNames(ask.checks, snapshot, view),
      resources: resourceNames(ask.resources, snapshot),
      duration: durationText(ask.duration_s, view),
      category: plainText(ask.category),
    }),
    `  ${plainText(ask.reason)}`,
  ]
}
