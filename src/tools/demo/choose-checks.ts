import type { Outcome } from './judge-alone.ts'

/** What is asked of a check before the demo builds on its failing. */
export type Candidate = {
  readonly id: string
  readonly outcome: Outcome
  /** Whether its document lets somebody excuse this kind of failure. */
  readonly isExemptable: boolean
}

export type Choice = {
  /** Fails here, and a person can fix it or be excused. */
  readonly excusable: string
  /** Fails here, and nothing excuses it. It may be the same one. */
  readonly blocking: string
  /** Pass here. */
  readonly met: readonly string[]
  /** Fail here as well; they are shown and block nothing. */
  readonly others: readonly string[]
  /** The check that was made stricter, since it passes as it stands. */
  readonly stricter: string | undefined
}

/** The check whose parameter is made stricter where nothing fails: whatever a machine runs, it has a version. */
export const stricterCheck = 'os-supported'

// First what a person can put right in a minute.
const fixableFirst = ['ssh-keys', 'firewall', 'screen-lock', 'security-updates', 'automatic-login', 'managed']
const lastingFirst = ['disk-encryption', 'managed', 'secure-boot', 'automatic-updates', 'firewall']

/** Which failing checks the two resources of the demo turn on. A violated one is preferred to one that was not read. */
export function chooseChecks(candidates: readonly Candidate[]): Choice {
  const failing = [
    ...candidates.filter(({ outcome }) => outcome === 'violated'),
    ...candidates.filter(({ outcome }) => outcome === 'unknown'),
  ]
  const fixable = byPreference(
    failing.filter(({ isExemptable }) => isExemptable),
    fixableFirst,
  )
  const excusable = fixable?.id ?? stricterCheck
  const rest = failing.filter(({ id }) => id !== excusable)
  const blocking = byPreference(rest, lastingFirst)?.id ?? excusable
  return {
    excusable,
    blocking,
    met: candidates.filter(({ id, outcome }) => outcome === 'met' && id !== excusable).map(({ id }) => id),
    others: rest.map(({ id }) => id).filter((id) => id !== blocking),
    stricter: fixable === undefined ? stricterCheck : undefined,
  }
}

/** The first of the preferred ones that was seen to fail, then any that was, then those that could not be read. */
function byPreference(failing: readonly Candidate[], preferred: readonly string[]): Candidate | undefined {
  const seen = failing.filter(({ outcome }) => outcome === 'violated')
  for (const group of [seen, failing]) {
    for (const id of preferred) {
      const found = group.find((candidate) => candidate.id === id)
      if (found !== undefined) return found
    }
    const [any] = group
    if (any !== undefined) return any
  }
  return undefined
}
