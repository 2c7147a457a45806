import { type AuditBody, auditBodySchema, auditEventTypes, isAuditBody } from '#contract/audit-bodies.ts'

const person = 'qMjRF7A-QaY8ARe-xcHEFvnJqIAyFj64dAVfvZdt_Ds'
const device = 'jEqRLKPWRseOW9srzP8x4kpc0O1UdNphiFBKf_ZFczU'
const digest = 'U6UxH1tOO6s83u31R4TWZQuFfDoL0SRrs7ek7Fd50Yw'
const uuid = '01a20cd0-3a10-7000-8000-0000000000a1'

/** Values that members of each name may have, of which the first that fits its type is taken. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  state: ['pending', 'active', 'due'],
  decision: ['approve', 'ratify'],
  stages: [[{ id: 'security', need: 1, step_up: 'webauthn', pool: [person], escalation: [] }], ['security']],
  requester: [{ step_up: 'webauthn' }],
  risk: [{ score: 1, factors: [{ id: 'base', weight: 1 }] }],
  limits: [[]],
  refusal: [[{ code: 'quota', limit: 1, left: 0 }]],
  tally: [[{ stage: 'security', have: 1, need: 1 }]],
  votes: [[{ person, stage: 'security', counted: true, why: null }]],
  grant: [
    {
      checks: [{ id: 'firewall', covers: ['violated'] }],
      resources: ['payments'],
      controls: [],
      not_before: 1,
      not_after: 2,
    },
  ],
  used: [[{ resource: 'payments', first_at: 1, last_at: 2, count: 1 }]],
  changed: [{ what: 'key', from: null, to: null }, ['name']],
  checks: [
    [
      { check: 'firewall', from: null, to: 'violated' },
      { check: 'disk', from: 'violated', to: 'met' },
      { check: 'lock', from: 'met', to: 'excepted' },
    ],
    ['firewall'],
  ],
  report: [{ seq: 1, hash: digest }, null],
  reads: [[{ call: 'GET /leaves', query: '', count: 1 }]],
  from: ['T1', digest, 'a word', 1],
  to: ['T2', digest, 'a word', 2],
  source: ['folder', 'console'],
  withheld: [true],
  pseudonymous: [true],
  cause: ['person', 'a word'],
  commitments: [[digest]],
  actor: [person],
  change: ['made'],
}
const anything: readonly unknown[] = [1, null, 'a word', uuid, digest, 'T1', 'any', true, [], {}]

/** A body of every type of the log, made by trying values until its schema takes them. */
export function everyBody(): readonly AuditBody[] {
  return auditEventTypes.flatMap((type) => {
    const common = { v: 1, type, at: 1_795_514_460, late: false, actor: person, object: device }
    const framed = /^(request|vote|offer|grant|obligation)-/.test(type) ? { ...common, request_id: uuid } : common
    const states = type === 'grant-minted' ? ['scheduled', 'active'] : [undefined]
    return states.map((state) => {
      const body = fill(type.startsWith('grant-') ? { ...framed, grant_id: uuid } : framed, type, state)
      if (!isAuditBody(body)) throw new Error(`no body of ${type}`)
      return body
    })
  })
}

function fill(start: Readonly<Record<string, unknown>>, type: string, state: string | undefined): unknown {
  const names = membersOf(type)
  let body: Readonly<Record<string, unknown>> = start
  const open = [...names]
  const tries = (name: string) =>
    name === 'state' && state !== undefined ? [state] : [...(values[name] ?? []), ...anything]
  // Each member alone decides whether it is right: the others' faults stay what they are.
  for (const name of open) {
    const best = tries(name).find((value) => !faultsOf({ ...body, [name]: value }, type).has(name))
    body = { ...body, [name]: best }
  }
  return body
}

function membersOf(type: string): readonly string[] {
  return [...faultsOf({ v: 1, type, at: 1, late: false, actor: null, object: null }, type)]
}

function faultsOf(body: unknown, type: string): ReadonlySet<string> {
  const parsed = auditBodySchema(type)?.safeParse(body)
  return new Set(parsed?.error?.issues.map(({ path }) => String(path[0])) ?? [])
}
