import { describe, expect, it } from 'vitest'
import {
  isInPool,
  maySee,
  personalData,
  type Reader,
  redact,
  shownAuthor,
  shownWaiting,
  withheldFrom,
} from '#domain/exceptions/readers.ts'
import { aFrozenStage } from '#test/support/an-exception.ts'

function aReader(members: Partial<Reader> = {}): Reader {
  return { person: 'grace', roles: [], isRequester: false, isSubject: false, inPool: false, ...members }
}

describe('What a reader may not see', () => {
  it.each([
    [
      'an approver',
      { inPool: true },
      ['addresses-of-people', 'other-readings', 'network', 'evidence', 'device-message'],
    ],
    ['an admin', { roles: ['admin'] }, ['free-text', 'network', 'evidence', 'device-message']],
    ['an admin in the pool', { roles: ['admin'], inPool: true }, ['network', 'evidence', 'device-message']],
    ['security', { roles: ['security'] }, ['evidence', 'device-message']],
    ['an auditor', { roles: ['auditor'] }, []],
    [
      'the requester',
      { isRequester: true },
      ['addresses-of-people', 'other-readings', 'network', 'evidence', 'device-message'],
    ],
    ['anybody else', {}, [...personalData]],
  ] as const)('is, for %s', (_name, members, expected) => {
    expect([...withheldFrom(aReader(members))]).toEqual(expected)
  })

  it('is where others acted from, for an auditor after ninety days', () => {
    expect(withheldFrom(aReader({ roles: ['auditor'] }), 90).has('network')).toBe(false)
    expect(withheldFrom(aReader({ roles: ['auditor'] }), 91).has('network')).toBe(true)
  })

  it('does not exist at all for who has nothing to do with it', () => {
    expect(maySee(aReader())).toBe(false)
    expect(maySee(aReader({ inPool: true }))).toBe(true)
  })
})

describe('A redacted detail', () => {
  const detail = {
    justification: { category: 'travel', reason: 'text' },
    thread: [
      { id: '1', text: 'a' },
      { id: '2', text: null },
    ],
    risk: 5,
  }
  const where = [
    { pointer: '/justification/reason', datum: 'free-text' },
    { pointer: '/thread/*/text', datum: 'free-text' },
    { pointer: '/risk', datum: 'network' },
    { pointer: '/absent/member', datum: 'free-text' },
  ] as const

  it('names what it withholds, and only what was there', () => {
    expect(redact(detail, where, new Set(['free-text']))).toEqual({
      detail: {
        justification: { category: 'travel', reason: null },
        thread: [
          { id: '1', text: null },
          { id: '2', text: null },
        ],
        risk: 5,
      },
      redacted: ['/justification/reason', '/thread/0/text'],
    })
  })

  it('is whole where nothing is withheld', () => {
    expect(redact(detail, where, new Set())).toEqual({ detail, redacted: [] })
  })
})

describe('The requester', () => {
  const waiting = [{ stage: 'a', persons: ['grace'] }]
  it('is told of nobody, of stages, or of persons', () => {
    expect(shownWaiting('none', waiting)).toEqual([])
    expect(shownWaiting('pools', waiting)).toEqual([{ stage: 'a', persons: [] }])
    expect(shownWaiting('names', waiting)).toEqual(waiting)
    expect([shownAuthor('pools', 'Grace'), shownAuthor('names', 'Grace')]).toEqual([undefined, 'Grace'])
  })
})

describe('Being in the pool', () => {
  it('is of then or of now', () => {
    const stages = [aFrozenStage({ escalation: ['barbara'] })]
    const live = new Map([['a', ['new']]])
    expect(['grace', 'barbara', 'new', 'ada'].map((person) => isInPool(person, stages, live))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })
})
