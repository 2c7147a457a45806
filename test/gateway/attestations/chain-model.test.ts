import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { claimsOf, hashOfJws, headCheckOf, newId } from '#test/support/a-device.ts'
import { aBook as aJudgedBook } from '#test/support/a-judged-device.ts'
import { type AttestationDesk, anAttestationDesk, aReportJws, chainStart } from '#test/support/an-attestation-desk.ts'

/** What the network does to one message: it arrives and is answered, or one of the two is lost. */
type Fate = 'answered' | 'answer-lost' | 'lost'
const fate = fc.constantFrom<Fate>('answered', 'answered', 'answer-lost', 'lost')

/** An agent by protocol.md section 4.4, and nothing more: what it remembers is what it writes to its disk. */
class Agent {
  readonly wire: string[]
  seq: number
  acked: string
  sent: string[]
  /** Which of `sent` it tries next as `prev`; a refusal settles the question. */
  prev: string
  lostItsPlace = false

  constructor(from?: Agent) {
    this.wire = []
    this.seq = from?.seq ?? 0
    this.acked = from?.acked ?? chainStart
    this.sent = [...(from?.sent ?? [])]
    this.prev = from?.prev ?? chainStart
  }

  /** Answers the code of the refusal, `accepted`, or `silence`. */
  async attest(desk: AttestationDesk, happens: Fate, unknownHead?: string): Promise<string> {
    this.seq += 1
    const jws = aReportJws({
      seq: this.seq,
      prev: this.prev,
      jti: newId(),
      ...(unknownHead === undefined ? {} : { unknown_head: unknownHead }),
    })
    this.wire.push(jws)
    const hash = hashOfJws(jws)
    this.sent.push(hash)
    if (happens === 'lost') {
      this.prev = hash
      return 'silence'
    }
    const code = await send(desk, jws)
    if (happens === 'answer-lost') {
      this.prev = hash
      return 'silence'
    }
    if (typeof code === 'string') {
      if (code === 'accepted') {
        this.settle(hash)
        this.sent = [] // what is still under way has a lower number, and cannot be taken any more
      }
      return code
    }
    // A refusal with the state of the chain: find our place again, or say that we cannot.
    const place = [this.acked, ...this.sent].find((each) => headCheckOf(each) === code.headCheck)
    if (place !== undefined) {
      this.settle(place)
      return code.code
    }
    if (unknownHead !== undefined) return code.code
    this.lostItsPlace = true
    return await this.attest(desk, 'answered', code.headCheck)
  }

  settle(hash: string): void {
    this.acked = hash
    this.prev = hash
  }
}

async function send(desk: AttestationDesk, jws: string) {
  try {
    await desk.receive(jws)
    return 'accepted'
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    const state = 'chain_state' in thrown.details ? thrown.details.chain_state : undefined
    return state === undefined ? thrown.code : { code: thrown.code, headCheck: String(claimsOf(state).head_check) }
  }
}

const stateOf = (desk: AttestationDesk) => desk.store.read(async (rows) => (await rows.devices.page('', 1))[0]?.state)

describe('An honest device on a bad network, beside somebody who resends what it sent', () => {
  it('is never put on hold, and its next answered report is accepted', async () => {
    const step = fc.record({ fate, resend: fc.array(fc.nat(), { maxLength: 3 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const desk = await anAttestationDesk()
        const agent = new Agent()
        for (const { fate: happens, resend } of steps) {
          await agent.attest(desk, happens)
          for (const which of resend) {
            const jws = agent.wire[which % agent.wire.length]
            if (jws !== undefined) await send(desk, jws)
          }
        }
        expect(agent.lostItsPlace).toBe(false)
        expect(await stateOf(desk)).toBe('active')
        const codes = [await agent.attest(desk, 'answered'), await agent.attest(desk, 'answered')]
        expect(codes).toContain('accepted')
        await desk.store.close()
      }),
      { numRuns: 60 },
    )
  })
})

describe('A copied key', () => {
  it('is found out by the first answered report of whoever fell behind, and never learns the head', async () => {
    const turn = fc.record({ who: fc.constantFrom<'original' | 'clone'>('original', 'clone'), fate })
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 5 }), fc.array(turn, { maxLength: 20 }), async (before, turns) => {
        const desk = await anAttestationDesk()
        const original = new Agent()
        for (const happens of before) await original.attest(desk, happens)
        await original.attest(desk, 'answered')
        await original.attest(desk, 'answered')
        const clone = new Agent(original)
        for (const { who, fate: happens } of turns) await (who === 'original' ? original : clone).attest(desk, happens)
        // Both speak and are answered: from then on at least one of them is not where the gateway is.
        for (const agent of [clone, clone, original, original, clone, clone]) await agent.attest(desk, 'answered')
        expect(await stateOf(desk)).toBe('quarantined')
        await desk.store.close()
      }),
      { numRuns: 60 },
    )
  })
})

describe('A report that was judged by a book no longer in force', () => {
  it('is judged again, and is no replay of itself', async () => {
    const books = [aJudgedBook(), { ...aJudgedBook(), hash: 'hash-of-the-next' }]
    let reads = 0
    // Before judging the old one is read, in the act already the next.
    const desk = await anAttestationDesk({ book: () => books[Math.min(reads++, 1)] })
    const answer = await desk.receive(aReportJws({ seq: 1, prev: chainStart, jti: newId() }))
    expect(claimsOf(answer.result).book).toBe('hash-of-the-next')
  })
})
