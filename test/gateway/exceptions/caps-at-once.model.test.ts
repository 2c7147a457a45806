import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grantStateAt } from '#domain/exceptions/deadlines.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { isFailure } from '#domain/failure.ts'
import { readMove } from '#gateway/exceptions/stored-move.ts'
import { submitRequest } from '#gateway/exceptions/submit-request.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { randomId } from '#runtime/random-id.ts'
import { aDeviceRecord } from '#test/support/a-store.ts'
import { deviceJwk, issuer } from '#test/support/a-wire.ts'
import { aJudgedBook } from '#test/support/an-exception-book.ts'
import { anExceptionDesk, type Desk, hour, laptop, staff, startSeconds } from '#test/support/an-exception-desk.ts'
import { modelRuns, modelTimeout } from '#test/support/exception-histories.ts'

const day = 24 * hour
const cap = 3 * hour
const other = aDeviceRecord({
  id: '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e2',
  platform: 'macos',
  enrolledAt: startSeconds - 100 * day,
})
const id43 = (seed: number) => Buffer.alloc(32, seed).toString('base64url')
const otherKid = id43(2)

/** Three hours in any day, by one person, on whichever device. */
async function aCappedDesk(): Promise<Desk> {
  const exception = {
    maxTotal: { windowSeconds: day, amountSeconds: cap },
    quota: { perSubject: 1000, windowSeconds: day, openAtOnce: 100 },
    risk: { again: 0, long: 0, 'off-hours': 0 },
  }
  const desk = await anExceptionDesk({ book: aJudgedBook({ exception }) })
  await desk.store.transact(async (rows) => {
    await rows.devices.insert(other)
    const key = { kid: otherKid, deviceId: other.id, x: deviceJwk.x, y: deviceJwk.y } as const
    await rows.deviceKeys.insert({ ...key, state: 'current', createdAt: 1, retiredAt: null })
  })
  return desk
}

/** Both laptops say that their firewall is off. */
async function report(desk: Desk): Promise<void> {
  await desk.report('off')
  await desk.store.transact(async (rows) => {
    const newest = await rows.attestations.newest(laptop.id)
    if (newest === undefined) return
    const { seq, hash, receivedAt, jws } = newest
    await rows.attestations.accept({ deviceId: other.id, kid: otherKid, seq, hash, receivedAt, jws })
  })
}

/** The same person asks, on the device named. */
async function ask(
  desk: Desk,
  wish: { readonly device: 'first' | 'second'; readonly resource: string; readonly seconds: number },
) {
  if (wish.device === 'first') return await desk.ask({ resources: [wish.resource], seconds: wish.seconds })
  const base = {
    iss: `urn:uuid:${other.id}` as const,
    aud: issuer,
    iat: desk.now(),
    exp: desk.now() + 120,
    jti: randomId(),
  }
  const message = {
    device: other,
    kid: otherKid,
    jws: 'e30.e30.e30',
    claims: {
      ...base,
      eat_nonce: id43(3),
      ask: {
        draft_id: randomId(),
        mode: 'normal' as const,
        checks: ['firewall'],
        resources: [wish.resource],
        duration_s: wish.seconds,
        category: 'debugging',
        reason: 'The vendor sent a broken update, a fix is on its way.',
      },
      presence: { method: 'click' as const, at: desk.now() },
      evidence: { seq: 1, hash: id43(4) },
    },
  }
  return await submitRequest(desk.ports, message, {})
}

function fail(id: string, err: unknown): void {
  throw new Error(`${id}: ${err}`)
}

type Wish = {
  readonly device: 'first' | 'second'
  readonly resource: string
  readonly seconds: number
  /** Whoever of stage b votes; several may, at once. */
  readonly voters: 1 | 2
}
type Round = {
  readonly asks: readonly Wish[]
  readonly surrender: boolean
  readonly pass: number
  readonly sweeps: boolean
}

const wish: fc.Arbitrary<Wish> = fc.record({
  device: fc.constantFrom('first', 'second'),
  resource: fc.constantFrom('wiki', 'payments'),
  seconds: fc.constantFrom(600, hour, 90 * 60, 2 * hour, 3 * hour),
  voters: fc.constantFrom(1, 2),
})
const round: fc.Arbitrary<Round> = fc.record({
  asks: fc.array(wish, { minLength: 1, maxLength: 3 }),
  surrender: fc.boolean(),
  pass: fc.constantFrom(0, 300, hour, 5 * hour, 11 * hour, 25 * hour),
  sweeps: fc.boolean(),
})

/** A refusal, or what came of it; what nobody foresaw is thrown. */
async function foreseen<Answer>(act: Promise<Answer>): Promise<Answer | string> {
  return await act.catch((thrown: unknown) => {
    if (isFailure(thrown)) return thrown.code
    throw thrown
  })
}

/** The model: no window of a day, wherever it begins, holds more than the cap; overlaps count twice. */
function most(spans: readonly (readonly [number, number])[]): number {
  const starts = spans.flatMap(([from, to]) => [from, to - day])
  return Math.max(
    0,
    ...starts.map((begin) =>
      spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, begin + day) - Math.max(from, begin)), 0),
    ),
  )
}

describe('28 Rolling caps under concurrency, renewals, re-filing, aliases, device swaps: the sum never exceeds the cap', () => {
  it(
    `holds for ${modelRuns} random histories of a person with two devices`,
    async () => {
      const seen = { granted: 0, refusedAtOnce: 0, refusedAtVote: 0, full: 0 }
      await fc.assert(
        fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4, size: 'max' }), async (rounds) => {
          const desk = await aCappedDesk()
          for (const { asks, surrender, pass, sweeps } of rounds) {
            await report(desk)
            // All are asked for before any is granted: each of them fits by itself.
            const pending: { readonly id: string; readonly voters: number }[] = []
            const answers = await Promise.all(asks.map((one) => foreseen(ask(desk, one))))
            for (const [at, answer] of answers.entries()) {
              if (typeof answer === 'string') continue
              if (answer.state === 'refused') seen.refusedAtOnce += 1
              if (answer.state === 'step_up_required') await foreseen(desk.prove(answer))
              if (answer.state !== 'refused') pending.push({ id: answer.request_id, voters: asks[at]?.voters ?? 1 })
            }
            await Promise.all(pending.map(({ id }) => foreseen(desk.vote('edsger', id, { stage: 'a' }))))
            const last = pending.flatMap(({ id, voters }) => [
              foreseen(desk.vote('barbara', id, { stage: 'b' })),
              ...(voters === 2 ? [foreseen(desk.vote('grace', id, { stage: 'b' }))] : []),
            ])
            for (const vote of await Promise.all(last)) {
              if (vote === 'state_conflict') seen.refusedAtVote += 1
              if (typeof vote !== 'string' && vote.state === 'approved') seen.granted += 1
            }
            const [newest] = await desk.store.read((rows) => rows.grants.newest(1))
            if (surrender && newest !== undefined && newest.deviceId === laptop.id)
              await foreseen(desk.act(newest.requestId, 'surrender'))
            await desk.log.clock.leap(pass * 1000)
            if (sweeps) await sweep(desk.ports, fail)
          }
          const spans = await desk.store.read(async (rows) => {
            const found: (readonly [number, number])[] = []
            for (const { id } of await rows.exceptions.newest(1000)) {
              const { grant, subject } = foldMoves((await rows.exceptions.moves(id)).map(readMove))
              if (grant === null) continue
              expect(subject).toBe(staff.ada.id)
              expect(['active', 'expired', 'revoked']).toContain(grantStateAt(grant, desk.now()))
              found.push([grant.notBefore, grant.endedAt ?? grant.notAfter])
            }
            return found
          })
          const sum = most(spans)
          expect(sum, JSON.stringify(spans)).toBeLessThanOrEqual(cap)
          if (sum === cap) seen.full += 1
          await desk.log.sequencer.stop()
          await desk.store.close()
        }),
        { numRuns: modelRuns },
      )
      for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
    },
    modelTimeout,
  )
})
