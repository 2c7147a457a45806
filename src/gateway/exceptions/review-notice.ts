import type { Json } from '#domain/canonical-json.ts'
import { offeredVote } from '#domain/exceptions/judge-vote.ts'
import { membersOf } from '#domain/exceptions/tally.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { SequencedAct } from './frames.ts'
import type { ExceptionPorts } from './ports.ts'
import { readRequest } from './request-file.ts'
import { gatherVoter, voteSituation } from './voting.ts'

/** Tells the devices of people who may vote that a request waits, so that nobody must keep the console open. */
export async function noticeReviewers(rows: Rows, { record, electorate }: SequencedAct, at: number): Promise<void> {
  const persons = new Set(electorate.stages.flatMap((stage) => membersOf(stage, electorate)))
  for (const person of [...persons].sort())
    for (const { id } of await rows.devices.ofOwner(person, 'active'))
      await rows.feeds.append({ topic: 'device', subject: id, kind: 'review', data: { request_id: record.id }, at })
}

/** The notice as it may be shown on this device now: its owner may still vote, on which stage. Else it is not sent. */
export async function showReview(
  ports: ExceptionPorts,
  { subject: deviceId, data }: Pick<FeedEvent, 'subject' | 'data'>,
): Promise<Json | undefined> {
  const id = typeof data === 'object' && data !== null && 'request_id' in data ? data.request_id : undefined
  if (typeof id !== 'string') return undefined
  const now = ports.clock.anyNow()
  return await ports.store.read(async (rows) => {
    const owner = (await rows.devices.find(deviceId))?.ownerId
    const file = await readRequest(rows, id)
    if (owner === undefined || file === undefined) return undefined
    const people = await ports.directory(rows)
    const situation = voteSituation(ports, file, people, now)
    const offered = offeredVote(await gatherVoter(ports, rows, owner, situation, people, now), situation)
    if (offered === undefined || !('stage' in offered)) return undefined
    const requester = await rows.people.find(file.request.requester)
    return {
      kind: 'review',
      request_id: id,
      stage: offered.stage,
      decide_by: file.request.decideBy,
      checks: file.record.checks,
      requester: { name: requester?.name ?? '' },
    }
  })
}
