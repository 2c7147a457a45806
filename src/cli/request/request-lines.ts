import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { PreviewAnswer } from '#contract/exception-answers.ts'
import { fillText } from '#contract/fill-text.ts'
import { inMode } from '#contract/in-mode.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { type ExitCode, exitCode } from '../exit-codes.ts'
import { layPairs } from '../print/lay-table.ts'
import { plainText } from '../print/plain-text.ts'
import { checkTitle } from '../status/finding-lines.ts'
import { type StatusView, timeOf } from '../status/status-view.ts'
import { durationText } from './duration.ts'

type Refusals = ShownRequest['refusal']

/** How a command about a request ends: 1 where it was refused, denied or is over without approval, 3 while that is open. */
export function exitOfRequest({ state, proven }: Pick<ShownRequest, 'state' | 'proven'>): ExitCode {
  if (isOpen(state)) return exitCode.partly
  if (state !== 'approved') return exitCode.no
  return proven ? exitCode.yes : exitCode.partly
}

/** Whether nothing more will happen to it. */
export function isOverForGood({ state, grant }: ShownRequest): boolean {
  if (isOpen(state)) return false
  return state !== 'approved' || (grant !== null && !isLive(grant.state))
}

export function checkNames(ids: readonly string[], snapshot: Snapshot, view: StatusView): string {
  return ids.map((id) => checkTitle(id, snapshot, view)).join(', ')
}

export function resourceNames(ids: readonly string[], { result }: Snapshot): string {
  return ids.map((id) => plainText(result?.resources.find((each) => each.id === id)?.name ?? id)).join(', ')
}

/** One sentence for where a request stands, with its reason. */
export function requestSentence(request: ShownRequest, snapshot: Snapshot, view: StatusView): string {
  const { request: texts, common } = view.cli
  const { grant, state, votes, waiting_for, decide_by, thread } = request
  const reasons = [request.why, grant === null || isLive(grant.state) ? null : grant.cause].filter(
    (reason) => reason !== null && reason !== '',
  )
  const because = reasons.length === 0 ? '' : `, ${fillText(texts.because, { reason: plainText(reasons.join('; ')) })}`
  if (state === 'approved' && grant !== null) {
    const end = grant.ended_at ?? grant.not_after
    return `${fillText(texts.grants[grant.state], {
      time: end === null ? common.unknown : timeOf(end, view),
      from: grant.not_before === null ? common.unknown : timeOf(grant.not_before, view),
      checks: checkNames(grant.checks, snapshot, view),
      resources: resourceNames(grant.resources, snapshot),
    })}${because}`
  }
  const asked = thread.findLast(({ from }) => from === 'approver')
  if (state === 'info_needed' && asked !== undefined)
    return fillText(texts.asks, { by: plainText(asked.by ?? texts.approver), text: plainText(asked.text) })
  const says = fillText(texts.states[state], {
    have: votes?.have ?? 0,
    need: votes?.need ?? common.unknown,
    who: waiting_for.length === 0 ? common.unknown : waiting_for.map((stage) => plainText(stage)).join(', '),
    time: decide_by === null ? common.unknown : timeOf(decide_by, view),
  })
  return `${says}${because}`
}

/** What follows from where it stands: the page to open, a refusal's reasons, that an approval is not proven. */
export function requestDetails(request: ShownRequest, view: StatusView): readonly string[] {
  const { request: texts } = view.cli
  return [
    ...(request.step_up_url === null ? [] : [texts.openPage, `  ${plainText(request.step_up_url)}`]),
    ...refusalLines(request.refusal, view),
    ...(request.state === 'approved' && !request.proven ? [texts.unproven] : []),
  ]
}

export function refusalLines(refusals: Refusals, view: StatusView): readonly string[] {
  const { request: texts } = view.cli
  return refusals.map(({ code, limit, left }) => {
    const says = Object.hasOwn(texts.refusals, code) ? ownText(code, texts.refusals) : plainText(code)
    if (limit === null) return `  - ${says}`
    const isTime = code === 'duration' || code === 'total'
    const shown = (n: number | null) =>
      n === null
        ? view.cli.common.unknown
        : isTime
          ? durationText(n, view)
          : code === 'cooldown'
            ? timeOrSpan(n, view)
            : n
    return `  - ${says} (${fillText(texts.limit, { limit: shown(limit), left: shown(left) })})`
  })
}

/** A moment or a span: moments are far larger than any span. */
function timeOrSpan(n: number, view: StatusView): string {
  return n > 1_000_000_000 ? timeOf(n, view) : durationText(n, view)
}

function ownText(code: string, texts: { readonly [code: string]: string }): string {
  return texts[code] ?? code
}

/** What an exception would take and leave, before anything is asked for. */
export function previewLines(preview: PreviewAnswer, view: StatusView): readonly string[] {
  const { request: texts } = view.cli
  const stages = preview.stages.map(({ id, need }) => fillText(texts.approval, { n: need, stage: plainText(id) }))
  const pairs: (readonly [string, string])[] = [
    [texts.longest, durationText(preview.max_duration_s, view)],
    [texts.totalLeft, durationText(preview.total_left_s, view)],
    [texts.quotaLeft, String(preview.quota_left)],
    [texts.riskTier, plainText(preview.risk_tier)],
    [texts.approvals, stages.length === 0 ? texts.noApproval : stages.join(', ')],
    [
      texts.stepUp,
      Object.hasOwn(texts.stepUps, preview.step_up)
        ? ownText(preview.step_up, texts.stepUps)
        : plainText(preview.step_up),
    ],
  ]
  if (preview.controls.length > 0) pairs.push([texts.controls, preview.controls.map((id) => plainText(id)).join(', ')])
  if (preview.ticket !== undefined) pairs.push([texts.ticketForm, plainText(preview.ticket)])
  return [
    ...layPairs(pairs, view.columns, '  '),
    ...refusalLines([...(preview.refusal ?? [])], view),
    ...(preview.cooldown_until === undefined || preview.cooldown_until <= view.now
      ? []
      : [`  ${fillText(texts.again, { time: timeOf(preview.cooldown_until, view) })}`]),
  ]
}

/** Everything of one request. */
export function wholeRequest(request: ShownRequest, snapshot: Snapshot, view: StatusView): readonly string[] {
  const { request: texts } = view.cli
  const pairs: (readonly [string, string])[] = [
    [texts.id, request.request_id],
    [texts.check, checkNames(request.checks, snapshot, view)],
    [texts.resources, resourceNames(request.resources, snapshot)],
  ]
  if (request.duration_s !== null) pairs.push([texts.requested, durationText(request.duration_s, view)])
  const controls = request.grant?.controls ?? request.controls
  if (controls.length > 0) pairs.push([texts.controls, controls.map((id) => plainText(id)).join(', ')])
  if (request.log_index !== null) pairs.push([texts.logIndex, String(request.log_index)])
  const thread = request.thread.map(
    ({ from, by, at, text }) =>
      `  ${timeOf(at, view)} ${from === 'requester' ? texts.you : plainText(by ?? texts.approver)}: ${plainText(text)}`,
  )
  return [
    view.paint.strong(requestSentence(request, snapshot, view)),
    ...requestDetails(request, view),
    '',
    ...layPairs(pairs, view.columns),
    ...(thread.length === 0 ? [] : ['', texts.thread, ...thread]),
  ]
}

export function lookAgain(requestId: string, snapshot: Snapshot, view: StatusView): string {
  return inMode(fillText(view.cli.request.goesOn, { id: requestId }), snapshot.development)
}
