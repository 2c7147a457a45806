import { offeredVote, type VoteSituation } from '#domain/exceptions/judge-vote.ts'
import type { Directory } from '#domain/exceptions/pools.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ExceptionPorts } from './ports.ts'
import { gatherVoter } from './voting.ts'

/** The stage that somebody may take now, or the rule that bars them; of what is over, none of them does: `closed`. */
export async function mayVote(
  ports: ExceptionPorts,
  rows: Rows,
  situation: VoteSituation,
  person: string,
  people: Directory,
  now: number,
): Promise<{ readonly stage: string } | { readonly rule: string }> {
  const voter = await gatherVoter(ports, rows, person, situation, people, now)
  return offeredVote(voter, situation) ?? { rule: 'closed' }
}
