import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { CheckboxGroup, type Choice, RadioGroup, Select } from '../../ui/choice.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { useTexts } from '../texts.tsx'
import { dayWords, endsOfDays } from './days.ts'
import { durations } from './durations.ts'
import type { FieldFaults } from './field-faults.ts'
import type { FormCheck } from './request-beginning.ts'
import {
  type InputLimits,
  lengthOf,
  mostKeptReason,
  mostKeptTicket,
  mostReason,
  type RequestInput,
} from './request-input.ts'

const daysAhead = 15
const noPromise = 'none'

/** What a person may choose and write, in the order in which it is asked for. */
export function RequestFields(props: {
  readonly input: RequestInput
  readonly check: FormCheck
  readonly limits: InputLimits
  readonly faults: FieldFaults
  readonly texts: RequestTexts
  readonly isDisabled: boolean
  readonly onChange: (part: Partial<RequestInput>) => void
}) {
  const { input, check, limits, faults, texts, isDisabled, onChange } = props
  const names = useExceptionNames()
  const { say, span, plain } = useTexts()
  const days = useDays(input.remedyBy, texts)
  const { ask, counter } = texts
  const n = lengthOf(input.reason)
  const categories = withChosen(limits.categories, input.category)
  return (
    <Section title={ask.title}>
      <Surface>
        <div className="request-fields">
          <CheckboxGroup
            label={ask.resources}
            choices={resourceChoices(check, input.resources, ask.notOffered).map(({ label, ...choice }) => ({
              ...choice,
              label: plain(label, 200),
            }))}
            value={input.resources}
            onChange={(resources) => onChange({ resources })}
            fault={faults.resources}
            isDisabled={isDisabled}
          />
          <RadioGroup
            label={ask.duration}
            inline
            choices={durations(limits.max_duration_s, input.durationSeconds).map((seconds) => ({
              id: String(seconds),
              label: span(seconds),
              isDisabled: seconds > limits.max_duration_s && seconds !== input.durationSeconds,
            }))}
            value={input.durationSeconds === undefined ? null : String(input.durationSeconds)}
            onChange={(id) => onChange({ durationSeconds: Number(id) })}
            fault={faults.duration}
            isDisabled={isDisabled}
          />
          <RadioGroup
            label={ask.category}
            inline
            choices={categories.map((id) => ({ id, label: names.category(id) }))}
            value={input.category ?? null}
            onChange={(category) => onChange({ category })}
            fault={faults.category}
            isDisabled={isDisabled}
          />
          <TextArea
            label={ask.reason}
            help={ask.reasonHelp}
            value={input.reason}
            onChange={(reason) => onChange({ reason })}
            maxLength={mostKeptReason}
            fault={faults.reason}
            isDisabled={isDisabled}
            counter={
              n < limits.reason_min
                ? say(counter.short, { n, least: limits.reason_min })
                : say(counter.enough, { n, most: mostReason })
            }
          />
          <div className="request-pair">
            <TextField
              label={ask.ticket}
              help={
                limits.ticket === undefined ? ask.optional : say(ask.ticketHelp, { form: plain(limits.ticket, 200) })
              }
              value={input.ticket}
              onChange={(ticket) => onChange({ ticket })}
              maxLength={mostKeptTicket}
              fault={faults.ticket}
              isDisabled={isDisabled}
              isCode
            />
            <Select
              label={ask.remedyBy}
              help={ask.remedyByHelp}
              choices={days}
              value={input.remedyBy === undefined ? noPromise : String(input.remedyBy)}
              onChange={(id) => onChange({ remedyBy: id === noPromise ? undefined : Number(id) })}
              fault={faults.remedyBy}
              isDisabled={isDisabled}
            />
          </div>
        </div>
      </Surface>
    </Section>
  )
}

/** What the check closes; where no exception is allowed it cannot be chosen, only given up. */
function resourceChoices(check: FormCheck, chosen: readonly string[], notOffered: string): readonly Choice[] {
  return check.resources.map(({ id, name, offered }) => ({
    id,
    label: name,
    ...(offered ? {} : { note: notOffered, isDisabled: !chosen.includes(id) }),
  }))
}

function withChosen(categories: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || categories.includes(chosen) ? categories : [...categories, chosen]
}

/** No promise, then each day for two weeks; a day that was promised before stays among them. */
function useDays(promised: number | undefined, texts: RequestTexts): readonly Choice[] {
  const { now, locale, say } = useTexts()
  const { ask } = texts
  const ends = endsOfDays(now, daysAhead)
  const all = promised === undefined || ends.includes(promised) ? ends : [promised, ...ends]
  const labelOf = (end: number) => {
    const day = dayWords(end, locale)
    if (end === ends[0]) return say(ask.today, { day })
    return end === ends[1] ? say(ask.tomorrow, { day }) : day
  }
  return [{ id: noPromise, label: ask.noPromise }, ...all.map((end) => ({ id: String(end), label: labelOf(end) }))]
}
