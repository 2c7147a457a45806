import { describe, expect, it } from 'vitest'
import type { Decision } from '#domain/access/decision.ts'
import type { Voter } from '#domain/exceptions/eligible-approvers.ts'
import type { FoldedRequest } from '#domain/exceptions/fold-moves.ts'
import {
  judgeAnswer,
  judgeProof,
  judgeQuestion,
  judgeRevocation,
  judgeSurrender,
  judgeWithdrawal,
} from '#domain/exceptions/judge-acts.ts'
import { judgeVote, offeredVote, type SignedVote } from '#domain/exceptions/judge-vote.ts'
import type { NewMove } from '#domain/exceptions/moves.ts'
import { type Circumstances, outdateMoves } from '#domain/exceptions/outdate.ts'
import { electorateOf } from '#domain/exceptions/pools.ts'
import { tallyVotes, waitingFor } from '#domain/exceptions/tally.ts'
import { isFailure } from '#domain/failure.ts'
import { aCheck } from '#test/support/a-judged-device.ts'
import {
  aCompletion,
  aDirectory,
  aFrozenStage,
  allowed,
  aMember,
  aVote,
  aVoter,
  aVoteSituation,
  digest,
  foldOf,
  hour,
  noon,
  staff,
  stageB,
  submitted,
} from '#test/support/an-exception.ts'

function failureOf(call: () => unknown): string {
  try {
    call()
    return 'taken'
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    const said = Object.values(thrown.details).filter((value) => typeof value === 'string')
    return [thrown.code, ...said].join(' ')
  }
}

type Subject = Parameters<typeof aVoteSituation>[1]

function vote(cast: SignedVote, request: FoldedRequest = foldOf(submitted()), subject: Subject = {}) {
  return judgeVote(cast, aVoteSituation(request, subject), aCompletion)
}

const both = submitted({ stages: [aFrozenStage(), stageB] })
const graceVoted = vote(aVote('grace'), foldOf(both)).moves

const exceptedThere: Decision = {
  ...allowed,
  findings: [
    {
      finding: {
        outcome: 'violated',
        kind: 'violated',
        reason: null,
        excusable: true,
        since: noon,
        graceUntil: null,
        requirement: {
          check: aCheck(),
          enforce: 'block',
          graceSeconds: 0,
          graceUnknownSeconds: 0,
          exemptable: true,
          policies: [],
        },
      },
      outcome: 'excepted',
      grant: 'own',
      access: 'allow',
    },
  ],
}
const challenged: Decision = { ...allowed, access: 'challenge', code: 'step_up_required', needs: ['step-up'] }
const ownLater = {
  id: 'later',
  submittedAt: noon + 1,
  checks: ['firewall'],
  resources: ['wiki'],
  awaits: ['ada'],
}

describe('A vote', () => {
  it('that fills the last stage approves and mints, in three moves', () => {
    expect(vote(aVote('grace')).moves.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'vote-approved pending',
      'request-approved approved',
      'grant-minted active',
    ])
  })

  it('that fills only one of two stages counts, and mints nothing', () => {
    expect(graceVoted.map(({ type }) => type)).toEqual(['vote-approved'])
  })

  it('to deny ends the request in two moves, from a question too', () => {
    const asked: NewMove = { type: 'request-queried', at: noon, actor: 'grace', state: 'info_needed', messageId: 'm' }
    const moves = vote(aVote('edsger', { decision: 'deny' }), foldOf(submitted(), asked)).moves
    expect(moves.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'vote-denied info_needed',
      'request-denied denied',
    ])
  })

  it('to deny needs no open place', () => {
    expect(vote(aVote('edsger', { decision: 'deny' }), foldOf(both, ...graceVoted)).moves).toHaveLength(2)
  })

  const voters: readonly (readonly [string, string, SignedVote, Subject])[] = [
    ['6.1 somebody who is in no pool', '6.1', aVote('barbara'), {}],
    [
      '6.1 somebody added after submission',
      '6.1',
      aVote('new'),
      { people: aDirectory(aMember('ada'), aMember('new', { groups: ['a'] })) },
    ],
    [
      '6.1 somebody removed since',
      '6.1',
      aVote('grace'),
      { people: aDirectory(aMember('ada'), aMember('grace'), aMember('edsger', { groups: ['a'] })) },
    ],
    [
      '6.1 somebody who is not active',
      '6.1',
      aVote('grace'),
      { people: aDirectory(aMember('ada'), aMember('grace', { groups: ['a'], status: 'inactive' })) },
    ],
    ['6.2 a service token', '6.2', aVote('grace', { voter: aVoter('grace', { kind: 'service-token' }) }), {}],
    ['6.2 a machine', '6.2', aVote('grace', { voter: aVoter('grace', { kind: 'machine' }) }), {}],
    ['6.2 a chat bot', '6.2', aVote('grace', { voter: aVoter('grace', { kind: 'chat-bot' }) }), {}],
    ['6.2 a chat identity that is nobody', '6.2', aVote('grace', { voter: aVoter(null) }), {}],
    ['6.3 the requester, in the pool or not', '6.3', aVote('ada'), {}],
    ['6.3 a delegate of the requester', '6.3', aVote('grace', { voter: aVoter('grace', { delegateOf: ['ada'] }) }), {}],
    ['6.3 somebody who impersonates', '6.3', aVote('grace', { voter: aVoter('grace', { impersonation: true }) }), {}],
    [
      '6.4 somebody whose device is refused',
      '6.4',
      aVote('grace', { voter: aVoter('grace', { consoleDecisions: [{ ...allowed, access: 'refuse' }] }) }),
      {},
    ],
    ['6.4 somebody without a device', '6.4', aVote('grace', { voter: aVoter('grace', { consoleDecisions: [] }) }), {}],
    [
      '6.4 somebody excepted from the same check',
      '6.4',
      aVote('grace', { voter: aVoter('grace', { consoleDecisions: [exceptedThere] }) }),
      {},
    ],
    [
      '6.4 somebody challenged for a reason',
      '6.4',
      aVote('grace', {
        voter: aVoter('grace', { consoleDecisions: [{ ...challenged, needs: ['reason', 'step-up'] }] }),
      }),
      {},
    ],
    [
      '6.5 somebody who waits for the requester',
      '6.5',
      aVote('grace', { voter: aVoter('grace', { ownRequests: [ownLater] }) }),
      {},
    ],
    ['6.6 a signature of too low a level', '6.6', aVote('grace', { signed: 'webauthn' }), {}],
  ]
  it.each(voters)('is refused: %s', (_name, rule, cast, subject) => {
    expect(failureOf(() => vote(cast, foldOf(submitted()), subject))).toBe(`not_eligible ${rule}`)
  })

  const taken: readonly (readonly [string, SignedVote, Subject])[] = [
    ['a mapped chat identity, as the person', aVote('grace', { voter: aVoter('grace', { kind: 'person' }) }), {}],
    [
      'somebody excepted from another check',
      aVote('grace', { voter: aVoter('grace', { consoleDecisions: [exceptedThere] }) }),
      { checks: ['disk'] },
    ],
    [
      'somebody challenged for a step-up, which the vote is',
      aVote('grace', { voter: aVoter('grace', { consoleDecisions: [challenged] }) }),
      {},
    ],
    [
      'anybody where any device will do',
      aVote('grace', { voter: aVoter('grace', { consoleDecisions: [] }) }),
      { voters: { device: 'any', reciprocity: 'refuse' } },
    ],
    [
      'the second of two who ask for the same',
      aVote('grace', { voter: aVoter('grace', { ownRequests: [{ ...ownLater, submittedAt: noon - 1 }] }) }),
      {},
    ],
    [
      'somebody whose own request waits for another check',
      aVote('grace', { voter: aVoter('grace', { ownRequests: [{ ...ownLater, checks: ['disk'] }] }) }),
      {},
    ],
    [
      'somebody whose own request waits, where that is allowed',
      aVote('grace', { voter: aVoter('grace', { ownRequests: [ownLater] }) }),
      { voters: { device: 'compliant', reciprocity: 'allow' } },
    ],
  ]
  it.each(taken)('is taken: %s', (_name, cast, subject) => {
    expect(vote(cast, foldOf(submitted()), subject).tally.complete).toBe(true)
  })

  it('6.3 is refused to the subject, and to an administrator who asks for themself', () => {
    const onBehalf = submitted({ requester: 'barbara', subject: 'grace' })
    expect(failureOf(() => vote(aVote('grace'), foldOf(onBehalf)))).toBe('not_eligible 6.3')
    const people = aDirectory(
      aMember('ada', { groups: ['a'], roles: ['admin', 'security'] }),
      aMember('edsger', { groups: ['a'] }),
    )
    const pooled = submitted({ stages: [aFrozenStage({ pool: ['ada', 'edsger'] })] })
    expect(failureOf(() => vote(aVote('ada'), foldOf(pooled), { people }))).toBe('not_eligible 6.3')
  })

  it('6.6 is refused to the same team, and to a team that nobody knows', () => {
    const stages = [
      aFrozenStage({ from: 'group:b', pool: ['barbara', 'grace', 'edsger'], distinctTeamFromRequester: true }),
    ]
    const request = foldOf(submitted({ stages }))
    expect(failureOf(() => vote(aVote('barbara'), request))).toBe('not_eligible 6.6')
    const people = new Map([...staff, ['grace', aMember('grace', { groups: ['b'] })]])
    expect(failureOf(() => vote(aVote('grace'), request, { people }))).toBe('not_eligible 6.6')
    expect(vote(aVote('grace'), request).tally.complete).toBe(true)
  })

  it('6.7 names the stage to take instead of a filled one', () => {
    expect(failureOf(() => vote(aVote('barbara', { stage: 'b' }), foldOf(both, ...graceVoted)))).toBe('taken')
    const people = new Map([...staff, ['edsger', aMember('edsger', { groups: ['a', 'b'] })]])
    const open = submitted({ stages: [aFrozenStage(), { ...stageB, pool: ['edsger', 'grace'] }] })
    expect(failureOf(() => vote(aVote('edsger'), foldOf(open, ...graceVoted), { people }))).toBe('stage_choice b')
  })

  it('6.7 names the stage to take where the other one could not be filled', () => {
    const people = aDirectory(
      aMember('ada'),
      aMember('edsger', { groups: ['a'] }),
      aMember('grace', { groups: ['a', 'b'] }),
    )
    const request = foldOf(submitted({ stages: [aFrozenStage(), { ...stageB, pool: ['grace'] }] }))
    expect(failureOf(() => vote(aVote('grace'), request, { people }))).toBe('stage_choice b')
    expect(failureOf(() => vote(aVote('grace', { stage: 'b' }), request, { people }))).toBe('taken')
  })

  it('6.7 is refused where the stage is filled and there is no other', () => {
    expect(failureOf(() => vote(aVote('edsger'), foldOf(both, ...graceVoted)))).toBe('not_eligible 6.7')
  })

  it('6.8 is refused where the stages can no longer be filled', () => {
    const people = aDirectory(aMember('ada'), aMember('grace', { groups: ['a', 'b'] }))
    expect(failureOf(() => vote(aVote('grace'), foldOf(both), { people }))).toBe('not_eligible 6.8')
  })

  it('is refused twice, also under an alias', () => {
    expect(failureOf(() => vote(aVote('grace', { stage: 'b' }), foldOf(both, ...graceVoted)))).toBe('already_voted')
    const people = new Map([...staff, ['grace-old', aMember('grace-old', { mergedInto: 'grace' })]])
    const again = aVote('grace-old', { stage: 'b' })
    expect(failureOf(() => vote(again, foldOf(both, ...graceVoted), { people }))).toBe('already_voted')
  })

  it('is refused over another digest or revision', () => {
    expect(failureOf(() => vote(aVote('grace', { termsDigest: 'other' })))).toBe('terms_changed pending')
    expect(failureOf(() => vote(aVote('grace', { revision: 2 })))).toBe('terms_changed pending')
  })

  it('to deny is refused without ten characters of reason', () => {
    const short = aVote('grace', { decision: 'deny', reason: '123456789 ' })
    expect(failureOf(() => vote(short))).toBe('schema_invalid')
    expect(failureOf(() => vote({ ...short, reason: '1234567890' }))).toBe('taken')
  })

  it('that would complete is a conflict where a guard fails, and then nothing is written', () => {
    const refusal = [{ code: 'total', limit: 1, left: 0 }] as const
    const call = () => judgeVote(aVote('grace'), aVoteSituation(foldOf(submitted())), () => aCompletion({ refusal }))
    expect(call).toThrow(expect.objectContaining({ code: 'state_conflict', details: { state: 'pending', refusal } }))
  })

  it('does not ask the guards of an approval before it would complete', () => {
    const call = () =>
      judgeVote(aVote('grace'), aVoteSituation(foldOf(both)), () => {
        throw new Error('asked')
      })
    expect(call).not.toThrow()
  })

  it('ends a grant with the borrowed device', () => {
    const { moves } = judgeVote(aVote('grace'), aVoteSituation(foldOf(submitted())), () =>
      aCompletion({ deviceUntil: noon + 120 }),
    )
    expect(moves.at(-1)).toMatchObject({ grant: { notBefore: noon + 60, notAfter: noon + 120 } })
  })

  it('comes too late at the very second of decide_by', () => {
    const request = foldOf(submitted())
    expect(failureOf(() => vote(aVote('grace'), request, { now: request.decideBy }))).toBe('request_closed lapsed')
    expect(failureOf(() => vote(aVote('grace'), request, { now: request.decideBy - 1 }))).toBe('taken')
  })

  it('by an escalation pool waits until it wakes', () => {
    const stages = [aFrozenStage({ pool: ['edsger'], escalation: ['barbara'] })]
    const request = foldOf(submitted({ stages, escalateAt: noon + hour }))
    expect(failureOf(() => vote(aVote('barbara'), request, { now: noon + hour - 1 }))).toBe('not_eligible 6.1')
    expect(failureOf(() => vote(aVote('barbara'), request, { now: noon + hour }))).toBe('taken')
  })
})

describe('What a console offers', () => {
  const offered = (voter: Voter, request: FoldedRequest) => offeredVote(voter, aVoteSituation(request))
  it('is the stage to take, or the rule that bars', () => {
    expect(offered(aVoter('grace'), foldOf(both))).toEqual({ stage: 'a' })
    expect(offered(aVoter('ada'), foldOf(both))).toEqual({ rule: '6.3' })
    expect(offered(aVoter('grace'), foldOf(both, ...graceVoted))).toEqual({ rule: '6.7' })
    expect(offered(aVoter('grace', { consoleDecisions: [] }), foldOf(both))).toEqual({ rule: '6.4' })
    expect(offered(aVoter('grace'), foldOf(submitted(), ...vote(aVote('edsger')).moves))).toBeUndefined()
  })
})

describe('A tally', () => {
  it('says whom a request waits for', () => {
    const request = foldOf(both, ...graceVoted)
    const { electorate } = aVoteSituation(request)
    const tally = tallyVotes(request.votes, digest, electorate)
    expect(waitingFor(tally, electorate)).toEqual([{ stage: 'b', persons: ['barbara'] }])
  })

  it('says why a vote does not count', () => {
    const base = { decision: 'approve', revision: 1, termsDigest: digest, voterDevice: 'any' } as const
    const people = new Map([
      ...staff,
      ['gone', aMember('gone', { groups: ['a'], status: 'inactive' })],
      ['g2', aMember('g2', { mergedInto: 'grace' })],
      ['x', aMember('x', { groups: ['a'] })],
    ])
    const request = foldOf(submitted({ stages: [aFrozenStage({ pool: ['edsger', 'grace', 'gone', 'x'] }), stageB] }))
    const votes = [
      { ...base, person: 'edsger', stage: 'a', termsDigest: 'old' },
      { ...base, person: 'gone', stage: 'a' },
      { ...base, person: 'barbara', stage: 'a' },
      { ...base, person: 'grace', stage: 'a' },
      { ...base, person: 'g2', stage: 'b' },
      { ...base, person: 'x', stage: 'a' },
    ]
    const tally = tallyVotes(votes, digest, electorateOf(request, people, [], noon))
    expect(tally.votes.map(({ why }) => why)).toEqual(['digest', 'inactive', 'not-in-pool', null, 'merged', 'surplus'])
    expect(tally).toMatchObject({ stages: [{ have: 1 }, { have: 0 }], complete: false })
  })
})

describe('Other acts', () => {
  const open = foldOf(submitted())
  const waiting = foldOf({ ...submittedWaiting() })
  const granted = foldOf(submitted(), ...vote(aVote('grace')).moves)
  const electorate = aVoteSituation(granted).electorate
  const revoke = (person: string, roles: readonly string[] = [], onCall = false, now = noon + 120) =>
    failureOf(() => judgeRevocation(granted, { person, roles, onCall }, 'because', { electorate, now }))

  it.each([
    ['the subject proves', () => judgeProof(waiting, 'ada', digest, noon + 899), 'taken'],
    ['a proof by another', () => judgeProof(waiting, 'grace', digest, noon + 60), 'not_found'],
    ['a proof after fifteen minutes', () => judgeProof(waiting, 'ada', digest, noon + 900), 'request_closed lapsed'],
    ['a second proof', () => judgeProof(open, 'ada', digest, noon), 'state_conflict pending'],
    ['a proof of other terms', () => judgeProof(waiting, 'ada', 'x', noon), 'terms_changed step_up_required'],
    ['an approver asks', () => judgeQuestion(aVoter('grace'), aVoteSituation(open), 'm'), 'taken'],
    ['the requester asks', () => judgeQuestion(aVoter('ada'), aVoteSituation(open), 'm'), 'not_eligible 6.3'],
    ['an answer to no question', () => judgeAnswer(open, 'ada', digest, 'm', noon), 'state_conflict pending'],
    ['an answer by another', () => judgeAnswer(open, 'grace', digest, 'm', noon), 'not_found'],
    ['the requester withdraws', () => judgeWithdrawal(open, 'ada', digest, noon), 'taken'],
    ['another withdraws', () => judgeWithdrawal(open, 'grace', digest, noon), 'not_found'],
    ['a withdrawal too late', () => judgeWithdrawal(granted, 'ada', digest, noon), 'request_closed approved'],
    ['the subject surrenders', () => judgeSurrender(granted, 'ada', noon + 120), 'taken'],
    ['another surrenders', () => judgeSurrender(granted, 'grace', noon + 120), 'not_found'],
    ['a surrender of nothing', () => judgeSurrender(open, 'ada', noon), 'not_found'],
    ['a surrender at the end', () => judgeSurrender(granted, 'ada', noon + 60 + 4 * hour), 'request_closed expired'],
  ])('%s', (_name, act, expected) => {
    expect(failureOf(act)).toBe(expected)
  })

  it('revoke a grant for those who gave it, security and who is on call', () => {
    expect(revoke('grace')).toBe('taken')
    expect(revoke('edsger')).toBe('not_eligible')
    expect(revoke('edsger', ['security'])).toBe('taken')
    expect(revoke('edsger', ['admin'])).toBe('not_eligible')
    expect(revoke('edsger', ['admin'], true)).toBe('taken')
    expect(revoke('nobody', ['security'])).toBe('not_eligible')
    expect(revoke('grace', [], false, noon + 60 + 4 * hour)).toBe('request_closed expired')
  })

  const circumstances = (members: Partial<Circumstances> = {}): Circumstances => ({
    device: { status: 'active', kid: 'kid' },
    termsKid: 'kid',
    keyReached: true,
    subjectActive: true,
    electorate,
    ...members,
  })
  const alone = electorateOf(open, aDirectory(aMember('ada')), [], noon)
  it.each([
    ['nothing', {}, []],
    ['a quarantine', { device: { status: 'quarantined', kid: 'kid' } }, []],
    ['a removed device', { device: { status: 'removed', kid: 'kid' } }, ['device']],
    ['a device that is gone', { device: undefined }, ['device']],
    ['another key', { keyReached: false }, ['key']],
    ['a subject who left', { subjectActive: false }, ['person']],
  ] as const)('make stale and void for %s', (_name, members, expected) => {
    const open2 = outdateMoves(open, circumstances(members), noon)
    const granted2 = outdateMoves(granted, circumstances(members), noon)
    expect(open2.map((move) => (move.type === 'request-outdated' ? move.changed.what : ''))).toEqual(expected)
    expect(granted2.map((move) => (move.type === 'grant-voided' ? move.cause : ''))).toEqual(expected)
  })

  it('make stale, but not void, where nobody could approve any more', () => {
    expect(outdateMoves(open, circumstances({ electorate: alone }), noon)).toMatchObject([
      { type: 'request-outdated', state: 'stale', changed: { what: 'pool', from: 'a', to: null } },
    ])
    expect(outdateMoves(granted, circumstances({ electorate: alone }), noon)).toEqual([])
  })
})

function submittedWaiting(): NewMove {
  const first = submitted()
  return first.type === 'request-submitted' ? { ...first, state: 'step_up_required' } : first
}
