import type { RequestOptions } from '#contract/webauthn.ts'
import { makeInvitation } from '#gateway/people/invitations.ts'
import { type SoftwarePasskey, softwarePasskey } from '#tools/software-passkey.ts'
import { type Answer, call } from './a-device.ts'
import { aBook, ada, aRunningGateway, bob, guest, type Person, type RunningGateway } from './a-running-gateway.ts'

export const grace: Person = {
  email: 'grace@example.com',
  name: 'Grace',
  groups: ['security'],
  admin: false,
  roles: [],
}
export const edsger: Person = {
  email: 'edsger@example.com',
  name: 'Edsger',
  groups: ['platform'],
  admin: false,
  roles: [],
}

/** The firewall may be excepted by one of security and one of platform. */
export const exceptionDocuments = `kind: ExceptionPolicy
id: exceptions
match: 'true'
---
kind: ApprovalPolicy
id: approvals
match: 'true'
voters: { device: any, reciprocity: allow, visibility: pools }
rules:
  - when: 'true'
    stages:
      - { id: security, from: 'group:security', need: 1 }
      - { id: platform, from: 'group:platform', need: 1 }
`

type VoteWish = { readonly decision?: 'approve' | 'deny'; readonly reason?: string }

export type StaffedGateway = RunningGateway & {
  /** The session of a person who is signed in, as a `cookie` header. */
  cookieOf(email: string): Promise<string>
  /** A call of a person who is signed in. */
  as(email: string, method: 'GET' | 'POST', path: string, body?: object): Promise<Answer>
  /** Signs the requester's proof by its link, with the passkey of this person. */
  prove(stepUpUrl: string, email?: string): Promise<Answer>
  /** Asks for the challenge of a vote, signs it, and casts the vote; a refused challenge is answered as it is. */
  vote(email: string, requestId: string, stage: string, wish?: VoteWish): Promise<Answer>
}

type Seat = { readonly passkey: SoftwarePasskey; readonly cookie: string }

/** A whole gateway whose people have passkeys and are signed in, everything over the wire. */
export async function aStaffedGateway(wish: Parameters<typeof aRunningGateway>[0] = {}): Promise<StaffedGateway> {
  const people = [ada, bob, guest, grace, edsger]
  const gateway = await aRunningGateway({
    people,
    policies: { ...aBook, 'exceptions.yaml': exceptionDocuments },
    ...wish,
  })
  const { store, issuer, api } = gateway
  const seats = new Map<string, Seat>()
  const post = (path: string, body: object, cookie?: string) =>
    call('POST', `${api}${path}`, {
      headers: { 'content-type': 'application/json', origin: issuer, ...(cookie === undefined ? {} : { cookie }) },
      body: JSON.stringify(body),
    })

  /** Comes in by a one-time link, as a person does who has no passkey yet. */
  async function seatOf(email: string): Promise<Seat> {
    const known = seats.get(email)
    if (known !== undefined) return known
    const { token } = await store.transact(async (rows) => {
      const person = await rows.people.findByEmail(email)
      if (person === undefined) throw new Error(`nobody has ${email}`)
      return await makeInvitation(rows, 'person', person.id, { person: null, nowMs: Date.now() })
    })
    const passkey = softwarePasskey(issuer)
    const asked = await post('/v1/invitations/challenge', { token })
    const registration = passkey.register(asked.json.options)
    const entered = await post('/v1/invitations/registration', { token, registration, label: 'a passkey' })
    if (entered.status !== 201) throw new Error(`not let in: ${entered.text}`)
    const cookies = [entered.headers['set-cookie'] ?? []].flat()
    const cookie = cookies.find((each) => each.startsWith('__Host-postern='))?.split(';')[0] ?? ''
    const seat = { passkey, cookie }
    seats.set(email, seat)
    return seat
  }

  return {
    ...gateway,
    cookieOf: async (email) => (await seatOf(email)).cookie,
    async as(email, method, path, body) {
      const { cookie } = await seatOf(email)
      return method === 'GET'
        ? await call('GET', `${api}${path}`, { headers: { cookie } })
        : await post(path, body ?? {}, cookie)
    },
    async prove(stepUpUrl, email = ada.email) {
      const { passkey } = await seatOf(email)
      const id = stepUpUrl.split('/').at(-1) ?? ''
      const asked = await post(`/v1/step-ups/${id}/challenge`, {})
      if (asked.status !== 200) return asked
      const { statement, options }: { statement: { nonce: string }; options: RequestOptions } = asked.json
      return await post(`/v1/step-ups/${id}/assertion`, { nonce: statement.nonce, assertion: passkey.sign(options) })
    },
    async vote(email, requestId, stage, { decision = 'approve', reason } = {}) {
      const { passkey, cookie } = await seatOf(email)
      const at = `/v1/admin/exceptions/${requestId}`
      const asked = await post(`${at}/challenges`, { decision, stage }, cookie)
      if (asked.status !== 200) return asked
      const { statement, options }: { statement: { nonce: string }; options: RequestOptions } = asked.json
      const ballot = { nonce: statement.nonce, assertion: passkey.sign(options), opened: ['device'], dwell_ms: 4000 }
      return await post(`${at}/votes`, reason === undefined ? ballot : { ...ballot, reason }, cookie)
    },
  }
}
