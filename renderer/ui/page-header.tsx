import { type ReactNode, useEffect, useRef } from 'react'
import './page-header.css'
import { ArchMark, type MarkKind } from './state-mark.tsx'

/**
 * The head of a screen: its title (the one h1, also the window's title), how things stand in one sentence, small print, and
 * the next step. It takes the focus when the screen appears, so that a screen reader begins here.
 */
export function PageHeader(props: {
  readonly title: string
  readonly sentence?: ReactNode
  readonly mark?: MarkKind
  /** Instead of a mark, where there is no state to tell. */
  readonly emblem?: ReactNode
  readonly note?: ReactNode
  readonly actions?: ReactNode
  /** A way back, above the title. */
  readonly back?: ReactNode
}) {
  const { title, sentence, mark, emblem, note, actions, back } = props
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [])
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <header className="page-header">
      {back !== undefined && <div className="page-back">{back}</div>}
      <div className="page-head">
        {mark === undefined ? emblem : <ArchMark kind={mark} />}
        <div className="page-said">
          <h1 ref={heading} tabIndex={-1} className={sentence === undefined ? 'page-title page-alone' : 'page-title'}>
            {title}
          </h1>
          {sentence !== undefined && <p className="page-sentence">{sentence}</p>}
          {note !== undefined && <div className="page-note">{note}</div>}
        </div>
      </div>
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </header>
  )
}
