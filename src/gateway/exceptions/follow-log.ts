import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import type { GrantMoveType } from '#domain/exceptions/machines.ts'
import type { Move } from '#domain/exceptions/moves.ts'
import { electorateOf } from '#domain/exceptions/pools.ts'
import { isLive } from '#domain/exceptions/states.ts'
import type { Sequencer } from '#gateway/audit/sequencer.ts'
import type { MoveRecord } from '#gateway/storage/exception-request-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { Log } from '#runtime/log.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import { adminSubject, adminTopicName } from './admin-exceptions-topic.ts'
import { exceptionsTopicName } from './exceptions-topic.ts'
import { adminFramesOf, framesOf, type SequencedAct } from './frames.ts'
import type { ExceptionPorts } from './ports.ts'
import { factsOf } from './request-file.ts'
import { noticeReviewers } from './review-notice.ts'
import { readMove } from './stored-move.ts'

export type LogFollower = {
  /** Tells what was sequenced while nobody followed, then follows. */
  start(): Promise<void>
  /** Whatever is under a checkpoint now has been told. */
  idle(): Promise<void>
  stop(): Promise<void>
}

const cursorName = 'exceptions-told'
const pageSize = 500

/**
 * Follows the log behind its checkpoints: whatever became a leaf is told, once, to the feeds of the device that asked, of the
 * consoles and of those who may vote; a grant that is proven now begins to count, and an end is remembered.
 */
export function createLogFollower(
  ports: ExceptionPorts & { readonly log: Pick<Sequencer, 'covered' | 'isLocked' | 'onSequenced'> },
  log: Log,
): LogFollower {
  let stopped = false
  let again = false
  let stopHearing: () => void = () => {}

  const run = singleFlight(async () => {
    do {
      again = false
      const told = await ports.store.transact((rows) => tellNext(ports, rows, log))
      for (const act of told.acts) noticeGrant(ports, act)
      if (told.isMore) again = true
    } while (again && !stopped)
  })
  const wake = () => {
    again = true
    return run().catch((err: unknown) => log.error('exceptions.telling-failed', { err })) // the next checkpoint tries again
  }
  return {
    async start() {
      stopHearing = ports.log.onSequenced(() => void wake())
      await wake()
    },
    idle: wake,
    async stop() {
      stopped = true
      stopHearing()
      await run().catch(() => undefined) // what was under way has logged its own failure
    },
  }
}

type Told = { readonly acts: readonly SequencedAct[]; readonly isMore: boolean }

async function tellNext(ports: ExceptionPorts, rows: Rows, log: Log): Promise<Told> {
  const cursor = Number((await rows.meta.get(cursorName)) ?? 0)
  const current = await rows.log.current()
  const covered = current === undefined ? 0 : ((await rows.log.latestCheckpoint(current.number))?.cursor ?? 0)
  const found = await rows.exceptions.movesAfter(cursor, pageSize)
  const all = found.filter(({ eventId }) => eventId <= covered)
  // An act is told whole: the last one of a full page may go on behind it.
  const cut = found.length === pageSize && all.length === pageSize ? beginOfLastAct(all) : all.length
  const moves = cut === 0 ? all : all.slice(0, cut)
  const last = moves.at(-1)
  if (last === undefined) return { acts: [], isMore: false }
  const people = await ports.directory(rows)
  const acts: SequencedAct[] = []
  for (const group of byAct(moves)) {
    try {
      const act = await readAct(ports, rows, group, people)
      if (act === undefined) continue
      await tell(rows, act)
      acts.push(act)
    } catch (err) {
      log.error('exceptions.telling-failed', { requestId: group[0]?.requestId, err })
    }
  }
  await rows.meta.put(cursorName, String(last.eventId))
  return { acts, isMore: found.length === pageSize }
}

async function tell(rows: Rows, act: SequencedAct): Promise<void> {
  for (const { kind, at, data } of framesOf(act))
    await rows.feeds.append({ topic: exceptionsTopicName, subject: act.record.deviceId, kind, at, data })
  for (const { kind, at, data } of adminFramesOf(act))
    await rows.feeds.append({ topic: adminTopicName, subject: adminSubject, kind, at, data })
  const opens = act.moves.some(({ type }) => type === 'request-submitted' || type === 'request-proved')
  if (opens && act.request.state === 'pending') await noticeReviewers(rows, act, act.moves[0]?.at ?? 0)
}

async function readAct(
  ports: ExceptionPorts,
  rows: Rows,
  group: readonly MoveRecord[],
  people: Awaited<ReturnType<ExceptionPorts['directory']>>,
): Promise<SequencedAct | undefined> {
  const last = group.at(-1)
  const record = last === undefined ? undefined : await rows.exceptions.find(last.requestId)
  if (last === undefined || record === undefined) return undefined
  const moves: (Move & { readonly index: number })[] = []
  for (const move of group) {
    const leaf = await rows.log.leafOf(move.eventId)
    if (leaf !== undefined) moves.push({ ...readMove(move), index: leaf.index })
  }
  const until = (await rows.exceptions.moves(record.id)).filter(({ position }) => position <= last.position)
  const request = foldMoves(until.map(readMove))
  const resources = ports.resources.filter(({ id }) => record.resources.includes(id))
  return {
    record,
    moves,
    request,
    electorate: electorateOf(request, people, resources, last.at),
    voters: factsOf(record).voters,
  }
}

/** After the commit: what decisions remember of this device is over. */
function noticeGrant(ports: ExceptionPorts, { record, moves, request }: SequencedAct): void {
  const { grant } = request
  const grantMoves = moves.filter((move): move is Extract<(typeof moves)[number], { type: GrantMoveType }> =>
    move.type.startsWith('grant-'),
  )
  if (grant === null || grantMoves.length === 0) return
  for (const move of grantMoves) if (move.type === 'grant-narrowed') ports.grants.cured(grant.id, move.cured, move.at)
  if (!isLive(grant.state)) ports.grants.ended(grant.id, grantMoves.at(-1)?.at ?? 0)
  ports.onGrantsChanged(record.deviceId)
}

function byAct(moves: readonly MoveRecord[]): readonly (readonly MoveRecord[])[] {
  const acts = new Map<string, MoveRecord[]>()
  for (const move of moves) {
    const key = `${move.requestId} ${move.act}`
    const act = acts.get(key)
    if (act === undefined) acts.set(key, [move])
    else act.push(move)
  }
  return [...acts.values()]
}

function beginOfLastAct(moves: readonly MoveRecord[]): number {
  const last = moves.at(-1)
  return moves.findIndex(({ requestId, act }) => requestId === last?.requestId && act === last.act)
}
