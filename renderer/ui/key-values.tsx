import { Fragment, type ReactNode } from 'react'
import './key-values.css'

/** Names and what stands for them, in two columns that become one where room ends. An entry without a value is left out. */
export function KeyValues({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ReactNode | undefined])[]
}) {
  return (
    <dl className="key-values">
      {rows.map(
        ([name, value]) =>
          value !== undefined && (
            <Fragment key={name}>
              <dt className="key-name soft">{name}</dt>
              <dd className="key-value">{value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  )
}
