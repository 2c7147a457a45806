/** Where the agent stands in one topic: what came in order, and whether something is missing. Pure. */
export type TopicPosition = {
  /** The last number taken; undefined: nothing yet, so a snapshot is due. */
  readonly last: number | undefined
  /** Asked for what is missing, or for a snapshot; until the answer no gap is reported again. */
  readonly isAsking: boolean
}

export type Arrival = {
  readonly position: TopicPosition
  /** `take`: hand it on. `drop`: already seen. `resume`: numbers are missing, so ask for them; this one comes again. */
  readonly verdict: 'take' | 'drop' | 'resume'
}

export const atStart: TopicPosition = { last: undefined, isAsking: false }

export function afterEvent(position: TopicPosition, seq: number): Arrival {
  const { last, isAsking } = position
  if (last === undefined || seq <= last) return { position, verdict: 'drop' } // without a snapshot there is nothing to follow
  if (seq === last + 1) return { position: { ...position, last: seq }, verdict: 'take' }
  return isAsking ? { position, verdict: 'drop' } : { position: { last, isAsking: true }, verdict: 'resume' }
}

/** A snapshot contains everything up to its number; one that is older than what we have says nothing new. */
export function afterSnapshot(position: TopicPosition, seq: number): Arrival {
  if (position.last !== undefined && seq < position.last) return { position, verdict: 'drop' }
  return { position: { ...position, last: seq }, verdict: 'take' }
}

/** Everything missing has been told, or a snapshot stands for it. */
export function afterAnswer(position: TopicPosition): TopicPosition {
  return { ...position, isAsking: false }
}

/** The gateway cannot go on from where we are: a snapshot follows, whatever its number. */
export function afterReset(position: TopicPosition): TopicPosition {
  return { ...position, last: undefined }
}
