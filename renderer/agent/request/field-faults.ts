import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { faultText } from '#contract/texts/fault-text.ts'
import { exactSpanText } from '#contract/texts/time-words.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import type { Fault } from '#domain/reason.ts'
import type { Refusal } from '../ask.ts'
import type { ExceptionNames } from '../parts/exception-names.ts'
import type { Speech } from '../texts.tsx'
import { refusalWords } from './refusal-words.ts'
import type { InputFault, InputField, InputLimits, RequestInput } from './request-input.ts'
import { mostReason, mostTicket } from './request-input.ts'

export type FieldFaults = { readonly [Field in InputField | 'remedyBy']?: string | undefined }

type Refused = ShownRequest['refusal'][number]
/** What the gateway said of a field: a judgement by its code, or the sentence of a limit. */
export type RefusedField = { readonly field: keyof FieldFaults; readonly refused: Refused | string }

const fieldOfCode: { readonly [code: string]: keyof FieldFaults } = {
  not_exemptable: 'resources',
  outside_policy: 'resources',
  duration: 'duration',
  total: 'duration',
  justification: 'reason',
}
const fieldOfPointer: { readonly [name: string]: keyof FieldFaults } = {
  resources: 'resources',
  duration_s: 'duration',
  category: 'category',
  reason: 'reason',
  ticket: 'ticket',
  remedy_by: 'remedyBy',
}

const noCategory: Fault = 'is none of the categories'

/** Which fields a refusal is about; what is about none of them is said for the whole form. */
export function refusedFields(refusal: readonly Refused[], failed: Refusal | undefined): readonly RefusedField[] {
  const judged = refusal.flatMap((refused) => {
    const field = Object.hasOwn(fieldOfCode, refused.code) ? fieldOfCode[refused.code] : undefined
    return field === undefined ? [] : [{ field, refused }]
  })
  return [...judged, ...limitsBroken(failed?.details?.['errors'])]
}

function limitsBroken(errors: unknown): readonly RefusedField[] {
  if (!Array.isArray(errors)) return []
  return errors.flatMap((error: unknown) => {
    if (typeof error !== 'object' || error === null || !('pointer' in error) || !('detail' in error)) return []
    const { pointer, detail } = error
    if (typeof pointer !== 'string' || typeof detail !== 'string') return []
    const name = pointer.replace(/^\/(ask\/)?/, '').split('/')[0] ?? ''
    const field = Object.hasOwn(fieldOfPointer, name) ? fieldOfPointer[name] : undefined
    return field === undefined ? [] : [{ field, refused: detail }]
  })
}

/** A sentence for each field that something is wrong with. What is missing is said once the person has tried to send it. */
export function faultWords(from: {
  readonly faults: readonly InputFault[]
  readonly refused: readonly RefusedField[]
  readonly isJudged: boolean
  readonly limits: InputLimits
  readonly input: RequestInput
  readonly texts: RequestTexts
  readonly speech: Speech
  readonly names: ExceptionNames
}): FieldFaults {
  const { faults, refused, isJudged, limits, input, texts, speech, names } = from
  const said: { -readonly [Field in keyof FieldFaults]: string } = {}
  for (const each of refused)
    said[each.field] ??=
      typeof each.refused === 'string'
        ? limitWords(each.field, each.refused)
        : refusalWords(each.refused, texts.refusal, names, speech)
  for (const fault of faults) if (isJudged || fault.kind === 'long') said[fault.field] ??= wordsOf(fault)
  return said

  /** Limits that every gateway knows have words of ours; what else it says is quoted. */
  function limitWords(field: keyof FieldFaults, detail: string): string {
    const { say, plain, locale, sayReason } = speech
    const [, bound, digits] = /^at (most|least) (\d{1,9})(?: seconds| characters)?$/.exec(detail) ?? []
    const n = Number(digits)
    if (field === 'duration' && bound === 'most')
      return say(texts.faults.durationLong, { most: exactSpanText(n, locale) })
    if (field === 'reason' && bound === 'least') return say(texts.faults.reasonShort, { least: n })
    if (field === 'category' && detail === noCategory) return texts.faults.category
    return say(texts.faults.said, { detail: plain(faultText(detail, locale, sayReason), 200) })
  }

  function wordsOf(fault: InputFault): string {
    const { say, span } = speech
    const { faults: words } = texts
    switch (fault.field) {
      case 'resources':
        return words.resources
      case 'duration':
        return fault.kind === 'missing'
          ? words.duration
          : say(words.durationLong, { most: span(limits.max_duration_s) })
      case 'category':
        return words.category
      case 'reason':
        if (fault.kind === 'long')
          return say(words.reasonLong, { n: input.reason.length - mostReason, most: mostReason })
        return fault.kind === 'missing' ? words.reasonEmpty : say(words.reasonShort, { least: limits.reason_min })
      case 'ticket':
        return fault.kind === 'long'
          ? say(words.ticketLong, { most: mostTicket })
          : say(words.ticket, { form: limits.ticket ?? '' })
    }
  }
}
