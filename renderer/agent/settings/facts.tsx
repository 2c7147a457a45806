import type { ComponentProps } from 'react'
import { KeyValues } from '../../ui/key-values.tsx'

/** Names and values, in columns as wide as in every other part of this screen. */
export function Facts({ rows }: ComponentProps<typeof KeyValues>) {
  return (
    <div className="facts">
      <KeyValues rows={rows} />
    </div>
  )
}
