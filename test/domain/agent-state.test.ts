import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AgentFacts, agentState, agentStates, type ResultFacts } from '#domain/agent-state.ts'

const now = 1_795_510_812
const good: ResultFacts = { status: 'affirming', exp: now + 1, outcomes: ['met'], access: ['allow'] }
const calm: AgentFacts = {
  started: true,
  updateRequired: false,
  enrollment: 'enrolled',
  key: 'ok',
  unreachable: false,
  result: good,
  now,
}
const facts = (members: Partial<AgentFacts>): AgentFacts => ({ ...calm, ...members })
const result = (members: Partial<ResultFacts>) => facts({ result: { ...good, ...members } })

describe('The state of an agent', () => {
  it.each([
    ['starting', facts({ started: false })],
    ['starting', facts({ result: undefined })],
    ['update-required', facts({ updateRequired: true })],
    ['not-enrolled', facts({ enrollment: 'none' })],
    ['not-enrolled', facts({ enrollment: 'none', key: 'missing' })],
    ['not-enrolled', facts({ enrollment: 'none', key: 'unasked' })],
    ['waiting-approval', facts({ enrollment: 'pending' })],
    ['key-locked', facts({ key: 'locked' })],
    ['key-unavailable', facts({ key: 'unavailable' })],
    ['key-missing', facts({ key: 'missing' })],
    ['quarantined', facts({ enrollment: 'quarantined' })],
    ['offline', facts({ unreachable: true })],
    ['offline', facts({ unreachable: true, result: undefined })],
    ['verdict-old', result({ exp: now })],
    ['refused', result({ access: ['refuse', 'refuse'], outcomes: ['violated'] })],
    ['restricted', result({ access: ['allow', 'refuse'], outcomes: ['violated'] })],
    ['restricted', result({ access: ['challenge', 'refuse'], outcomes: ['violated'] })],
    ['grace', result({ outcomes: ['met', 'excepted', 'tolerated', 'violated'] })],
    ['excepted', result({ outcomes: ['met', 'excepted', 'unknown'] })],
    ['warning', result({ outcomes: ['met', 'violated'] })],
    ['warning', result({ outcomes: ['unknown'], access: ['challenge'] })],
    ['refused', result({ status: 'contraindicated', outcomes: [], access: [] })], // a gateway without a book
    ['nothing-asked', result({ status: 'none', outcomes: [], access: [] })],
    ['nothing-asked', result({ outcomes: [], access: ['allow'] })],
    ['healthy', facts({})],
    ['healthy', facts({ key: 'file' })],
  ] as const)('is %s', (state, given) => {
    expect(agentState(given)).toBe(state)
  })

  it('is refused where a gate refuses everything before any check is judged', () => {
    expect(agentState(result({ access: ['refuse'], outcomes: [] }))).toBe('refused')
    expect(agentState(result({ access: ['refuse', 'allow'], outcomes: [] }))).toBe('restricted')
  })

  it('says of the key what a person must do first, before there is an enrolment', () => {
    expect(agentState(facts({ enrollment: 'none', key: 'locked' }))).toBe('key-locked')
    expect(agentState(facts({ enrollment: 'none', key: 'unavailable' }))).toBe('key-unavailable')
  })

  const anyFacts: fc.Arbitrary<AgentFacts> = fc.record({
    started: fc.boolean(),
    updateRequired: fc.boolean(),
    enrollment: fc.constantFrom('none', 'pending', 'enrolled', 'quarantined'),
    key: fc.constantFrom('ok', 'file', 'missing', 'locked', 'unavailable', 'unasked'),
    unreachable: fc.boolean(),
    result: fc.option(
      fc.record({
        exp: fc.integer({ min: now - 2, max: now + 2 }),
        status: fc.constantFrom('none', 'affirming', 'warning', 'contraindicated'),
        outcomes: fc.array(fc.constantFrom('met', 'tolerated', 'excepted', 'violated', 'unknown')),
        access: fc.array(fc.constantFrom('allow', 'challenge', 'refuse')),
      }),
      { nil: undefined },
    ),
    now: fc.constant(now),
  })

  it('is one of the list for whatever is true', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        expect(agentStates).toContain(agentState(given))
      }),
    )
  })

  it('is healthy only where everything is good', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        if (agentState(given) !== 'healthy') return
        expect(given.started && !given.updateRequired && !given.unreachable && given.enrollment === 'enrolled').toBe(
          true,
        )
        expect(given.result?.exp).toBeGreaterThan(now)
        expect(given.result?.outcomes.every((outcome) => outcome === 'met')).toBe(true)
        expect(given.result?.access).not.toContain('refuse')
        expect(['ok', 'file', 'unasked']).toContain(given.key)
      }),
      { numRuns: 3000 },
    )
  })

  it('never hides a refusal behind a calmer word', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        if (given.result?.access.includes('refuse') !== true) return
        expect(['grace', 'excepted', 'warning', 'nothing-asked', 'healthy']).not.toContain(agentState(given))
      }),
      { numRuns: 3000 },
    )
  })
})
