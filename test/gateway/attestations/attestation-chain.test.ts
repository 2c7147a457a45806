import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forksToQuarantine, headCheck, judgeChain } from '#gateway/attestations/attestation-chain.ts'
import type { ChainHead } from '#gateway/storage/chain-head-store.ts'
import { deviceKid } from '#test/support/a-wire.ts'

const now = 1_795_510_812
const head: ChainHead = {
  kid: deviceKid,
  deviceId: 'd',
  seq: 42,
  hash: 'head-hash',
  receivedAt: 1,
  forks: 0,
  reanchorUntil: null,
}
const next = { seq: 43, prev: 'head-hash', unknownHead: undefined }

describe('A message that continues the chain', () => {
  it.each([43, 44, 1000])('is accepted with number %i: gaps are legal', (seq) => {
    expect(judgeChain(head, { ...next, seq }, now)).toEqual({ kind: 'accept' })
  })
})

describe('A message that does not', () => {
  it.each([42, 41, 1])('is a replay with number %i, whatever it names as the one before', (seq) => {
    expect(judgeChain(head, { ...next, seq }, now)).toEqual({ kind: 'replayed' })
    expect(judgeChain(head, { ...next, seq, prev: 'another' }, now)).toEqual({ kind: 'replayed' })
  })

  it('is a fork where it names another one before', () => {
    expect(judgeChain(head, { ...next, prev: 'another' }, now)).toEqual({ kind: 'fork', forks: 1, quarantine: false })
  })

  it('puts the device on hold at the twentieth fork, and not before', () => {
    expect(forksToQuarantine).toBe(20)
    const fork = { ...next, prev: 'another' }
    expect(judgeChain({ ...head, forks: 18 }, fork, now)).toEqual({ kind: 'fork', forks: 19, quarantine: false })
    expect(judgeChain({ ...head, forks: 19 }, fork, now)).toEqual({ kind: 'fork', forks: 20, quarantine: true })
  })

  it('asks for a person where the device says that it lost its place', () => {
    expect(judgeChain(head, { ...next, unknownHead: 'x' }, now)).toEqual({ kind: 'confirm' })
    expect(judgeChain(head, { ...next, prev: 'another', unknownHead: 'x' }, now)).toEqual({ kind: 'confirm' })
  })
})

describe('A device that may re-anchor', () => {
  const released = { ...head, reanchorUntil: now + 1 }

  it('is accepted with whatever it names, if the number is higher', () => {
    expect(judgeChain(released, { ...next, prev: 'another' }, now)).toEqual({ kind: 'accept' })
    expect(judgeChain(released, { ...next, prev: 'another', unknownHead: 'x' }, now)).toEqual({ kind: 'accept' })
    expect(judgeChain(released, { ...next, seq: 42, prev: 'another' }, now)).toEqual({ kind: 'replayed' })
  })

  it('is judged as ever once that time is over', () => {
    expect(judgeChain({ ...head, reanchorUntil: now }, { ...next, prev: 'another' }, now).kind).toBe('fork')
  })
})

describe('Whatever arrives', () => {
  it('is accepted only with a higher number and the hash of the head, or by leave to re-anchor', () => {
    const message = fc.record({
      seq: fc.integer({ min: 1, max: 100 }),
      prev: fc.constantFrom('head-hash', 'another'),
      unknownHead: fc.constantFrom(undefined, 'x'),
    })
    const until = fc.constantFrom(null, now - 1, now, now + 1)
    fc.assert(
      fc.property(message, until, fc.nat({ max: 30 }), (given, reanchorUntil, forks) => {
        const { kind } = judgeChain({ ...head, reanchorUntil, forks }, given, now)
        const mayReanchor = reanchorUntil !== null && now < reanchorUntil
        const continues = given.prev === 'head-hash' && given.unknownHead === undefined
        expect(kind === 'accept').toBe(given.seq > 42 && (continues || mayReanchor))
      }),
    )
  })
})

describe('The check of a head', () => {
  it('differs for different heads, and does not tell the head', () => {
    expect(headCheck('a')).not.toBe(headCheck('b'))
    expect(headCheck(head.hash)).not.toContain(head.hash)
    expect(headCheck(head.hash)).toHaveLength(43)
  })
})
