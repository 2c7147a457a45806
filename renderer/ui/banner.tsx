import type { ReactNode } from 'react'
import './banner.css'
import { type MarkKind, StateMark } from './state-mark.tsx'

export type BannerTone = 'note' | 'attention' | 'failure' | 'offline'

const marks: { readonly [Tone in BannerTone]: MarkKind } = {
  note: 'pending',
  attention: 'attention',
  failure: 'refused',
  offline: 'offline',
}

/** One thing that holds for the whole screen or form: a sentence, why or what to do next, and what can be done. */
export function Banner(props: {
  readonly tone: BannerTone
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** Small print, as a failure's code. */
  readonly code?: string
}) {
  const { tone, title, children, actions, code } = props
  return (
    <div className={`banner banner-${tone}`}>
      <StateMark kind={marks[tone]} />
      <div className="banner-body">
        <p className="banner-title">{title}</p>
        {children !== undefined && <div className="banner-text">{children}</div>}
        {code !== undefined && <p className="banner-code">{code}</p>}
        {actions !== undefined && <div className="banner-actions">{actions}</div>}
      </div>
    </div>
  )
}
