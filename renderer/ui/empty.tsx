import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './empty.css'

/** Where there is nothing: says so, and what would be here. */
export function Empty(props: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={props.icon} size={28} />
      </span>
      <p className="empty-title">{props.title}</p>
      {props.children !== undefined && <div className="soft">{props.children}</div>}
      {props.actions !== undefined && <div className="empty-actions">{props.actions}</div>}
    </div>
  )
}
