import { type ReactNode, useId } from 'react'
import './surface.css'

/** A part of a screen with a heading of its own. `aside`: a number or a link at the end of its line. */
export function Section(props: {
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id} className="section-title">
          {props.title}
        </h2>
        {props.aside !== undefined && <span className="section-aside soft">{props.aside}</span>}
      </div>
      {props.note !== undefined && <p className="section-note soft">{props.note}</p>}
      {props.children}
    </section>
  )
}

/** One soft surface for things that belong together. Never one inside another. */
export function Surface({ children, padded = true }: { readonly children: ReactNode; readonly padded?: boolean }) {
  return <div className={padded ? 'surface surface-padded' : 'surface'}>{children}</div>
}

/** Rows of one surface, parted by hairlines. Its children are `Row`s. */
export function Rows({ children, label }: { readonly children: ReactNode; readonly label?: string }) {
  return (
    <ul className="surface rows" {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </ul>
  )
}

/** One row. With `mark`, `text`, `note`, `aside` it is laid out; with children alone they fill it (a `Disclosure`). */
export function Row(props: {
  readonly mark?: ReactNode
  readonly text?: ReactNode
  readonly note?: ReactNode
  readonly aside?: ReactNode
  readonly children?: ReactNode
}) {
  if (props.text === undefined) return <li className="row">{props.children}</li>
  return (
    <li className="row row-plain">
      <RowText {...props} />
      {props.children}
    </li>
  )
}

/** What a row says: a mark, a name with a note below it, and something at its end. Also the summary of a `Disclosure`. */
export function RowText(props: {
  readonly mark?: ReactNode
  readonly text?: ReactNode
  readonly note?: ReactNode
  readonly aside?: ReactNode
}) {
  return (
    <span className="row-line">
      {props.mark}
      <span className="row-said">
        <span className="row-text">{props.text}</span>
        {props.note !== undefined && <span className="row-note soft">{props.note}</span>}
      </span>
      {props.aside !== undefined && <span className="row-aside">{props.aside}</span>}
    </span>
  )
}
