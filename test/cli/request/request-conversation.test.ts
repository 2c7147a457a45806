import { describe, expect, it } from 'vitest'
import { requestConversation } from '#cli/request/request-conversation.ts'
import { statusView } from '#cli/status/view-on.ts'
import { UsageFault } from '#cli/usage-fault.ts'
import type { RequestName } from '#contract/ipc.ts'
import { aRequestAgent, form, preview, typed } from '#test/support/a-request-agent.ts'
import { noon } from '#test/support/a-snapshot.ts'
import { aTerminal, type TerminalParts } from '#test/support/a-terminal.ts'

async function converse(
  words: Parameters<typeof typed>[0],
  parts: TerminalParts = {},
  answers: { readonly [Name in RequestName]?: unknown } = {},
) {
  const told = aRequestAgent(answers)
  const at = aTerminal(parts)
  const view = await statusView(at.terminal, noon)
  const asked = requestConversation(told.agent, typed(words), { terminal: at.terminal, view })
  return { ...told, ...at, asked, said: () => at.errLines.join('\n') }
}

const all = {
  check: 'firewall-on',
  for: '30m',
  category: 'debugging',
  reason: 'The build agent must reach it',
  yes: true,
} as const

describe('A request made in a terminal', () => {
  const lines = ['wiki', '8h', '30m', 'debugging', 'too short', 'The build agent must reach it', 'OPS-1', '2026-11-30']

  it('shows the remedy first, then what an exception takes, and only then asks for words', async () => {
    const { asked, said, terminal, errLines } = await converse({}, { lines, answers: [true] })
    expect(await asked).toMatchObject({ kind: 'sent' })
    const at = (text: string) => errLines.findIndex((line) => line.includes(text))
    expect(at('sudo nft -f /etc/nftables.conf')).toBeGreaterThan(at(terminal.texts.request.remedyFirst))
    expect(at(terminal.texts.request.otherwise)).toBeGreaterThan(at('sudo nft'))
    for (const shown of ['1 h', '2 h', '2 of device-security', 'a passkey with PIN or fingerprint', 'record'])
      expect(said()).toContain(shown)
  })

  it('asks again where an answer cannot be, and sends what was said', async () => {
    const { asked, said, questions } = await converse({}, { lines, answers: [true] })
    await asked
    expect(said()).toContain('at most 1 h')
    expect(said()).toContain('9 characters are too few; it takes 20')
    expect(questions('exception/submit')).toEqual([
      {
        checks: ['firewall-on'],
        resources: ['wiki'],
        duration_s: 1800,
        category: 'debugging',
        reason: 'The build agent must reach it',
        ticket: 'OPS-1',
        remedy_by: Date.parse('2026-11-30T23:59:59Z') / 1000,
      },
    ])
  })

  it('sends nothing where the person says no, or goes away', async () => {
    const refused = await converse({}, { lines, answers: [false] })
    expect(await refused.asked).toEqual({ kind: 'declined' })
    const gone = await converse({}, { lines: ['wiki'], answers: [] })
    expect(await gone.asked).toEqual({ kind: 'declined' })
    for (const { questions, said } of [refused, gone]) {
      expect(questions('exception/submit')).toEqual([])
      expect(said()).toContain('Nothing was sent.')
    }
  })

  it('speaks German to who speaks German', async () => {
    const { asked, said } = await converse({}, { lines, answers: [true], language: 'de' })
    await asked
    expect(said()).toContain('Der Weg ohne Ausnahme:')
  })
})

describe('A request made without a terminal', () => {
  it('is sent from options alone, for all that the check closes', async () => {
    const { asked, questions } = await converse(all)
    expect(await asked).toMatchObject({ kind: 'sent' })
    expect(questions('exception/submit')).toMatchObject([{ resources: ['wiki', 'chat'], duration_s: 1800 }])
  })

  it.each([
    ['no duration', { ...all, for: '' }],
    ['no reason', { ...all, reason: '' }],
    ['a duration beyond the limit', { ...all, for: '2d' }],
    ['no duration at all', { ...all, for: 'soon' }],
    ['a resource that is not closed', { ...all, resource: 'wiki,mail' }],
    ['a category that there is not', { ...all, category: 'lazy' }],
    ['a day that is over', { ...all, 'fix-by': '2020-01-01' }],
    ['nobody who agreed', { check: all.check, for: all.for, category: all.category, reason: all.reason }],
  ])('cannot be run with %s', async (_what, words) => {
    const { asked, questions } = await converse(words)
    await expect(asked).rejects.toBeInstanceOf(UsageFault)
    expect(questions('exception/submit')).toEqual([])
  })
})

describe('A request that is not to be had', () => {
  it('ends with no for a check that does not fail, or none that does', async () => {
    expect(await (await converse({ ...all, check: 'screen-lock' })).asked).toEqual({ kind: 'no' })
    expect(await (await converse(all, {}, { 'exception/form': { ...form, checks: [] } })).asked).toEqual({ kind: 'no' })
  })

  it('is not guessed at without a verdict', async () => {
    const { asked } = await converse(all, {}, { 'exception/form': { ...form, result_at: null, checks: [] } })
    expect(await asked).toEqual({ kind: 'unknown' })
  })

  it('says why, and when it may be asked for again', async () => {
    const refusal = [
      { code: 'cooldown', limit: 3600, left: 1800 },
      { code: 'new_code\u202e', limit: null, left: null },
    ]
    const { asked, said, questions } = await converse(
      all,
      {},
      {
        'exception/preview': { ...preview, offered: false, refusal, cooldown_until: noon + 1800 },
      },
    )
    expect(await asked).toEqual({ kind: 'no' })
    expect(said()).toContain('It is too soon after the last exception or denial (limit 1 h, left 30 min)')
    expect(said()).toContain('You can ask again')
    expect(said()).toContain('new_code<202e>')
    expect(questions('exception/submit')).toEqual([])
  })
})

describe('A request made while the gateway is away', () => {
  it('is held to the last known limits, says so, and is kept', async () => {
    const { asked, said, questions } = await converse(
      { ...all, reason: 'short one' },
      {},
      {
        'exception/preview': { code: 'gateway_unreachable' },
        'exception/submit': { kind: 'kept', code: 'gateway_unreachable' },
      },
    )
    expect(await asked).toMatchObject({ kind: 'kept' })
    expect(said()).toContain('The gateway does not answer.')
    expect(questions('exception/submit')).toHaveLength(1)
  })
})

describe('Hostile words of a gateway', () => {
  it('reach the terminal without moving its cursor', async () => {
    const { asked, said } = await converse(
      all,
      {},
      {
        'exception/preview': { ...preview, stages: [{ id: '\u001b[2Jx\u202e', need: 1 }], controls: ['\u0007bell'] },
      },
    )
    await asked
    for (const hostile of ['\u001b', '\u0007', '\u202e']) expect(said()).not.toContain(hostile)
    expect(said()).toContain('<1b>[2Jx<202e>')
  })
})
