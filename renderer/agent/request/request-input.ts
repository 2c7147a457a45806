import type { Draft, DraftQuestion, PreviewQuestion, SubmitQuestion } from '#contract/agent-exceptions.ts'
import { globMatch } from '#domain/exceptions/glob-match.ts'

/** What a person has put into the form; nothing is missing that they wrote, and anything may be. */
export type RequestInput = {
  readonly checks: readonly string[]
  readonly resources: readonly string[]
  readonly durationSeconds: number | undefined
  readonly category: string | undefined
  readonly reason: string
  readonly ticket: string
  readonly remedyBy: number | undefined
  readonly replaces: string | undefined
}

export const mostReason = 2000
export const mostTicket = 64
/** What the fields take and a draft keeps: more than may be sent, so that nothing that was written is cut unasked. */
export const mostKeptReason = 10_000
export const mostKeptTicket = 200
const mostChecks = 10
const mostResources = 20

/** By what the form allows; `ticket`: globs that it must match, separated by a space. */
export type InputLimits = {
  readonly max_duration_s: number
  readonly reason_min: number
  readonly categories: readonly string[]
  readonly ticket: string | undefined
}

export const inputFields = ['resources', 'duration', 'category', 'reason', 'ticket'] as const
export type InputField = (typeof inputFields)[number]
export type InputFault =
  | { readonly field: 'resources' | 'duration' | 'category'; readonly kind: 'missing' }
  | { readonly field: 'duration'; readonly kind: 'long' }
  | { readonly field: 'reason'; readonly kind: 'missing' | 'short' | 'long' }
  | { readonly field: 'ticket'; readonly kind: 'form' | 'long' }

export function inputOf(draft: Omit<Draft, 'draft_id' | 'saved_at' | 'clicked_at'>): RequestInput {
  return {
    checks: draft.checks,
    resources: draft.resources,
    durationSeconds: draft.duration_s,
    category: draft.category,
    reason: draft.reason ?? '',
    ticket: draft.ticket ?? '',
    remedyBy: draft.remedy_by,
    replaces: draft.replaces,
  }
}

/** Characters as people count them, without white space around them: so the gateway counts too. */
export function lengthOf(reason: string): number {
  return [...reason.trim()].length
}

/** What is missing or wrong, in the order of the form. The gateway judges; this only spares a way that leads nowhere. */
export function faultsOf(input: RequestInput, limits: InputLimits): readonly InputFault[] {
  const { resources, durationSeconds, category, reason, ticket } = input
  const faults: InputFault[] = []
  if (resources.length === 0) faults.push({ field: 'resources', kind: 'missing' })
  if (durationSeconds === undefined) faults.push({ field: 'duration', kind: 'missing' })
  else if (durationSeconds > limits.max_duration_s) faults.push({ field: 'duration', kind: 'long' })
  if (category === undefined || (limits.categories.length > 0 && !limits.categories.includes(category)))
    faults.push({ field: 'category', kind: 'missing' })
  if (lengthOf(reason) === 0) faults.push({ field: 'reason', kind: 'missing' })
  else if (lengthOf(reason) < limits.reason_min) faults.push({ field: 'reason', kind: 'short' })
  else if (reason.length > mostReason) faults.push({ field: 'reason', kind: 'long' })
  if (ticket.length > mostTicket) faults.push({ field: 'ticket', kind: 'long' })
  else if (!fits(ticket, limits.ticket)) faults.push({ field: 'ticket', kind: 'form' })
  return faults
}

function fits(ticket: string, globs: string | undefined): boolean {
  return (globs ?? '')
    .split(' ')
    .filter((glob) => glob !== '')
    .every((glob) => globMatch(ticket, glob))
}

export type NamedDraft = DraftQuestion & { readonly draft_id: string }

/** As it is kept on disk: whole, also what is too long to be sent. */
export function draftOf(input: RequestInput, draftId: string): NamedDraft {
  const { checks, resources, durationSeconds, category, reason, ticket, remedyBy, replaces } = input
  return {
    draft_id: draftId,
    checks: checks.slice(0, mostChecks),
    resources: resources.slice(0, mostResources),
    ...(durationSeconds === undefined ? {} : { duration_s: durationSeconds }),
    ...(category === undefined ? {} : { category }),
    ...(reason === '' ? {} : { reason: reason.slice(0, mostKeptReason) }),
    ...(ticket === '' ? {} : { ticket: ticket.slice(0, mostKeptTicket) }),
    ...(remedyBy === undefined ? {} : { remedy_by: remedyBy }),
    ...(replaces === undefined ? {} : { replaces }),
  }
}

/** Undefined while something that the question needs is missing. */
export function submissionOf(input: RequestInput, draftId: string): SubmitQuestion | undefined {
  const { durationSeconds, category, reason, ticket } = input
  const {
    duration_s: _duration,
    category: _category,
    reason: _reason,
    ticket: _ticket,
    ...rest
  } = draftOf(input, draftId)
  if (durationSeconds === undefined || category === undefined || reason === '') return undefined
  return { ...rest, duration_s: durationSeconds, category, reason, ...(ticket === '' ? {} : { ticket }) }
}

/** Undefined where nothing is chosen that could be judged. */
export function previewOf(input: RequestInput): PreviewQuestion | undefined {
  const { checks, resources, durationSeconds, category } = input
  if (checks.length === 0 || resources.length === 0) return undefined
  return {
    checks: [...checks],
    resources: [...resources],
    ...(durationSeconds === undefined ? {} : { duration_s: durationSeconds }),
    ...(category === undefined ? {} : { category }),
  }
}
