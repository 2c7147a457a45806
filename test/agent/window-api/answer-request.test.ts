import { describe, expect, it } from 'vitest'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import { agentStanding } from '#agent/window-api/agent-standing.ts'
import { answerRequest } from '#agent/window-api/answer-request.ts'
import { type AgentActions, requestHandlers } from '#agent/window-api/handlers.ts'
import { type Asker, maxCallsPerSecond, requestNames } from '#contract/ipc.ts'
import { Failure } from '#domain/failure.ts'
import { type Log, silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'

function anAgent(actions: Partial<AgentActions> = {}, asker: Asker = 'cli', log: Log = silentLog) {
  const clock = aClock()
  const calls: unknown[] = []
  const standing = agentStanding({ version: '0.1.0', development: false, os: 'linux', managed: unmanaged }, clock)
  const handlers = requestHandlers({
    snapshot: standing.snapshot.read,
    checkNow: async () => void calls.push('checkNow'),
    preview: () => Promise.reject(new Failure('link_invalid', { reason: 'It is a link for something else' })),
    confirm: async (link, consent) => void calls.push({ link, consent }),
    cancelEnrollment: async () => undefined,
    tryKeyAgain: async () => undefined,
    exceptions: notRunning,
    takeRoute: () => null,
    privacy: notRunning,
    history: notRunning,
    window: notRunning,
    ...actions,
  })
  return { clock, calls, ask: answerRequest(asker, handlers, { clock, log }) }
}

const notRunning = () => Promise.reject(new Failure('agent_not_running', {}))

const digest = 'v7GQuewQv7kcsQ-MCrfdk_Vn2nxZ8HZP33G8hvEUmXc'

describe('a question in its form', () => {
  it('is answered', async () => {
    const { ask } = anAgent()
    expect(await ask('agent/snapshot', undefined)).toMatchObject({ ok: true, value: { state: 'starting' } })
    expect(await ask('enrollment/cancel', undefined)).toEqual({ ok: true, value: undefined })
  })

  it('is answered with the code of a foreseen failure and its details', async () => {
    const { ask } = anAgent()
    expect(await ask('enrollment/preview', { link: 'x' })).toEqual({
      ok: false,
      code: 'link_invalid',
      details: { reason: 'It is a link for something else' },
    })
  })

  it('is answered with a log id, and not a word more, where something broke', async () => {
    const logged: unknown[] = []
    const log = { ...silentLog, error: (_event: string, fields: unknown) => logged.push(fields) }
    const { ask } = anAgent({ checkNow: () => Promise.reject(new Error('secret path /home/ada')) }, 'cli', log)
    const reply = await ask('posture/check-now', undefined)
    expect(reply).toEqual({ ok: false, code: 'internal', logId: expect.any(String) })
    expect(logged).toMatchObject([{ logId: 'logId' in reply ? reply.logId : '', err: expect.any(Error) }])
  })
})

describe('a question that is not', () => {
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  const trap = {
    get link(): string {
      throw new Error('a getter')
    },
  }
  const hostile: readonly (readonly [unknown, unknown])[] = [
    [undefined, undefined],
    [null, null],
    [42, undefined],
    [['agent/snapshot'], undefined],
    [{ toString: () => 'agent/snapshot' }, undefined],
    ['', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
    ['toString', undefined],
    ['hasOwnProperty', undefined],
    ['agent/snapshot ', undefined],
    ['AGENT/SNAPSHOT', undefined],
    ['app/quit', {}],
    ['clipboard/copy', { text: 'a window alone may' }],
    ['agent/snapshot', {}],
    ['agent/snapshot', null],
    ['agent/snapshot', 0],
    ['enrollment/preview', undefined],
    ['enrollment/preview', 'postern://enroll'],
    ['enrollment/preview', {}],
    ['enrollment/preview', { link: 1 }],
    ['enrollment/preview', { link: 'x'.repeat(513) }],
    ['enrollment/preview', { link: 'x', more: 1 }],
    ['enrollment/preview', JSON.parse('{"link":"x","__proto__":{"consent":1}}')],
    ['enrollment/confirm', { link: 'x' }],
    ['enrollment/confirm', { link: 'x', consent: 'short' }],
    ['enrollment/confirm', { link: 'x', consent: digest, by: 'policy' }],
    ['enrollment/confirm', [{ link: 'x', consent: digest }]],
    ['enrollment/confirm', { link: 'x'.repeat(70_000), consent: digest }],
    ['enrollment/confirm', cycle],
    ['enrollment/confirm', 10n],
    ['enrollment/confirm', () => undefined],
    ['enrollment/confirm', Symbol('x')],
    ['enrollment/preview', trap],
  ]

  it('gets a code, whatever it is, and reaches nobody', async () => {
    const { ask, calls, clock } = anAgent()
    for (const [name, question] of hostile) {
      const reply = await ask(name, question)
      expect([name, reply.ok, 'code' in reply && reply.code]).toEqual([name, false, 'question_invalid'])
      await clock.advance(1000)
    }
    expect(calls).toEqual([])
  })

  it('says where it is wrong', async () => {
    const { ask } = anAgent()
    expect(await ask('enrollment/confirm', { link: 'x', consent: 'short' })).toMatchObject({
      details: { errors: [{ pointer: '/consent' }] },
    })
  })
})

describe('too many questions', () => {
  it('of one name in a second are refused; other names and the next second are not concerned', async () => {
    const { ask, clock } = anAgent()
    for (let call = 0; call < maxCallsPerSecond; call += 1)
      expect((await ask('agent/snapshot', undefined)).ok).toBe(true)
    expect(await ask('agent/snapshot', undefined)).toMatchObject({ ok: false, code: 'too_many_questions' })
    expect((await ask('enrollment/cancel', undefined)).ok).toBe(true)
    await clock.advance(1000)
    expect((await ask('agent/snapshot', undefined)).ok).toBe(true)
  })
})

describe('every request', () => {
  it.each(requestNames)('%s is known and never throws', async (name) => {
    const { ask } = anAgent()
    for (const question of [undefined, { link: 'x', consent: digest }, []])
      expect(await ask(name, question)).toHaveProperty('ok')
  })
})
