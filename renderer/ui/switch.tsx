import { Switch as AriaSwitch } from 'react-aria-components'
import './switch.css'

/** On or off, at once. Its name is heard; who shows it writes the name beside it. */
export function Switch(props: {
  readonly label: string
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
  readonly act?: string
}) {
  return (
    <AriaSwitch
      className="switch"
      aria-label={props.label}
      isSelected={props.isSelected}
      onChange={props.onChange}
      isDisabled={props.isDisabled ?? false}
      {...(props.act === undefined ? {} : { 'data-act': props.act })}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
    </AriaSwitch>
  )
}
