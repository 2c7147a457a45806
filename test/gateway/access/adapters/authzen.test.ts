import { describe, expect, it } from 'vitest'
import { evaluationAnswer } from '#contract/authzen.ts'
import { type AuthzenPorts, BadQuestion, evaluate, evaluateAll } from '#gateway/access/adapters/authzen.ts'
import type { Caller } from '#gateway/access/authenticate-proxy.ts'
import type { Decided } from '#gateway/access/decide-for-device.ts'
import { rangesOf } from '#gateway/http/client-address.ts'
import { aResource } from '#test/support/a-judged-device.ts'
import { deviceId } from '#test/support/a-wire.ts'

const now = 1_795_510_812
const resources = [
  aResource({ id: 'payments', origins: ['https://pay.example.com', 'https://pay.example.com:8443'] }),
  aResource({ id: 'wiki', origins: ['https://wiki.example.com'] }),
  aResource({ id: 'vault', origins: [] }),
]

function aCaller(origins?: readonly string[]): Caller {
  return { id: 'app', adapter: 'authzen', from: rangesOf(['127.0.0.1/32']), secretHash: '', origins }
}

type Asked = { readonly device: string; readonly resource: string; readonly act: unknown }

/** A desk on which Ada has one device; the wiki is open, everything else refused for its firewall. */
function aDesk() {
  const asked: Asked[] = []
  const told: string[] = []
  const ports: AuthzenPorts = {
    resources,
    newDecisionId: () => `decision-${told.length}`,
    onDecided: (access, code) => void told.push(`${access} ${code}`),
    desk: {
      async deviceOf(email, named) {
        if (email !== 'ada@example.com') return undefined
        return named === undefined || named === deviceId ? deviceId : undefined
      },
      async decide(device, resource, act): Promise<Decided> {
        asked.push({ device, resource: resource.id, act })
        if (resource.id === 'wiki') return { access: 'allow', checks: [], grants: [], recheckAt: now + 60 }
        return { access: 'refuse', code: 'posture_failed', checks: ['firewall'], grants: [], recheckAt: now + 60 }
      },
    },
  }
  return { ports, asked, told }
}

const ada = { type: 'user', id: 'ada@example.com' }
const access = { name: 'access' }
const wiki = { type: 'resource', id: 'wiki' }

function ask(question: object, { caller = aCaller(), desk = aDesk() } = {}) {
  return evaluate(desk.ports, caller, question, now)
}

const reasonOf = async (question: object, caller?: Caller) =>
  (await ask(question, caller === undefined ? {} : { caller })).context?.reason ?? 'allowed'

describe('One evaluation', () => {
  it('says yes, with an id of the decision, and nothing to keep', async () => {
    const answer = await ask({ subject: ada, action: access, resource: wiki })
    expect(answer).toEqual({ decision: true, context: { decision_id: 'decision-1', ttl: 0 } })
    expect(evaluationAnswer.parse(answer)).toEqual(answer)
  })

  it('says no, with the reason and the checks', async () => {
    const answer = await ask({ subject: ada, action: access, resource: { type: 'resource', id: 'payments' } })
    expect(answer).toEqual({
      decision: false,
      context: { reason: 'posture_failed', checks: ['firewall'], decision_id: 'decision-1', ttl: 0 },
    })
  })

  it('counts each decision by its outcome', async () => {
    const desk = aDesk()
    await ask({ subject: ada, action: access, resource: wiki }, { desk })
    await ask({ subject: ada, action: access, resource: { type: 'resource', id: 'vault' } }, { desk })
    expect(desk.told).toEqual(['allow none', 'refuse posture_failed'])
  })

  it('ignores what it does not know, and what the caller says of itself', async () => {
    const answer = await ask({
      subject: { ...ada, properties: { compliant: true, groups: ['admin'] }, more: 1 },
      action: { ...access, properties: { force: true } },
      resource: { ...wiki, properties: { public: true }, tags: [] },
      context: { session: { steppedUpAt: now }, anything: [1] },
      broken: true,
    })
    expect(answer.decision).toBe(true)
  })

  it.each([
    ['a device', { type: 'device', id: deviceId }, deviceId],
    ['a person with one device', ada, deviceId],
    ['a person with the device named', { ...ada, properties: { device_id: deviceId } }, deviceId],
  ])('asks about %s', async (_what, subject, device) => {
    const desk = aDesk()
    await ask({ subject, action: access, resource: wiki }, { desk })
    expect(desk.asked).toEqual([{ device, resource: 'wiki', act: undefined }])
  })

  it.each([
    ['a person nobody knows', { type: 'user', id: 'eve@example.com' }],
    ['a device of somebody else', { ...ada, properties: { device_id: 'another' } }],
    ['a device that is no text', { ...ada, properties: { device_id: 7 } }],
    ['a device that is null', { ...ada, properties: { device_id: null } }],
    ['a service', { type: 'service', id: 'ada@example.com' }],
  ])('finds no device for %s', async (_what, subject) => {
    expect(await reasonOf({ subject, action: access, resource: wiki })).toBe('no_device')
  })

  it.each([
    ['an id nobody knows', { type: 'resource', id: 'other' }],
    ['an origin nobody knows', { type: 'origin', id: 'https://other.example.com' }],
    ['an origin in other letters', { type: 'origin', id: 'https://WIKI.example.com' }],
    ['an id given as an origin', { type: 'origin', id: 'wiki' }],
    ['an origin given as an id', { type: 'resource', id: 'https://wiki.example.com' }],
    ['another type', { type: 'document', id: 'wiki' }],
  ])('finds no resource for %s', async (_what, resource) => {
    expect(await reasonOf({ subject: ada, action: access, resource })).toBe('unknown_resource')
  })

  it('finds a resource by any of its origins', async () => {
    expect(
      await reasonOf({ subject: ada, action: access, resource: { type: 'origin', id: 'https://wiki.example.com' } }),
    ).toBe('allowed')
    expect(
      await reasonOf({
        subject: ada,
        action: access,
        resource: { type: 'origin', id: 'https://pay.example.com:8443' },
      }),
    ).toBe('posture_failed')
  })

  it.each([
    ['GET', '/a/b', { method: 'GET', path: '/a/b' }],
    ['POST', '/a//b?x=1', { method: 'POST', path: '/a/b' }],
    ['GET', undefined, { method: 'GET', path: '/' }],
    ['access', '/a', undefined],
  ])('is for %s on %s', async (name, path, act) => {
    const desk = aDesk()
    const resource = path === undefined ? wiki : { ...wiki, properties: { path } }
    await ask({ subject: ada, action: { name }, resource }, { desk })
    expect(desk.asked[0]?.act).toEqual(act)
  })

  it.each([
    ['get', '/'],
    ['G ET', '/'],
    ['GET\n', '/'],
    ['GET', '/../x'],
    ['GET', '/%2e%2e/x'],
    ['GET', 'x'],
    ['GET', 7],
    ['GET', null],
    ['access', '/../x'],
  ])('is refused as ambiguous for %j on %j', async (name, path) => {
    const resource = { ...wiki, properties: { path } }
    expect(await reasonOf({ subject: ada, action: { name }, resource })).toBe('bad_target')
  })
})

describe('A caller with origins of its own', () => {
  const caller = aCaller(['https://wiki.example.com', 'https://pay.example.com'])

  it('may ask about what has one of them', async () => {
    expect(await reasonOf({ subject: ada, action: access, resource: wiki }, caller)).toBe('allowed')
    expect(
      await reasonOf({ subject: ada, action: access, resource: { type: 'resource', id: 'payments' } }, caller),
    ).toBe('posture_failed')
    expect(
      await reasonOf(
        { subject: ada, action: access, resource: { type: 'origin', id: 'https://wiki.example.com' } },
        caller,
      ),
    ).toBe('allowed')
  })

  it.each([
    ['a resource without origins', { type: 'resource', id: 'vault' }],
    ['another origin of a resource that it may ask about', { type: 'origin', id: 'https://pay.example.com:8443' }],
  ])('finds nothing for %s', async (_what, resource) => {
    expect(await reasonOf({ subject: ada, action: access, resource }, caller)).toBe('unknown_resource')
  })

  it('with none at all finds nothing', async () => {
    expect(await reasonOf({ subject: ada, action: access, resource: wiki }, aCaller([]))).toBe('unknown_resource')
  })
})

describe('A question that is none', () => {
  it.each([
    ['nothing', {}],
    ['no subject', { action: access, resource: wiki }],
    ['no action', { subject: ada, resource: wiki }],
    ['no resource', { subject: ada, action: access }],
    ['a subject as text', { subject: 'ada', action: access, resource: wiki }],
    ['an empty id', { subject: { type: 'user', id: '' }, action: access, resource: wiki }],
    ['an id as a number', { subject: { type: 'user', id: 7 }, action: access, resource: wiki }],
    ['no type', { subject: { id: 'x' }, action: access, resource: wiki }],
    ['properties as a list', { subject: { ...ada, properties: [] }, action: access, resource: wiki }],
    ['a context as text', { subject: ada, action: access, resource: wiki, context: 'x' }],
    ['a long id', { subject: { type: 'user', id: 'x'.repeat(321) }, action: access, resource: wiki }],
  ])('is answered with a sentence: %s', async (_what, question) => {
    await expect(ask(question)).rejects.toThrow(BadQuestion)
  })

  it.each([null, [], 'x', 7])('is answered with a sentence: %j', async (question) => {
    await expect(evaluate(aDesk().ports, aCaller(), question, now)).rejects.toThrow(BadQuestion)
    await expect(evaluateAll(aDesk().ports, aCaller(), question, now)).rejects.toThrow(BadQuestion)
  })
})

describe('Many evaluations', () => {
  const payments = { resource: { type: 'resource', id: 'payments' } }
  const good = { resource: wiki }
  const decisions = async (question: object) => {
    const answer = await evaluateAll(aDesk().ports, aCaller(), { subject: ada, action: access, ...question }, now)
    return 'evaluations' in answer ? answer.evaluations.map(({ decision }) => decision) : 'one'
  }

  it('take what stands at the top where an item says nothing else', async () => {
    expect(await decisions({ evaluations: [good, payments, good] })).toEqual([true, false, true])
    const other = { ...good, subject: { type: 'user', id: 'eve@example.com' } }
    expect(await decisions({ evaluations: [good, other] })).toEqual([true, false])
  })

  it.each([
    ['execute_all', [true, false, true]],
    ['deny_on_first_deny', [true, false]],
    ['permit_on_first_permit', [true]],
  ])('end as %s says', async (evaluations_semantic, expected) => {
    const evaluations = [good, payments, good]
    expect(await decisions({ evaluations, options: { evaluations_semantic } })).toEqual(expected)
  })

  it('refuse a broken item in its place, and go on', async () => {
    const evaluations = [good, null, 'x', [], {}, { resource: { type: 'resource' } }, good]
    expect(await decisions({ evaluations })).toEqual([true, false, false, false, false, false, true])
  })

  it('ignore members that they do not know, whatever they are called', async () => {
    const evaluations = [{ ...good, broken: true, evaluations: [], options: {} }]
    expect(await decisions({ evaluations, broken: 1, options: { unheard_of: 1 } })).toEqual([true])
  })

  it('are one where none is given', async () => {
    expect(await decisions({ resource: wiki })).toBe('one')
    expect(await decisions({ resource: wiki, evaluations: [] })).toBe('one')
    await expect(decisions({})).rejects.toThrow(BadQuestion)
  })

  it.each([
    ['51 of them', { evaluations: Array.from({ length: 51 }, () => good) }],
    ['an unknown semantic', { evaluations: [good], options: { evaluations_semantic: 'best_of_three' } }],
    ['evaluations that are no list', { evaluations: good }],
    ['a broken default', { subject: { type: 'user' }, evaluations: [good] }],
  ])('are no question with %s', async (_what, question) => {
    await expect(decisions(question)).rejects.toThrow(BadQuestion)
  })

  it('never hide a bug of ours as a refusal', async () => {
    const desk = aDesk()
    const ports = { ...desk.ports, desk: { ...desk.ports.desk, decide: () => Promise.reject(new Error('bug')) } }
    await expect(
      evaluateAll(ports, aCaller(), { subject: ada, action: access, evaluations: [good] }, now),
    ).rejects.toThrow('bug')
  })
})

describe('A decision about a resource that is known', () => {
  it('is counted with the device it was about and the grants it used; a question about nothing is not', async () => {
    const counted: unknown[] = []
    const { ports } = aDesk()
    const desk = {
      ...aDesk(),
      ports: {
        ...ports,
        count: (decision: object, at: number) => void counted.push({ ...decision, at }),
        desk: {
          ...ports.desk,
          async decide(device: string): Promise<Decided> {
            if (device !== deviceId)
              return { access: 'refuse', code: 'no_device', checks: [], grants: [], recheckAt: now }
            return { access: 'allow', checks: [], grants: ['a-grant'], recheckAt: now + 60 }
          },
        },
      },
    }
    const caller = aCaller(['https://wiki.example.com'])
    for (const question of [
      { subject: ada, action: access, resource: wiki },
      { subject: { type: 'user', id: 'eve@example.com' }, action: access, resource: wiki },
      { subject: { type: 'device', id: 'made up by who asks' }, action: access, resource: wiki },
      { subject: ada, action: access, resource: { type: 'resource', id: 'made up by who asks' } },
      { subject: ada, action: { name: 'get it' }, resource: wiki },
    ])
      await ask(question, { caller, desk })
    const refused = { device: null, resource: 'wiki', outcome: 'refuse', grants: [], at: now }
    expect(counted).toEqual([
      { device: deviceId, resource: 'wiki', outcome: 'allow', grants: ['a-grant'], at: now },
      refused,
      refused,
    ])
  })
})
