import { useState } from 'react'
import type { Asked, Refusal } from '../ask.ts'

/** The last answer stays while it is asked again, and when that fails; the failure stands beside it. */
export function useKept<Value>(asked: Asked<Value>): {
  readonly value: Value | undefined
  readonly refusal: Refusal | undefined
} {
  const [kept, keep] = useState<Value | undefined>(undefined)
  if (asked.kind === 'answered' && asked.value !== kept) keep(asked.value)
  return {
    value: asked.kind === 'answered' ? asked.value : kept,
    refusal: asked.kind === 'failed' ? asked.refusal : undefined,
  }
}
