import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterAccepted,
  afterRefused,
  beforeSending,
  type ChainState,
  chainFile,
  headCheck,
  nextLink,
  nextPrev,
  startChain,
} from '#agent/attestation/chain.ts'
import type { Chain } from '#contract/attestation-state.ts'
import { hash } from '#runtime/digest.ts'
import { aFolder } from '#test/support/a-folder.ts'

const kid = hash('a key')
const entry = (seq: number, name = `attestation ${seq}`) => ({ seq, hash: hash(name) })
const enrolled = startChain(kid, entry(0))
const stateAt = (head: { seq: number; hash: string }): ChainState => ({
  kid,
  seq: head.seq,
  head_check: headCheck(head.hash),
})

/** Sent one after another, nothing answered. */
function afterSending(count: number): Chain {
  let chain = enrolled
  for (let seq = 1; seq <= count; seq++) chain = beforeSending(chain, entry(seq))
  return chain
}

describe('a chain whose last attestations were not answered', () => {
  it('names the newest sent one first, with the next number', () => {
    expect(nextLink(afterSending(3))).toEqual({ seq: 4, prev: entry(3).hash })
  })

  it('then tries the acknowledged one, then the others from new to old, and begins again', () => {
    const tried: string[] = []
    let chain = afterSending(3)
    for (let round = 0; round < 5; round++) {
      const { seq, prev } = nextLink(chain)
      tried.push(prev)
      chain = afterRefused(beforeSending(chain, entry(seq)), prev, { kind: 'chain' })
    }
    expect(tried).toEqual([entry(3), entry(0), entry(2), entry(1), entry(3)].map((one) => one.hash))
  })

  it('follows the one that the gateway has, and keeps later ones, which may still arrive', () => {
    const refused = beforeSending(afterSending(3), entry(4))
    const settled = afterRefused(refused, entry(3).hash, { kind: 'chain', state: stateAt(entry(1)) })
    expect(settled.acked).toEqual(entry(1))
    expect(settled.sent).toEqual([entry(2), entry(3), entry(4)])
    expect(nextLink(settled)).toEqual({ seq: 5, prev: entry(1).hash })
  })

  it('keeps the newest 64', () => {
    const { sent } = afterSending(70)
    expect([sent.length, sent[0], sent.at(-1)]).toEqual([64, entry(7), entry(70)])
  })
})

describe('an attestation that was taken', () => {
  it('is what the next one follows', () => {
    const chain = afterAccepted(afterSending(2), entry(2))
    expect(chain).toEqual({ kid, acked: entry(2), sent: [] })
    expect(nextLink(chain)).toEqual({ seq: 3, prev: entry(2).hash })
  })

  it('and was refused as a replay, being its own double, is found to be the head', () => {
    const chain = afterRefused(afterSending(1), entry(0).hash, { kind: 'chain', state: stateAt(entry(1)) })
    expect(nextLink(chain)).toEqual({ seq: 2, prev: entry(1).hash })
  })
})

describe('an attestation refused for another reason', () => {
  it('leaves the question where it was, and its number used', () => {
    const refused = afterRefused(beforeSending(afterSending(1), entry(2)), entry(1).hash, { kind: 'other' })
    expect(nextLink(refused)).toEqual({ seq: 3, prev: entry(1).hash })
  })

  it('does not push out those that are open', () => {
    let chain = afterSending(1)
    for (let round = 0; round < 100; round++) {
      const { seq, prev } = nextLink(chain)
      chain = afterRefused(beforeSending(chain, entry(seq)), prev, { kind: 'other' })
    }
    expect(nextPrev(chain)).toBe(entry(1).hash)
    expect(chain.sent.map(({ seq }) => seq)).toEqual([1, 101])
  })
})

describe('a head that is none of ours', () => {
  const strange = { seq: 40, hash: hash('somebody else') }
  const lost = afterRefused(afterSending(2), entry(1).hash, { kind: 'chain', state: stateAt(strange) })

  it('is named by its check, above its number', () => {
    expect(nextLink(lost)).toEqual({ seq: 41, prev: entry(0).hash, unknown_head: headCheck(strange.hash) })
  })

  it('is named once', () => {
    expect(nextLink(beforeSending(lost, entry(41)))).toEqual({ seq: 42, prev: entry(41).hash })
  })

  it('does not count when the state speaks of another key', () => {
    const state = { ...stateAt(strange), kid: hash('another key') }
    expect(nextLink(afterRefused(afterSending(2), entry(1).hash, { kind: 'chain', state }))).not.toHaveProperty(
      'unknown_head',
    )
  })
})

describe('the worked example of the protocol', () => {
  it('has the head check that it prints', () => {
    expect(headCheck('jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c')).toBe('ROtnmeadjhpHCueyxXITSTPOzGKCUehDJPNe_P15JNo')
  })
})

describe('the chain on disk', () => {
  it('comes back as it was written', async () => {
    const folder = await aFolder()
    const lost = afterRefused(afterSending(2), entry(1).hash, { kind: 'chain', state: stateAt(entry(9, 'strange')) })
    await chainFile(folder).write(lost)
    expect(await chainFile(folder).read()).toEqual(lost)
  })
})

type Sent = { readonly seq: number; readonly prev: string; readonly hash: string; readonly unknown_head?: string }
type Answer = { readonly kind: 'accepted' | 'on-hold' } | { readonly kind: 'refused'; readonly state: ChainState }

/** The gateway's side of protocol.md section 4.4, as small as it can be said. */
function aGateway() {
  let head = entry(0)
  let forks = 0
  let onHold = false
  let reanchor = false
  const isAccepted = (message: Sent) => message.seq > head.seq && (message.prev === head.hash || reanchor)
  return {
    isOnHold: () => onHold,
    release() {
      onHold = false
      reanchor = true
    },
    receive(message: Sent): Answer {
      if (message.unknown_head !== undefined) onHold = true
      if (onHold) return { kind: 'on-hold' }
      if (isAccepted(message)) {
        head = { seq: message.seq, hash: message.hash }
        forks = 0
        reanchor = false
        return { kind: 'accepted' }
      }
      if (message.seq > head.seq && ++forks >= 20) onHold = true
      return { kind: 'refused', state: stateAt(head) }
    },
  }
}

const events = [
  'answered',
  'message lost',
  'answer lost',
  'message late', // arrives behind the next one
  'message doubled', // somebody on the way sends it twice; the second answer is the one that comes back
  'answer unreadable',
  'refused for another reason',
  'crash before sending',
  'crash before the answer is written',
] as const
type Event = (typeof events)[number]

function afterAnswer(chain: Chain, message: Sent, answer: Answer, isReadable: boolean): Chain {
  if (answer.kind === 'accepted') return afterAccepted(chain, { seq: message.seq, hash: message.hash })
  if (answer.kind === 'refused')
    return afterRefused(chain, message.prev, { kind: 'chain', ...(isReadable ? { state: answer.state } : {}) })
  return afterRefused(chain, message.prev, { kind: 'other' })
}

/** An agent against the model; `disk` is what survives. */
function anAgent(gateway: ReturnType<typeof aGateway>, name = 'agent', disk: Chain = enrolled) {
  const late: Sent[] = []
  let named = 0
  let made = 0
  return {
    disk: () => disk,
    timesUnknown: () => named,
    attest(event: Event): boolean {
      const link = nextLink(disk)
      const message: Sent = { ...link, hash: hash(`${name} ${++made}`) }
      if (link.unknown_head !== undefined) named += 1
      disk = beforeSending(disk, { seq: message.seq, hash: message.hash })
      if (event === 'message late') {
        late.push(message)
        return false
      }
      if (event === 'message lost' || event === 'crash before sending') return false
      if (event === 'refused for another reason') {
        disk = afterRefused(disk, message.prev, { kind: 'other' })
        return false
      }
      const first = gateway.receive(message)
      const answer = event === 'message doubled' ? gateway.receive(message) : first
      for (const delayed of late.splice(0)) gateway.receive(delayed)
      if (event === 'answer lost' || event === 'crash before the answer is written') return false
      const isReadable = event !== 'answer unreadable'
      disk = afterAnswer(disk, message, answer, isReadable)
      return answer.kind === 'accepted'
    },
  }
}

describe('whatever the network and the power supply do', () => {
  it('a chain without a clone is taken up again by the third attempt, and nobody is put on hold', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 18 }), (history) => {
        const gateway = aGateway()
        const agent = anAgent(gateway)
        for (const event of history) agent.attest(event)
        const taken = [agent.attest('answered'), agent.attest('answered'), agent.attest('answered')]
        expect(taken[2]).toBe(true)
        expect([gateway.isOnHold(), agent.timesUnknown()]).toEqual([false, 0])
      }),
      { numRuns: 3000 },
    )
  })

  it('a number is never used twice', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { minLength: 2, maxLength: 60 }), (history) => {
        const agent = anAgent(aGateway())
        let before = 0
        for (const event of history) {
          const { seq } = nextLink(agent.disk())
          expect(seq).toBeGreaterThan(before)
          before = seq
          agent.attest(event)
        }
      }),
    )
  })

  it('the one of two copies that speaks later says so within three attempts, and goes on once released', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), (history) => {
        const gateway = aGateway()
        const original = anAgent(gateway)
        for (const event of history) original.attest(event)
        const copy = anAgent(gateway, 'copy', original.disk())
        for (const one of [original, original, original]) one.attest('answered')
        for (let attempt = 0; attempt < 3; attempt++) copy.attest('answered')
        expect([gateway.isOnHold(), copy.timesUnknown()]).toEqual([true, 1])

        gateway.release()
        expect([copy.attest('answered'), copy.attest('answered')]).toEqual([true, true])
      }),
    )
  })

  it('a device set back to an older state says so', () => {
    const gateway = aGateway()
    const agent = anAgent(gateway)
    agent.attest('answered')
    const backup = agent.disk()
    for (let round = 0; round < 5; round++) agent.attest('answered')
    const restored = anAgent(gateway, 'restored', backup)
    restored.attest('answered')
    restored.attest('answered')
    expect([gateway.isOnHold(), restored.timesUnknown()]).toEqual([true, 1])
  })
})
