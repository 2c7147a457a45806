import { type DraftRefusal, mostKeptDetails } from '#contract/agent-exceptions.ts'
import type { Failure } from '#domain/failure.ts'

type Kept = DraftRefusal['details'][string]

/** A failure as it stays with its draft: sentences are filled from strings and numbers, fields marked by `errors`. Bounded. */
export function keptRefusal({ code, details }: Failure, at: number): DraftRefusal {
  const kept = Object.entries(details).flatMap(([name, value]): [string, Kept][] => {
    const short = shortened(value)
    return short === undefined || name.length > 40 ? [] : [[name, short]]
  })
  return { code, at, details: Object.fromEntries(kept.slice(0, mostKeptDetails)) }
}

function shortened(value: unknown): Kept | undefined {
  if (typeof value === 'string') return value.slice(0, 400)
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (!Array.isArray(value)) return undefined
  const issues = value.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('pointer' in each) || !('detail' in each)) return []
    const { pointer, detail } = each
    if (typeof pointer !== 'string' || typeof detail !== 'string') return []
    return [{ pointer: pointer.slice(0, 200), detail: detail.slice(0, 200) }]
  })
  return issues.length === 0 ? undefined : issues.slice(0, mostKeptDetails)
}
