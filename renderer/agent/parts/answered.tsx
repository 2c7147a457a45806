import type { ReactNode } from 'react'
import { Busy } from '../../ui/busy.tsx'
import type { Asked } from '../ask.ts'
import { useTexts } from '../texts.tsx'
import { FailureBanner } from './failure-banner.tsx'

/** What came of a question: "Reading…" while it is open, the failure with a way to ask again, or what `children` make of the answer. */
export function Answered<Value>(props: {
  readonly asked: Asked<Value>
  readonly again?: () => void
  readonly children: (value: Value) => ReactNode
}) {
  const { asked, again, children } = props
  const { shared } = useTexts()
  switch (asked.kind) {
    case 'answered':
      return children(asked.value)
    case 'failed':
      return <FailureBanner refusal={asked.refusal} onAgain={again} />
    default:
      return <Busy text={shared.reading} />
  }
}
