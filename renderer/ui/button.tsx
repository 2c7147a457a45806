import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'
import './button.css'

export type ButtonKind = 'primary' | 'quiet' | 'plain' | 'danger' | 'link'

export type ButtonProps = {
  readonly children: ReactNode
  readonly onPress?: () => void
  /** `primary`: the one clear action of a screen. `quiet`: beside it. `plain`: in a row. `danger`: takes something away. */
  readonly kind?: ButtonKind
  readonly icon?: IconName
  readonly isDisabled?: boolean
  /** Being done: the button keeps its place and focus, and takes no second press. */
  readonly isPending?: boolean
  readonly label?: string
  readonly type?: 'button' | 'submit'
  readonly slot?: 'close'
  readonly autoFocus?: boolean
  /** A name for drivers of pictures and tests, the same in every language. */
  readonly act?: string
}

export function Button(props: ButtonProps) {
  const { children, onPress, kind = 'quiet', icon, isDisabled, isPending, label, type, slot, autoFocus, act } = props
  return (
    <AriaButton
      className={`button button-${kind}`}
      type={type ?? 'button'}
      {...(onPress === undefined ? {} : { onPress })}
      {...(isDisabled === undefined ? {} : { isDisabled })}
      {...(isPending === undefined ? {} : { isPending })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(slot === undefined ? {} : { slot })}
      {...(autoFocus === undefined ? {} : { autoFocus })}
      {...(act === undefined ? {} : { 'data-act': act })}
    >
      {isPending === true ? (
        <span className="button-busy" aria-hidden="true" />
      ) : (
        icon && <Icon name={icon} size={16} />
      )}
      <span>{children}</span>
    </AriaButton>
  )
}

/** Buttons in a row, the clear one first; they wrap where room ends. */
export function Buttons({ children }: { readonly children: ReactNode }) {
  return <div className="buttons">{children}</div>
}
