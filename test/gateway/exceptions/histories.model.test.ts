import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grantStateAt, nextDue, requestStateAt } from '#domain/exceptions/deadlines.ts'
import { type FoldedRequest, foldMoves } from '#domain/exceptions/fold-moves.ts'
import { isLive } from '#domain/exceptions/states.ts'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { keptProjections } from '#gateway/exceptions/kept-projections.ts'
import { createLiveGrants, type LiveGrants } from '#gateway/exceptions/live-grants.ts'
import { rebuildProjections } from '#gateway/exceptions/rebuild-projections.ts'
import { readMove } from '#gateway/exceptions/stored-move.ts'
import { listGrants } from '#gateway/exceptions/view-grants.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { silentLog } from '#runtime/log.ts'
import { anExceptionDesk, type Desk, hour, laptop, staff } from '#test/support/an-exception-desk.ts'
import { aHistory, modelRuns, modelTimeout, playRound } from '#test/support/exception-histories.ts'

/** A desk with its log, and a second replica that decides from the same rows. */
async function aWatchedDesk(): Promise<{ readonly desk: Desk; readonly replicas: readonly LiveGrants[] }> {
  const desk = await anExceptionDesk()
  await desk.report('off')
  const verifier = parseVerifierKey(desk.log.vkey)
  const trusted = () => (verifier === undefined ? [] : [verifier])
  const other = createLiveGrants({ store: desk.store, trusted, log: silentLog })
  await other.start(desk.now())
  return { desk, replicas: [desk.ports.grants, other] }
}

async function close({ log, store }: Desk): Promise<void> {
  await log.sequencer.stop()
  await store.close()
}

/** Each request with its moves and the places of their leaves; -1 where one has none yet. */
async function placedMoves(rows: Rows) {
  const requests: {
    readonly id: string
    readonly moves: readonly { readonly index: number; readonly move: ReturnType<typeof readMove> }[]
  }[] = []
  for (const { id } of await rows.exceptions.newest(1000)) {
    const moves: { index: number; move: ReturnType<typeof readMove> }[] = []
    for (const kept of await rows.exceptions.moves(id))
      moves.push({ index: (await rows.log.leafOf(kept.eventId))?.index ?? -1, move: readMove(kept) })
    requests.push({ id, moves })
  }
  return requests
}

/** The rows that lists and pages are made from say what the fold says, and what ended is used by no replica. */
async function shownIsTrue(desk: Desk, replicas: readonly LiveGrants[], ended: Set<string>): Promise<void> {
  const shown = await listGrants(desk.ports, staff.carol.id, {})
  await desk.store.read(async (rows) => {
    const now = desk.ports.clock.anyNow()
    const allowed = new Set<string>()
    for (const replica of replicas) {
      const usable = await replica.of(rows, laptop.id, desk.ports.clock.decisionNow())
      for (const { id } of usable) allowed.add(id)
    }
    for (const { id, state } of shown) {
      if (isLive(state)) continue
      ended.add(state)
      expect(allowed.has(id), `${id} is shown as ${state}`).toBe(false)
    }
    for (const record of await rows.exceptions.newest(1000)) {
      const request = foldMoves((await rows.exceptions.moves(record.id)).map(readMove))
      expect(requestStateAt(record, now)).toBe(requestStateAt(request, now))
      if (request.grant === null) continue
      const state = grantStateAt(request.grant, now)
      if (!isLive(state)) expect(allowed.has(request.grant.id), `${request.grant.id} is ${state}`).toBe(false)
    }
  })
}

/** What a frame says of a request or its grant. */
type Told = {
  readonly kind: string
  readonly request_id: string
  readonly state?: string
  readonly log: { readonly index: number }
}

function isTold(frame: unknown): frame is Told {
  return typeof frame === 'object' && frame !== null && 'request_id' in frame && 'log' in frame && 'kind' in frame
}

/** Every frame against the fold of the log up to the leaf that it names. */
async function everyPrefixIsTheFold(desk: Desk): Promise<number> {
  const frames = [...(await desk.frames()), ...(await desk.frames('admin.exceptions', 'all'))].filter(isTold)
  const requests = await desk.store.read(placedMoves)
  for (const { kind, request_id: id, state, log } of frames) {
    const moves = requests.find((each) => each.id === id)?.moves ?? []
    const prefix: FoldedRequest = foldMoves(moves.filter(({ index }) => index <= log.index).map(({ move }) => move))
    if (kind === 'grant') expect(state).toBe(prefix.grant?.state)
    else if (kind === 'request') expect(state, `leaf ${log.index}`).toBe(prefix.state)
    else if (kind === 'decision' && state !== undefined) expect(state).toBe(prefix.state)
  }
  return frames.length
}

describe('23 For every prefix of the log the shown state equals the fold; "revoked" or "expired" is never shown while any replica still allows', () => {
  it(
    `holds after every act of ${modelRuns} random histories`,
    async () => {
      const ended = new Set<string>()
      let frames = 0
      await fc.assert(
        fc.asyncProperty(aHistory, async (rounds) => {
          const { desk, replicas } = await aWatchedDesk()
          for (const round of rounds) await playRound(desk, round, () => shownIsTrue(desk, replicas, ended))
          frames += await everyPrefixIsTheFold(desk)
          await close(desk)
        }),
        { numRuns: modelRuns },
      )
      // The histories reach what they are about; otherwise this would prove nothing.
      for (const state of ['expired', 'revoked', 'cured']) expect([...ended]).toContain(state)
      expect(frames).toBeGreaterThan(modelRuns)
    },
    modelTimeout,
  )
})

/** Each move of a request has one leaf, in its order, and no leaf tells of a move that there is not. */
async function oneLeafEach(desk: Desk): Promise<void> {
  await desk.store.read(async (rows) => {
    const events = await rows.audit.after(0, 100_000)
    const told = events.filter(({ type }) => /^(request|vote|grant)-/.test(type)).map(({ id }) => id)
    const leaves = (await rows.log.leafTexts(1, 0, 100_000)).map(({ eventId }) => eventId)
    const moved: number[] = []
    for (const record of await rows.exceptions.newest(1000)) {
      const moves = await rows.exceptions.moves(record.id)
      moved.push(...moves.map(({ eventId }) => eventId))
      const places = moves.map(({ eventId }) => leaves.indexOf(eventId))
      expect(places.every((place) => place > 0)).toBe(true)
      expect(places).toEqual([...places].sort((left, right) => left - right))
      const request = foldMoves(moves.map(readMove))
      expect(record.dueAt).toBe(nextDue(request) ?? null)
      expect(moves.filter(({ type }) => type === 'grant-minted')).toHaveLength(request.grant === null ? 0 : 1)
      const voters = request.tally?.votes.filter(({ counted }) => counted).map(({ person }) => person) ?? []
      expect(new Set(voters).size).toBe(request.grant === null ? 0 : 2)
      expect(voters).not.toContain(staff.ada.id)
      if (request.grant !== null) expect(request.grant.notAfter - request.grant.notBefore).toBeLessThanOrEqual(hour)
    }
    expect(new Set(leaves).size).toBe(leaves.length)
    expect(moved.sort((left, right) => left - right)).toEqual(told)
  })
}

describe('25 Every move has exactly one leaf; replaying leaves and bodies rebuilds the projections byte for byte; a grant whose leaf is not under a signed checkpoint is not honoured', () => {
  it(
    `holds in ${modelRuns} random histories in which the signer fails now and then`,
    async () => {
      const seen = { unsigned: 0, honoured: 0, grants: 0 }
      await fc.assert(
        fc.asyncProperty(aHistory, fc.array(fc.boolean(), { maxLength: 9 }), async (rounds, failures) => {
          const { desk, replicas } = await aWatchedDesk()
          const { state } = desk.log
          const write = state.write
          let fails = false
          state.write = async (next) => {
            if (fails) throw new Error('the disk is full')
            await write(next)
          }
          const honouredIsSigned = () =>
            desk.store.read(async (rows) => {
              const size = (await rows.log.latestCheckpoint(1))?.size ?? 0
              for (const replica of replicas)
                for (const { id } of await replica.of(rows, laptop.id, desk.ports.clock.decisionNow())) {
                  const leaf = await rows.log.leafOf((await rows.grants.find(id))?.eventId ?? 0)
                  expect(leaf?.index ?? Number.POSITIVE_INFINITY, `grant ${id}`).toBeLessThan(size)
                  seen.honoured += 1
                }
              for (const { eventId } of await rows.grants.newest(100)) {
                const leaf = await rows.log.leafOf(eventId)
                if (leaf === undefined || leaf.index >= size) seen.unsigned += 1
              }
            })
          for (const [at, round] of rounds.entries()) {
            fails = failures[at] === true
            let isOver = false
            const played = playRound(desk, round, honouredIsSigned).finally(() => {
              isOver = true
            })
            // Who waits for a checkpoint that does not come is answered when their patience is over.
            while (fails && !isOver) await desk.log.clock.leap(1000)
            await played
          }
          fails = false
          await desk.log.sequencer.flush()
          await oneLeafEach(desk)
          await desk.store.read(async (rows) => {
            const kept = await keptProjections(rows)
            expect(await rebuildProjections(rows)).toBe(kept)
            seen.grants += kept.match(/^exception_grants /gm)?.length ?? 0
          })
          await close(desk)
        }),
        { numRuns: modelRuns },
      )
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0)
    },
    modelTimeout,
  )

  it('a row that the log does not yield is seen: changed, planted or taken out', async () => {
    const { desk } = await aWatchedDesk()
    const { grantId } = await desk.granted({ seconds: hour })
    await desk.log.sequencer.flush()
    const differs = () =>
      desk.store.read(async (rows) => (await rebuildProjections(rows)) !== (await keptProjections(rows)))
    expect(await differs()).toBe(false)
    await desk.store.transact((rows) => rows.grants.end(grantId, 'revoked', desk.now()))
    expect(await differs()).toBe(true)
    await close(desk)
  })
})
