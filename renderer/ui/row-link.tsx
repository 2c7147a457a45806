import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'
import { Icon } from './icon.tsx'
import { RowText } from './surface.tsx'
import './row-link.css'

/** A whole row of `Rows` that leads somewhere. */
export function RowLink(props: {
  readonly mark?: ReactNode
  readonly text: ReactNode
  readonly note?: ReactNode
  readonly aside?: ReactNode
  readonly onPress: () => void
}) {
  const { onPress, ...said } = props
  return (
    <li className="row">
      <Button className="row-link" onPress={onPress}>
        <RowText {...said} />
        <span className="row-link-way">
          <Icon name="chevron" size={14} turns />
        </span>
      </Button>
    </li>
  )
}
