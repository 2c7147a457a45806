/** What tray, window and command line say in one word about this agent, highest first (desktop.md section 12). */
export const agentStates = [
  'starting',
  'update-required',
  'not-enrolled',
  'waiting-approval',
  'key-locked',
  'key-unavailable',
  'key-missing',
  'quarantined',
  'offline',
  'verdict-old',
  'refused',
  'restricted',
  'grace',
  'excepted',
  'warning',
  'nothing-asked',
  'healthy',
] as const
export type AgentState = (typeof agentStates)[number]

/** The facts the word follows from. Times are Unix seconds. */
export type AgentFacts = {
  readonly started: boolean
  readonly updateRequired: boolean
  readonly enrollment: 'none' | 'pending' | 'enrolled' | 'quarantined'
  readonly key: 'ok' | 'file' | 'missing' | 'locked' | 'unavailable' | 'unasked'
  /** Whether the newest attempt to reach the gateway failed. */
  readonly unreachable: boolean
  readonly result: ResultFacts | undefined
  readonly now: number
}

export type ResultFacts = {
  /** The AR4SI word of the whole. */
  readonly status: 'none' | 'affirming' | 'warning' | 'contraindicated'
  readonly exp: number
  readonly outcomes: readonly ('met' | 'tolerated' | 'excepted' | 'violated' | 'unknown')[]
  readonly access: readonly ('allow' | 'challenge' | 'refuse')[]
}

/** The highest state whose condition holds. Its last line is the calm one, reached only when nothing else is true. */
export function agentState(facts: AgentFacts): AgentState {
  if (!facts.started) return 'starting'
  if (facts.updateRequired) return 'update-required'
  if (facts.enrollment === 'none')
    return facts.key === 'missing' || facts.key === 'ok' || facts.key === 'file' || facts.key === 'unasked'
      ? 'not-enrolled'
      : keyState(facts.key)
  if (facts.enrollment === 'pending') return 'waiting-approval'
  if (facts.key === 'locked' || facts.key === 'unavailable' || facts.key === 'missing') return keyState(facts.key)
  if (facts.enrollment === 'quarantined') return 'quarantined'
  if (facts.result === undefined) return facts.unreachable ? 'offline' : 'starting'
  if (facts.unreachable) return 'offline'
  if (facts.result.exp <= facts.now) return 'verdict-old'
  return stateOfResult(facts.result)
}

function keyState(key: 'locked' | 'unavailable' | 'missing'): AgentState {
  return ({ locked: 'key-locked', unavailable: 'key-unavailable', missing: 'key-missing' } as const)[key]
}

/** A challenge counts as open: its row says that the browser asks for confirmation. */
function stateOfResult(result: ResultFacts): AgentState {
  const refused = result.access.filter((access) => access === 'refuse').length
  // A gate refuses before any check is judged, so a refusal counts even where there is no outcome.
  if (refused > 0) return refused === result.access.length ? 'refused' : 'restricted'
  // A gateway without a book names no resource, and yet refuses every one.
  if (result.status === 'contraindicated') return 'refused'
  if (result.access.length === 0 || result.outcomes.length === 0) return 'nothing-asked'
  if (result.outcomes.includes('tolerated')) return 'grace'
  if (result.outcomes.includes('excepted')) return 'excepted'
  if (result.outcomes.some((outcome) => outcome !== 'met')) return 'warning'
  return 'healthy'
}
