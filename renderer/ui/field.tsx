import type { ReactNode } from 'react'
import {
  FieldError as AriaFieldError,
  Label as AriaLabel,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  Input,
  Text,
} from 'react-aria-components'
import './field.css'

export type FieldProps = {
  readonly label: string
  readonly help?: ReactNode
  /** What is wrong with it, in words; left out, nothing is. */
  readonly fault?: string | undefined
  readonly isRequired?: boolean
  readonly isDisabled?: boolean
}

type TextProps = FieldProps & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly maxLength?: number
  readonly autoFocus?: boolean
  readonly onBlur?: () => void
  /** A name for drivers of pictures and tests. */
  readonly act?: string
}

/** One line of text. Addresses and codes: `isCode`, in a fixed-width face and always from left to right. */
export function TextField(props: TextProps & { readonly isCode?: boolean }) {
  const { maxLength, autoFocus, onBlur, isCode, act, ...field } = props
  return (
    <AriaTextField
      className="field"
      value={field.value}
      onChange={field.onChange}
      {...fieldState(field)}
      {...(maxLength === undefined ? {} : { maxLength })}
      {...(autoFocus === undefined ? {} : { autoFocus })}
      {...(onBlur === undefined ? {} : { onBlur })}
      autoComplete="off"
      spellCheck="false"
    >
      <AriaLabel className="field-label">{field.label}</AriaLabel>
      <Input
        className={isCode ? 'field-input field-code' : 'field-input'}
        {...(isCode ? { dir: 'ltr' } : {})}
        data-act={act}
      />
      <FieldNotes {...field} />
    </AriaTextField>
  )
}

/** Several lines; `counter` says how many characters there are, and of how many, in words. */
export function TextArea(props: TextProps & { readonly rows?: number; readonly counter?: string }) {
  const { maxLength, autoFocus, onBlur, rows, counter, act, ...field } = props
  return (
    <AriaTextField
      className="field"
      value={field.value}
      onChange={field.onChange}
      {...fieldState(field)}
      {...(maxLength === undefined ? {} : { maxLength })}
      {...(autoFocus === undefined ? {} : { autoFocus })}
      {...(onBlur === undefined ? {} : { onBlur })}
      spellCheck="false"
    >
      <AriaLabel className="field-label">{field.label}</AriaLabel>
      <AriaTextArea className="field-input field-area" rows={rows ?? 4} data-act={act} />
      {counter !== undefined && <span className="field-counter soft">{counter}</span>}
      <FieldNotes {...field} />
    </AriaTextField>
  )
}

/** What React Aria is told of a field; parts left out stay out. */
export function fieldState({ fault, isRequired, isDisabled }: FieldProps) {
  return {
    isInvalid: fault !== undefined,
    validationBehavior: 'aria' as const,
    ...(isRequired === undefined ? {} : { isRequired }),
    ...(isDisabled === undefined ? {} : { isDisabled }),
  }
}

/** Help below a field, and what is wrong with it. Both are read with the field. */
export function FieldNotes({ help, fault }: Pick<FieldProps, 'help' | 'fault'>) {
  return (
    <>
      {help !== undefined && (
        <Text slot="description" className="field-help soft">
          {help}
        </Text>
      )}
      {fault !== undefined && <AriaFieldError className="field-fault">{fault}</AriaFieldError>}
    </>
  )
}
