import type { ReactNode } from 'react'
import { Row } from '../../ui/surface.tsx'
import type { Refusal } from '../ask.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { ManagedNote } from './managed-note.tsx'

/** One setting: its name, what it means now, and the control at its end; or its value, where the organisation decides it. */
export function SettingRow(props: {
  readonly name: string
  readonly note?: ReactNode
  readonly control?: ReactNode
  /** What is in force, in words: shown instead of the control where it cannot be changed here. */
  readonly value?: string
  readonly isManaged?: boolean
  readonly refusal?: Refusal | undefined
  readonly children?: ReactNode
}) {
  const { name, note, control, value, isManaged = false, refusal, children } = props
  return (
    <Row>
      <div className="setting">
        <div className="setting-line">
          <div className="setting-said">
            <span className="setting-name" aria-hidden={control !== undefined && !isManaged}>
              {name}
            </span>
            {note !== undefined && <span className="setting-note soft">{note}</span>}
            {isManaged && <ManagedNote />}
          </div>
          {isManaged || control === undefined ? (
            value !== undefined && <span className="setting-value">{value}</span>
          ) : (
            <div className="setting-control">{control}</div>
          )}
        </div>
        {children}
        {refusal !== undefined && <FailureBanner refusal={refusal} />}
      </div>
    </Row>
  )
}
