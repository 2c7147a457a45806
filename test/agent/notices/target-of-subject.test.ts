import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetOfSubject } from '#agent/notices/target-of-subject.ts'
import { screens } from '#contract/agent-windows.ts'
import { aResult, aSnapshot } from '#test/support/a-snapshot.ts'
import { aVote } from '#test/support/notice-stories.ts'

const vote = aVote()
const snapshot = {
  ...aSnapshot(),
  asked_votes: [vote],
  result: aResult({ checks: [{ check: 'firewall', signal: 'firewall', outcome: 'violated' }] }),
}

describe('The notice of an earlier run', () => {
  it.each([
    ['check:firewall', { screen: 'status', check: 'firewall' }],
    ['check:of-nobody', { screen: 'status' }],
    ['exception:01a20cc8-6770-7c10-8a4e-5d2f0c9be7ff', { screen: 'exceptions' }],
    ['vote:01a20cc8-6770-7c10-8a4e-5d2f0c9be7ff', { screen: 'status' }],
    ['access', { screen: 'status' }],
    ['checks', { screen: 'status' }],
    ['tray', { screen: 'status' }],
    ['overflow', { screen: 'status' }],
    ['key', { screen: 'settings' }],
    ['update', { screen: 'settings' }],
  ] as const)('about %s leads to %j', (subject, route) => {
    expect(targetOfSubject(subject, snapshot)).toEqual({ kind: 'screen', route })
  })

  it('about a vote that is still asked leads to the console', () => {
    expect(targetOfSubject(`vote:${vote.request_id}`, snapshot)).toEqual({ kind: 'console' })
  })

  it.each([
    '',
    'toString',
    '__proto__',
    'constructor',
    'check:',
    'check:A',
    'check:a:b',
    'console',
    'postern://enroll',
  ])('of which %j is said leads nowhere', (subject) => {
    expect(targetOfSubject(subject, snapshot)).toBeUndefined()
  })

  it('never leads anywhere but to a screen of ours, with ids that are known here', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('check', 'exception', 'vote', 'access', 'x'), fc.string())
        .map((parts) => parts.join(':')),
    )
    fc.assert(
      fc.property(text, (subject) => {
        const target = targetOfSubject(subject, snapshot)
        if (target === undefined || target.kind === 'console') return
        expect(screens).toContain(target.route.screen)
        expect([undefined, 'firewall']).toContain(target.route.check)
        expect(target.route.request).toBeUndefined()
      }),
    )
  })
})
