import type { PostureResultClaims } from '../gateway-messages.ts'
import { plainCheckId } from './plain-check-id.ts'

/** When the first grace ends (Unix seconds), of one check or of all. */
export function graceEnd({ resources }: Pick<PostureResultClaims, 'resources'>, check?: string): number | undefined {
  const ends = resources
    .flatMap(({ findings }) => findings)
    .filter(
      (finding) => finding.outcome === 'tolerated' && (check === undefined || plainCheckId(finding.check) === check),
    )
    .flatMap(({ grace_until }) => grace_until ?? [])
  return ends.length === 0 ? undefined : Math.min(...ends)
}
