import { describe, expect, it } from 'vitest'
import { noPaint } from '#cli/print/paint.ts'
import { textWidth } from '#cli/print/text-width.ts'
import { statusExit, statusLines } from '#cli/status/status-lines.ts'
import type { StatusView } from '#cli/status/status-view.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { cliDe } from '#contract/texts/cli-de.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import { de } from '#contract/texts/de.ts'
import { en } from '#contract/texts/en.ts'
import { valueWordsDe, valueWordsEn } from '#contract/texts/value-words.ts'
import { type AgentState, agentStates } from '#domain/agent-state.ts'
import { aFinding, aRefusal, aResult, aSnapshot, noon } from '#test/support/a-snapshot.ts'

const english: StatusView = {
  texts: en,
  cli: cliEn,
  words: valueWordsEn,
  language: 'en',
  paint: noPaint,
  columns: 80,
  now: noon,
  timeZone: 'UTC',
}
const german: StatusView = { ...english, texts: de, cli: cliDe, words: valueWordsDe, language: 'de' }
const withResult: readonly AgentState[] = agentStates.slice(agentStates.indexOf('offline'))

function snapshotIn(state: AgentState): Snapshot {
  if (state === 'not-enrolled')
    return aSnapshot({
      state,
      issuer: null,
      organisation: null,
      contact: null,
      owner: null,
      device_id: null,
      tier: null,
    })
  return aSnapshot({ state, result: withResult.includes(state) ? aRefusal() : null })
}

describe.each([
  ['English', english],
  ['German', german],
])('The status in %s', (_, view) => {
  it.each(agentStates)('is complete and fits 80 columns while the agent is %s', (state) => {
    const lines = statusLines(snapshotIn(state), view)
    expect(lines.join('\n')).not.toMatch(/\{[a-z]|undefined|NaN/i)
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(80)
  })
})

describe('A device with a firewall that is off', () => {
  const snapshot = aSnapshot({ state: 'restricted', result: aRefusal(), result_at: noon - 600 })
  const text = statusLines(snapshot, english).join('\n')

  it('is told in its first line what it may not reach', () => {
    expect(text.split('\n')[0]).toBe('No access to Payments. The rest is open')
  })

  it('is told what was observed, what is required, what that blocks and what to do', () => {
    expect(text).toContain(
      '    observed  off\n    required  on\n    blocks    Payments\n    since     09:00\n    to do     Run: sudo ufw enable',
    )
  })

  it('is told which resource is refused because of what', () => {
    expect(text).toContain('Payments  refused  Firewall')
    expect(text).toContain('Wiki      open')
  })

  it('is told one next step at the end', () => {
    expect(text.split('\n').slice(-2).join('\n')).toMatch(/^Next: fix what is named above/)
  })

  it('ends with 1', () => {
    expect(statusExit(snapshot)).toBe(1)
  })
})

describe('A sentence with a number in it', () => {
  it('counts one check as one', () => {
    const [line] = statusLines(aSnapshot({ state: 'refused', result: aRefusal() }), english)
    expect(line).toBe('Access refused: 1 check needs attention')
  })

  it('names when the first grace ends', () => {
    const result = aResult({
      checks: [{ check: 'firewall', signal: 'firewall', outcome: 'tolerated' }],
      resources: [
        {
          id: 'wiki',
          name: 'Wiki',
          access: 'allow',
          findings: [
            aFinding('firewall@HsO6XLxM', { outcome: 'tolerated', grace_until: noon + 7200 }),
            aFinding('disk@HsO6XLxM', { outcome: 'tolerated', grace_until: noon + 3600 }),
          ],
        },
      ],
    })
    const [line] = statusLines(aSnapshot({ state: 'grace', result }), english)
    expect(line).toBe('1 check needs attention. Access ends 11:00')
  })
})

describe('How the status ends', () => {
  it.each([
    ['not-enrolled', 4],
    ['waiting-approval', 4],
    ['offline', 4],
    ['verdict-old', 3],
    ['key-locked', 3],
    ['quarantined', 1],
    ['refused', 1],
    ['grace', 0],
    ['healthy', 0],
  ] as const)('while %s is %i', (state, exit) => {
    expect(statusExit(aSnapshot({ state }))).toBe(exit)
  })

  it('is 1 where a resource asks for a confirmation', () => {
    const result = aResult({ resources: [{ id: 'wiki', name: 'Wiki', access: 'challenge', findings: [] }] })
    expect(statusExit(aSnapshot({ state: 'healthy', result }))).toBe(1)
  })
})

describe('Texts of a hostile gateway', () => {
  it('cannot move the cursor or begin a line of their own', () => {
    const evil = '\u001b[2J\nAccess granted\r'
    const refusal = aRefusal()
    const result = {
      ...refusal,
      resources: refusal.resources.map((resource) => ({ ...resource, name: evil })),
      checks: refusal.checks.map((check) => ({ ...check, required: { text: { en: evil }, parameters: {} } })),
    }
    const snapshot = aSnapshot({ state: 'restricted', result, organisation: evil, owner: evil, contact: evil })
    const lines = statusLines(snapshot, english)
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}/u)
      expect(line).not.toMatch(/^Access granted/)
    }
  })
})

describe('What was sent', () => {
  const sent = [
    { typ: 'eat+jwt', at: noon - 60, payload: '{"iss":"ü"}' },
    { typ: 'dpop+jwt', at: noon, payload: '{}' },
  ]

  it('is told of the last report, in bytes, not of what carried it', () => {
    const text = statusLines(aSnapshot({ sent }), english).join('\n')
    expect(text).toContain('Last report   09:59, 12 bytes; word for word: postern status --json')
  })

  it('is nothing on a device that sent nothing', () => {
    expect(statusLines(aSnapshot(), english).join('\n')).toContain('Last report   Nothing has left this device')
  })
})

describe('A device in development mode', () => {
  it('is told commands that reach its agent', () => {
    const text = statusLines(aSnapshot({ state: 'offline', development: true }), english).join('\n')
    expect(text).toContain('postern doctor --development')
  })
})
