import { describe, expect, it } from 'vitest'
import type { RequestOptions } from '#contract/webauthn.ts'
import { makeInvitation } from '#gateway/people/invitations.ts'
import { type Clock, systemClock } from '#runtime/clock.ts'
import { aDevice, call } from '#test/support/a-device.ts'
import { aBook, ada, aRunningGateway, bob } from '#test/support/a-running-gateway.ts'
import { edsger, exceptionDocuments, grace } from '#test/support/a-staffed-gateway.ts'
import { askOverTheWire, firewallOff } from '#test/support/ask-over-the-wire.ts'
import { type PasskeyFaults, type SoftwarePasskey, softwarePasskey } from '#tools/software-passkey.ts'

/** In the same pool as Grace. */
const hedy = { ...grace, email: 'hedy@example.com', name: 'Hedy' }

type Headers = { readonly [name: string]: string }
type Given = { readonly nonce: string; readonly options: RequestOptions }

/** A request, and the two confirmations that people sign for it: the requester's proof, and a vote. */
async function aRequest(kind: Kind) {
  const machine = systemClock()
  let ahead = 0
  const clock: Clock = { ...machine, nowMs: () => machine.nowMs() + ahead }
  const gateway = await aRunningGateway({
    clock,
    people: [ada, bob, grace, hedy, edsger],
    policies: { ...aBook, 'exceptions.yaml': exceptionDocuments },
  })
  const post = (path: string, body: object, headers: Headers = {}) =>
    call('POST', `${gateway.api}${path}`, {
      headers: { 'content-type': 'application/json', origin: gateway.issuer, ...headers },
      body: JSON.stringify(body),
    })
  const seat = async (email: string) => {
    const { token } = await gateway.store.transact(async (rows) => {
      const person = await rows.people.findByEmail(email)
      return await makeInvitation(rows, 'person', person?.id ?? '', { person: null, nowMs: clock.nowMs() })
    })
    const passkey = softwarePasskey(gateway.issuer)
    const asked = await post('/v1/invitations/challenge', { token })
    const registration = passkey.register(asked.json.options)
    const entered = await post('/v1/invitations/registration', { token, registration, label: 'a passkey' })
    const cookie = [entered.headers['set-cookie'] ?? []].flat().find((each) => each.startsWith('__Host-postern='))
    return { passkey, cookie: cookie?.split(';')[0] ?? '' }
  }
  const device = await aDevice(gateway, { nowMs: clock.nowMs })
  device.readings = firewallOff
  await device.attest()
  const { json } = await askOverTheWire(device)
  const requester = await seat(ada.email)
  const link = `/v1/step-ups/${String(json.step_up_url).split('/').at(-1)}`
  const votes = `/v1/admin/exceptions/${json.request_id}`
  const voter = kind === 'a vote' ? await seat(grace.email) : requester
  const stranger = await seat(kind === 'a vote' ? hedy.email : bob.email)
  const begin = async (who = voter, headers: Headers = {}) =>
    kind === 'a vote'
      ? await post(
          `${votes}/challenges`,
          { decision: 'approve', stage: 'security' },
          {
            cookie: who.cookie,
            ...headers,
          },
        )
      : await post(`${link}/challenge`, {}, headers)
  const challenge = async (who = voter): Promise<Given> => {
    const { json: given } = await begin(who)
    return { nonce: given.statement.nonce, options: given.options }
  }
  const send = ({ nonce, options }: Given, wish: Wish = {}) => {
    const assertion = (wish.by ?? voter.passkey).sign(options, wish.faults)
    const body = kind === 'a vote' ? { nonce, assertion, opened: ['device'], dwell_ms: 0 } : { nonce, assertion }
    const cookie = kind === 'a vote' ? { cookie: voter.cookie } : {}
    return post(kind === 'a vote' ? `${votes}/votes` : `${link}/assertion`, body, { ...cookie, ...wish.headers })
  }
  if (kind === 'a vote') {
    const proof = await post(`${link}/challenge`, {})
    const assertion = requester.passkey.sign(proof.json.options)
    await post(`${link}/assertion`, { nonce: proof.json.statement.nonce, assertion })
  }
  /** State, and how many votes were cast. */
  const state = () =>
    gateway.store.read(async (rows) => {
      const events = await rows.audit.after(0, 10_000)
      return [
        (await rows.exceptions.find(json.request_id))?.state,
        events.filter(({ type }) => type === 'vote-approved').length,
      ]
    })
  const move = (seconds: number) => {
    ahead += seconds * 1000
  }
  return { begin, challenge, send, state, stranger, move }
}

const kinds = ['the proof of a requester', 'a vote'] as const
type Kind = (typeof kinds)[number]
type Made = Awaited<ReturnType<typeof aRequest>>
type Wish = { readonly by?: SoftwarePasskey; readonly faults?: PasskeyFaults; readonly headers?: Headers }
type Answered = Awaited<ReturnType<Made['send']>>

const faulty = (faults: PasskeyFaults) => async (made: Made) => made.send(await made.challenge(), { faults })
const foreign = (headers: Headers) => async (made: Made) => made.send(await made.challenge(), { headers })

const rows: readonly (readonly [what: string, code: string, act: (made: Made) => Promise<Answered>])[] = [
  ['of another page', 'assertion_refused', faulty({ origin: 'https://evil.example' })],
  ['for another relying party', 'assertion_refused', faulty({ rpId: 'evil.example' })],
  ['whose user was not verified', 'assertion_refused', faulty({ userVerified: false })],
  ['whose user was not there', 'assertion_refused', faulty({ userPresent: false })],
  ['made within another page', 'assertion_refused', faulty({ crossOrigin: true })],
  ['that is a registration', 'assertion_refused', faulty({ type: 'webauthn.create' })],
  ['of another challenge', 'assertion_refused', faulty({ challenge: Buffer.alloc(32).toString('base64url') })],
  ['whose counter went back', 'assertion_refused', faulty({ counter: 0 })],
  [
    'by the passkey of somebody else',
    'assertion_refused',
    async (made) => made.send(await made.challenge(), { by: made.stranger.passkey }),
  ],
  [
    'with a nonce that was used, though in vain',
    'challenge_expired',
    async (made) => {
      const given = await made.challenge()
      await made.send(given, { faults: { userVerified: false } })
      return await made.send(given)
    },
  ],
  [
    'with a nonce after five minutes',
    'challenge_expired',
    async (made) => {
      const given = await made.challenge()
      made.move(300)
      return await made.send(given)
    },
  ],
  [
    'with a nonce that nobody was given',
    'challenge_expired',
    async (made) => made.send({ ...(await made.challenge()), nonce: 'A'.repeat(43) }),
  ],
  ['sent by another site', 'origin_refused', foreign({ origin: 'https://evil.example' })],
  ['sent by a look-alike', 'origin_refused', foreign({ origin: 'http://localhost.evil.example' })],
  ['sent by nobody', 'origin_refused', foreign({ origin: 'null' })],
]

describe.each(kinds)('A confirmation that is %s', (kind) => {
  it.each(rows)('%s is %s, with a sentence, and changes nothing', async (_what, code, act) => {
    const made = await aRequest(kind)
    const before = await made.state()
    const { status, json, headers } = await act(made)
    expect([status, json.code]).toEqual([code === 'challenge_expired' ? 401 : 403, code])
    expect(headers['content-type']).toContain('application/problem+json')
    expect([json.title, json.detail]).toEqual([expect.stringMatching(/^[A-Z]/), expect.stringMatching(/^[A-Z].+\.$/)])
    expect(await made.state()).toEqual(before)
  })

  it('holds once it is right: what was refused before cost nothing', async () => {
    const made = await aRequest(kind)
    await made.send(await made.challenge(), { faults: { userVerified: false } })
    expect((await made.send(await made.challenge())).status).toBe(200)
  })

  it('is not even begun from another site', async () => {
    const made = await aRequest(kind)
    const { status, json } = await made.begin(undefined, { origin: 'https://evil.example' })
    expect([status, json.code]).toEqual([403, 'origin_refused'])
  })
})

describe('A vote', () => {
  it('with the nonce that another approver was given is challenge_expired', async () => {
    const made = await aRequest('a vote')
    const theirs = await made.challenge(made.stranger)
    const { json } = await made.send(theirs)
    expect(json.code).toBe('challenge_expired')
    expect(await made.state()).toEqual(['pending', 0])
  })
})
