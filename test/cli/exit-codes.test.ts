import { describe, expect, it } from 'vitest'
import { exitOf, failureExits, stateExits } from '#cli/exit-codes.ts'
import { en } from '#contract/texts/en.ts'
import { agentStates } from '#domain/agent-state.ts'
import { Failure } from '#domain/failure.ts'

describe('The exit codes', () => {
  it('have one of the codes of the table for every failure there is a sentence for', () => {
    expect(Object.keys(failureExits).sort()).toEqual(Object.keys(en.failures).sort())
    for (const exit of Object.values(failureExits)) expect([1, 2, 3, 4, 70]).toContain(exit)
  })

  it('never let a failure end with 0', () => {
    expect(Object.values(failureExits)).not.toContain(0)
  })

  it('have one for every state of the agent', () => {
    expect(Object.keys(stateExits).sort()).toEqual([...agentStates].sort())
  })

  it.each([
    ['nobody is there', new Failure('agent_not_running', {}), 4],
    ['the gateway is not reached', new Failure('gateway_unreachable', { reason: 'There is no network' }), 4],
    ['this device is not enrolled', new Failure('not_enrolled', {}), 4],
    ['enrolment is refused', new Failure('enrollment_refused', {}), 1],
    ['the link is none', new Failure('link_invalid', { reason: 'It is a link for something else' }), 2],
    ['a person is not known', new Failure('unknown_person', { email: 'x@example.com' }), 2],
    ['it comes later', new Failure('not_implemented', { what: 'x' }), 2],
    ['what was thrown was not foreseen', new TypeError('x is undefined'), 70],
    ['what was thrown is no error at all', 'x', 70],
  ])('end as the table says where %s', (_, thrown, exit) => {
    expect(exitOf(thrown)).toBe(exit)
  })
})
