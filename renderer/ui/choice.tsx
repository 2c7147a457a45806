import type { ReactNode } from 'react'
import {
  Checkbox as AriaCheckbox,
  CheckboxGroup as AriaCheckboxGroup,
  Label as AriaLabel,
  Radio as AriaRadio,
  RadioGroup as AriaRadioGroup,
  Select as AriaSelect,
  Button,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from 'react-aria-components'
import { FieldNotes, type FieldProps, fieldState } from './field.tsx'
import { Icon } from './icon.tsx'
import './choice.css'

export type Choice<Id extends string = string> = {
  readonly id: Id
  readonly label: string
  /** Said below it, in soft words. */
  readonly note?: ReactNode
  readonly isDisabled?: boolean
  /** A name for drivers of pictures and tests. */
  readonly act?: string
}

type OneProps<Id extends string> = FieldProps & {
  readonly choices: readonly Choice<Id>[]
  readonly value: Id | null
  readonly onChange: (id: Id) => void
}

/** One of many, behind a button. */
export function Select<Id extends string>(props: OneProps<Id> & { readonly placeholder?: string }) {
  const { choices, value, onChange, label, placeholder, ...field } = props
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={(key) => choose(choices, key, onChange)}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...fieldState({ label, ...field })}
    >
      <AriaLabel className="field-label">{label}</AriaLabel>
      <Button className="field-input select-button">
        <SelectValue className="select-value" />
        <Icon name="down" size={14} />
      </Button>
      <FieldNotes {...field} />
      <Popover className="select-popover" offset={4}>
        <ListBox className="select-list">
          {choices.map((choice) => (
            <ListBoxItem
              key={choice.id}
              id={choice.id}
              className="select-item"
              textValue={choice.label}
              isDisabled={choice.isDisabled ?? false}
            >
              {({ isSelected }) => (
                <>
                  <span className="select-tick">{isSelected && <Icon name="check" size={14} />}</span>
                  <span>{choice.label}</span>
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

/** One of few, all in sight. `inline`: in a row, as durations are. */
export function RadioGroup<Id extends string>(props: OneProps<Id> & { readonly inline?: boolean }) {
  const { choices, value, onChange, label, inline = false, ...field } = props
  return (
    <AriaRadioGroup
      className="field"
      value={value}
      onChange={(key) => choose(choices, key, onChange)}
      {...fieldState({ label, ...field })}
    >
      <AriaLabel className="field-label">{label}</AriaLabel>
      <div className={inline ? 'choices choices-inline' : 'choices'}>
        {choices.map((choice) => (
          <AriaRadio
            key={choice.id}
            value={choice.id}
            className={inline ? 'pill' : 'choice'}
            isDisabled={choice.isDisabled ?? false}
            data-act={choice.act}
          >
            {!inline && <span className="choice-dot" aria-hidden="true" />}
            <ChoiceText {...choice} />
          </AriaRadio>
        ))}
      </div>
      <FieldNotes {...field} />
    </AriaRadioGroup>
  )
}

/** Any of several. */
export function CheckboxGroup<Id extends string>(
  props: FieldProps & {
    readonly choices: readonly Choice<Id>[]
    readonly value: readonly Id[]
    readonly onChange: (ids: readonly Id[]) => void
  },
) {
  const { choices, value, onChange, label, ...field } = props
  return (
    <AriaCheckboxGroup
      className="field"
      value={[...value]}
      onChange={(keys) => onChange(choices.filter(({ id }) => keys.includes(id)).map(({ id }) => id))}
      {...fieldState({ label, ...field })}
    >
      <AriaLabel className="field-label">{label}</AriaLabel>
      <div className="choices">
        {choices.map((choice) => (
          <AriaCheckbox key={choice.id} value={choice.id} className="choice" isDisabled={choice.isDisabled ?? false}>
            <CheckBox />
            <ChoiceText {...choice} />
          </AriaCheckbox>
        ))}
      </div>
      <FieldNotes {...field} />
    </AriaCheckboxGroup>
  )
}

/** Yes or no, once. */
export function Checkbox(props: {
  readonly label: string
  readonly note?: ReactNode
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
}) {
  return (
    <AriaCheckbox
      className="choice"
      isSelected={props.isSelected}
      onChange={props.onChange}
      isDisabled={props.isDisabled ?? false}
    >
      <CheckBox />
      <ChoiceText label={props.label} note={props.note} />
    </AriaCheckbox>
  )
}

function CheckBox() {
  return (
    <span className="choice-box" aria-hidden="true">
      <Icon name="check" size={12} />
    </span>
  )
}

function ChoiceText({ label, note }: Pick<Choice, 'label' | 'note'>) {
  return (
    <span className="choice-text">
      <span>{label}</span>
      {note !== undefined && <span className="choice-note soft">{note}</span>}
    </span>
  )
}

function choose<Id extends string>(choices: readonly Choice<Id>[], key: unknown, onChange: (id: Id) => void): void {
  const chosen = choices.find(({ id }) => id === key)
  if (chosen !== undefined) onChange(chosen.id)
}
