import { describe, expect, it } from 'vitest'
import { Failure, type FailureCode, isFailure } from '#domain/failure.ts'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { createNonces } from '#gateway/devices/nonce.ts'
import { type KnownKey, type MessagePorts, receiveMessage, type SignedTyp } from '#gateway/devices/receive-message.ts'
import { messageHash } from '#gateway/keys/sign-message.ts'
import { aDeviceRecord } from '#test/support/a-store.ts'
import {
  deviceJwk,
  deviceKey,
  deviceKid,
  exampleClaims,
  exampleJws,
  exampleTime,
  issuer,
  type PrivateJwk,
  signText,
  strangerKey,
} from '#test/support/a-wire.ts'

const master = Uint8Array.from({ length: 32 }, (_, index) => index)
const now = exampleTime + 1

type Told = { readonly limits: string[]; readonly alarms: string[]; readonly headers: string[] }
type Changes = { readonly key?: Partial<KnownKey['key']>; readonly device?: Partial<KnownKey['device']> }

function aGateway(changes: Changes = {}, members: Partial<MessagePorts> = {}) {
  const told: Told = { limits: [], alarms: [], headers: [] }
  const key: KnownKey['key'] = {
    kid: deviceKid,
    deviceId: aDeviceRecord().id,
    x: deviceJwk.x,
    y: deviceJwk.y,
    state: 'current',
    createdAt: 1,
    retiredAt: null,
    ...changes.key,
  }
  const device = aDeviceRecord({ sueid: 'AZ08Hwt6Xkwti28QITJDVGo', ...changes.device })
  const ports: MessagePorts = {
    issuer,
    minAgent: '1.0.0',
    nonces: createNonces(master, issuer),
    keys: deviceKeyCache(),
    limits: { take: async (kind) => void told.limits.push(kind) },
    find: async (kid) => (kid === deviceKid ? { key, device } : undefined),
    onRetiredKey: async (_device, kid, traceId) => void told.alarms.push(`${kid} ${traceId}`),
    ...members,
  }
  return { ports, told }
}

type Gateway = ReturnType<typeof aGateway>

function receive<Typ extends SignedTyp>({ ports, told }: Gateway, body: string, typ: Typ, at = now) {
  return receiveMessage(ports, body, typ, {
    traceId: 'trace',
    now: at,
    onHeader: (kid) => void told.headers.push(kid),
  })
}

async function refusalOf(gateway: Gateway, body: string, typ: SignedTyp = 'eat+jwt', at = now): Promise<Failure> {
  try {
    await receive(gateway, body, typ, at)
  } catch (thrown) {
    if (isFailure(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was refused')
}

type Message = { header: { typ: string; kid: string }; payload: string; signer: PrivateJwk }

function signed({ header, payload, signer }: Message): string {
  return signText(JSON.stringify({ alg: 'ES256', ...header }), payload, signer)
}

const withClaims = (members: object) =>
  signed({
    header: { typ: 'eat+jwt', kid: deviceKid },
    payload: JSON.stringify({ ...exampleClaims(), ...members }),
    signer: deviceKey,
  })

describe('The worked example', () => {
  it('is received: who sent it, what it says, and the hash that the next one names', async () => {
    const gateway = aGateway()
    const message = await receive(gateway, exampleJws, 'eat+jwt')
    expect(message.claims).toEqual(exampleClaims())
    expect(message.device.id).toBe(aDeviceRecord().id)
    expect([message.kid, message.hash, message.jws]).toEqual([deviceKid, messageHash(exampleJws), exampleJws])
    expect(gateway.told).toEqual({ limits: ['attestation'], alarms: [], headers: [deviceKid] })
  })
})

/** Each step with what breaks it, and it alone. */
const steps: readonly {
  readonly step: string
  readonly code: FailureCode
  readonly detail: string
  readonly change?: (message: Message) => Message
  readonly gateway?: { readonly changes?: Changes; readonly members?: Partial<MessagePorts> }
}[] = [
  {
    step: '3 header',
    code: 'invalid_signature',
    detail: 'typ',
    change: (message) => ({ ...message, header: { ...message.header, typ: 'rotate+jwt' } }),
  },
  {
    step: '4 known key',
    code: 'invalid_signature',
    detail: 'unknown_key',
    gateway: { members: { find: async () => undefined } },
  },
  {
    step: '5 signature',
    code: 'invalid_signature',
    detail: '"signature"',
    change: (message) => ({ ...message, signer: strangerKey }),
  },
  {
    step: '6 state',
    code: 'device_quarantined',
    detail: '{}',
    gateway: { changes: { device: { state: 'quarantined' } } },
  },
  {
    step: '7 rate limit',
    code: 'rate_limited',
    detail: '7',
    gateway: { members: { limits: { take: () => Promise.reject(new Failure('rate_limited', { retry_after: 7 })) } } },
  },
  {
    step: '7 JSON rules',
    code: 'schema_invalid',
    detail: 'names one member twice',
    change: (message) => ({ ...message, payload: `${message.payload.slice(0, -1)},"seq":43}` }),
  },
  { step: '7 profile', code: 'profile_unsupported', detail: 'posture-eat:1', change: claim({ eat_profile: 'tag:x' }) },
  { step: '8 issuer', code: 'schema_invalid', detail: '"/iss"', change: claim({ iss: 'urn:uuid:other' }) },
  { step: '8 audience', code: 'schema_invalid', detail: '"/aud"', change: claim({ aud: `${issuer}/` }) },
  {
    step: '8 sueid',
    code: 'schema_invalid',
    detail: '/sueids/postern.dev',
    change: claim({ sueids: { 'postern.dev': 'AZ08Hwt6Xkwti28QITJDVGs' } }),
  },
  { step: '9 nonce', code: 'use_nonce', detail: '{}', change: claim({ eat_nonce: 'A'.repeat(43) }) },
  { step: '10 times', code: 'clock_skew', detail: '{}', change: claim({ exp: exampleTime + 301 }) },
  { step: '11 schema', code: 'schema_invalid', detail: '/next_year', change: claim({ next_year: 1 }) },
  {
    step: '11 agent version',
    code: 'agent_outdated',
    detail: '1.0.0',
    change: claim({ swversion: ['1.0.0-rc.1', 16384] }),
  },
]

function claim(members: object): (message: Message) => Message {
  return (message) => {
    const claims: unknown = JSON.parse(message.payload)
    return { ...message, payload: JSON.stringify({ ...Object(claims), ...members }) }
  }
}

const good: Message = {
  header: { typ: 'eat+jwt', kid: deviceKid },
  payload: JSON.stringify(exampleClaims()),
  signer: deviceKey,
}

/** Everything that the given steps break, claims before texts. */
function broken(from: readonly (typeof steps)[number][]) {
  const changes: Changes = Object.assign({}, ...from.map(({ gateway }) => gateway?.changes ?? {}))
  const members: Partial<MessagePorts> = Object.assign({}, ...from.map(({ gateway }) => gateway?.members ?? {}))
  const message = from.reduceRight((made, { change }) => change?.(made) ?? made, good)
  return { gateway: aGateway(changes, members), body: signed(message) }
}

describe.each(steps.map((each, index) => [each.step, each, index] as const))('Step %s', (_name, step, index) => {
  it('refuses what is wrong there alone', async () => {
    const { gateway, body } = broken([step])
    const failure = await refusalOf(gateway, body)
    expect(failure.code).toBe(step.code)
    expect(JSON.stringify(failure.details)).toContain(step.detail)
  })

  it('comes before every later one', async () => {
    const { gateway, body } = broken(steps.slice(index))
    const failure = await refusalOf(gateway, body)
    expect(failure.code).toBe(step.code)
    expect(JSON.stringify(failure.details)).toContain(step.detail)
  })
})

describe('The nonce of an answer', () => {
  it('can be made once the header could be read, for a stranger too', async () => {
    const stranger = aGateway({}, { find: async () => undefined })
    await refusalOf(stranger, exampleJws)
    expect(stranger.told.headers).toEqual([deviceKid])
  })

  it('cannot be made before', async () => {
    const gateway = aGateway()
    await refusalOf(gateway, `${exampleJws}x`)
    expect(gateway.told.headers).toEqual([])
  })
})

describe('A key or device that is no longer in service', () => {
  it.each<[string, FailureCode, Changes]>([
    ['a retired key', 'retired_key', { key: { state: 'retired' } }],
    ['a device that was replaced', 'retired_key', { device: { state: 'superseded' } }],
    ['a device that was removed', 'retired_key', { device: { state: 'removed' } }],
    ['a device whose time is over', 'retired_key', { device: { until: now } }],
    [
      'a retired key of a device on hold',
      'retired_key',
      { key: { state: 'retired' }, device: { state: 'quarantined' } },
    ],
    ['a device on hold', 'device_quarantined', { device: { state: 'quarantined' } }],
    ['a device that waits', 'pending_approval', { device: { state: 'pending' } }],
  ])('is refused: %s', async (_what, code, changes) => {
    const gateway = aGateway(changes)
    expect((await refusalOf(gateway, exampleJws)).code).toBe(code)
    expect(gateway.told.alarms).toEqual(code === 'retired_key' ? [`${deviceKid} trace`] : [])
  })

  it('raises no alarm by a signature that is not its own', async () => {
    const gateway = aGateway({ key: { state: 'retired' } })
    await refusalOf(gateway, signed({ ...good, signer: strangerKey }))
    expect(gateway.told.alarms).toEqual([])
  })

  it('raises the alarm a few times an hour, and is refused all the same', async () => {
    const limits = { take: () => Promise.reject(new Failure('rate_limited', {})) }
    const gateway = aGateway({ key: { state: 'retired' } }, { limits })
    expect((await refusalOf(gateway, exampleJws)).code).toBe('retired_key')
    expect(gateway.told.alarms).toEqual([])
  })

  it('is in service until the second in which its time ends', async () => {
    const gateway = aGateway({ device: { until: now + 1 } })
    expect((await receive(gateway, exampleJws, 'eat+jwt')).claims.seq).toBe(42)
  })
})

describe('Messages of other types', () => {
  const ask = { mode: 'normal', checks: ['firewall'], resources: ['payments'] }
  const base = (members: object) => {
    const { iss, aud, iat, exp, jti, eat_nonce } = exampleClaims()
    return JSON.stringify({ iss, aud, iat, exp, jti, eat_nonce, ...members })
  }
  const message = (typ: string, members: object) =>
    signed({ ...good, header: { typ, kid: deviceKid }, payload: base(members) })

  it('are received by the same steps, without profile and sueid', async () => {
    const gateway = aGateway()
    const body = message('exception-preview+jwt', { ask })
    expect((await receive(gateway, body, 'exception-preview+jwt')).claims.ask.mode).toBe('normal')
  })

  it('count against a limit of their own: a preview is asked for while a form is filled in', async () => {
    const gateway = aGateway()
    await receive(gateway, message('exception-preview+jwt', { ask }), 'exception-preview+jwt')
    await refusalOf(gateway, message('exception-request+jwt', {}), 'exception-request+jwt')
    await refusalOf(gateway, message('unenroll+jwt', {}), 'unenroll+jwt')
    expect(gateway.told.limits).toEqual(['preview', 'exception', 'other'])
  })

  it('are never taken on the route of another', async () => {
    const body = message('exception-preview+jwt', { ask })
    expect((await refusalOf(aGateway(), body, 'exception-request+jwt')).details).toEqual({ cause: 'typ' })
    expect((await refusalOf(aGateway(), exampleJws, 'unenroll+jwt')).code).toBe('invalid_signature')
  })
})

describe('A payload that is JSON but no object', () => {
  it.each(['[]', 'null', '"text"', '7', 'true'])('is schema_invalid: %s', async (payload) => {
    const failure = await refusalOf(aGateway(), signed({ ...good, payload }))
    expect(failure.code).toBe('schema_invalid')
    expect(failure.details).toEqual({ errors: [{ pointer: '', detail: 'must be an object' }] })
  })

  it('names at most twenty faults', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`m${at}`, 1]))
    const { details } = await refusalOf(aGateway(), withClaims(many))
    expect(Object(details).errors).toHaveLength(20)
  })
})
