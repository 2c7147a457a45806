import { randomBytes } from 'node:crypto'
import { decideAccess } from '#domain/access/decide-access.ts'
import type { Resource } from '#domain/access/resource.ts'
import { consoleResource } from '#domain/access/resource.ts'
import type { AuditEvent } from '#domain/audit-event.ts'
import type { Book } from '#domain/policy/book.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { createDecisionCounter, type DecisionCounter } from '#gateway/audit/decision-counter.ts'
import { decisionWriter } from '#gateway/audit/record-decisions.ts'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { challengeOf } from '#gateway/audit/signed-statement.ts'
import { createActingClock } from '#gateway/exceptions/acting-clock.ts'
import { castVote, challengeVote, type VoteAnswer } from '#gateway/exceptions/cast-vote.ts'
import { exceptionsTopic } from '#gateway/exceptions/exceptions-topic.ts'
import { createLogFollower } from '#gateway/exceptions/follow-log.ts'
import { createLiveGrants } from '#gateway/exceptions/live-grants.ts'
import type { ExceptionPorts } from '#gateway/exceptions/ports.ts'
import { challengeProof, proveRequest } from '#gateway/exceptions/prove-request.ts'
import { type SubmitAnswer, submitRequest } from '#gateway/exceptions/submit-request.ts'
import { takeDeviceAction } from '#gateway/exceptions/take-device-action.ts'
import { readDirectory } from '#gateway/people/read-directory.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import { silentLog } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { aLog, type TestLog } from './a-log.ts'
import { type AssertionChanges, aPasskey, type TestPasskey } from './a-passkey.ts'
import { aDeviceRecord, aPersonRecord } from './a-store.ts'
import { deviceJwk, deviceKid, exampleClaims, issuer, signClaims } from './a-wire.ts'
import { aJudgedBook } from './an-exception-book.ts'

export const startSeconds = 1_795_510_800
export const hour = 3600

/** Ada asks; Grace and Edsger are of group a, Barbara of group b; Carol is admin and security, Dan in nothing. */
export const staff = {
  ada: aPersonRecord({ id: '019aa0c2-7f10-7000-8000-000000000001', groups: ['staff'], team: 'red' }),
  grace: aPersonRecord({
    id: '019aa0c2-7f10-7000-8000-000000000002',
    email: 'grace@example.com',
    name: 'Grace',
    groups: ['a', 'b'],
  }),
  edsger: aPersonRecord({
    id: '019aa0c2-7f10-7000-8000-000000000003',
    email: 'edsger@example.com',
    name: 'Edsger',
    groups: ['a'],
  }),
  barbara: aPersonRecord({
    id: '019aa0c2-7f10-7000-8000-000000000004',
    email: 'barbara@example.com',
    name: 'Barbara',
    groups: ['b'],
  }),
  carol: aPersonRecord({
    id: '019aa0c2-7f10-7000-8000-000000000005',
    email: 'carol@example.com',
    name: 'Carol',
    groups: [],
    admin: true,
    roles: ['security'],
  }),
  dan: aPersonRecord({ id: '019aa0c2-7f10-7000-8000-000000000006', email: 'dan@example.com', name: 'Dan', groups: [] }),
} as const satisfies { readonly [name: string]: PersonRecord }
export type StaffName = keyof typeof staff
export const laptop = aDeviceRecord({ platform: 'macos', enrolledAt: startSeconds - 100 * 86_400 })

const resources: readonly Resource[] = [
  { id: 'wiki', name: 'Wiki', tags: ['internal'], tier: 'low', origins: [], owners: [] },
  { id: 'payments', name: 'Payments', tags: ['internal'], tier: 'low', origins: [], owners: [] },
  consoleResource,
]

export type Desk = {
  readonly ports: ExceptionPorts
  readonly store: Store
  readonly log: TestLog
  readonly passkeys: { readonly [Name in StaffName]: TestPasskey }
  /** Devices whose grants changed, as they were told. */
  readonly told: string[]
  /** Of decisions; `access` does not count. */
  readonly counter: DecisionCounter
  book: Book | undefined
  now(): number
  advance(seconds: number): Promise<void>
  jumpWall(seconds: number): void
  /** Ada's laptop reports, its firewall as given. */
  report(firewall: 'on' | 'off'): Promise<void>
  ask(wish?: AskWish): Promise<SubmitAnswer>
  act(
    requestId: string,
    action: 'withdraw' | 'reply' | 'surrender' | 'activate',
    more?: object,
  ): ReturnType<typeof takeDeviceAction>
  prove(answer: Pick<SubmitAnswer, 'step_up_url'>, changes?: AssertionChanges): ReturnType<typeof proveRequest>
  vote(who: StaffName, requestId: string, wish?: VoteWish): Promise<VoteAnswer>
  /** A request that waits for votes. */
  pending(wish?: AskWish): Promise<SubmitAnswer>
  /** A request with its grant. */
  granted(wish?: AskWish): Promise<{ readonly requestId: string; readonly grantId: string }>
  access(resource?: string, act?: { readonly method: string; readonly path: string }): Promise<string>
  state(requestId: string): Promise<string | undefined>
  events(): Promise<readonly { readonly type: string; readonly [member: string]: unknown }[]>
  frames(topic?: string, subject?: string): Promise<readonly unknown[]>
}

export type AskWish = {
  readonly draft?: string
  readonly checks?: readonly string[]
  readonly resources?: readonly string[]
  readonly seconds?: number
  readonly reason?: string
  readonly category?: string
  readonly more?: object
}
export type VoteWish = {
  readonly stage?: string
  readonly decision?: 'approve' | 'deny'
  readonly reason?: string
  readonly changes?: AssertionChanges
  readonly signer?: StaffName
}

let made = 0

/** The acts of exceptions over a store in memory, a real log, and passkeys that sign for real. */
export async function anExceptionDesk(
  wish: {
    readonly book?: Book
    readonly people?: Partial<Record<StaffName, Partial<PersonRecord>>>
    readonly until?: number
    readonly store?: Store
  } = {},
): Promise<Desk> {
  const log = await aLog(wish.store === undefined ? {} : { store: wish.store })
  const { store, clock } = log
  let wallAhead = 0
  const passkeys = {
    ada: aPasskey(),
    grace: aPasskey(),
    edsger: aPasskey(),
    barbara: aPasskey(),
    carol: aPasskey(),
    dan: aPasskey(),
  }
  const names = Object.keys(staff).filter(isStaff)
  await store.transact(async (rows) => {
    for (const name of names) {
      const person = { ...staff[name], ...wish.people?.[name] }
      await rows.people.insert(person)
      const { credentialId, publicKey } = passkeys[name]
      await rows.passkeys.insert({
        id: randomId(),
        credentialId,
        personId: person.id,
        publicKey,
        counter: 0,
        label: 'test',
        synced: false,
        createdAt: startSeconds,
        usedAt: null,
      })
    }
    await rows.devices.insert({ ...laptop, until: wish.until ?? null })
    await rows.deviceKeys.insert({
      kid: deviceKid,
      deviceId: laptop.id,
      x: deviceJwk.x,
      y: deviceJwk.y,
      state: 'current',
      createdAt: 1,
      retiredAt: null,
    })
  })
  const told: string[] = []
  const verifier = parseVerifierKey(log.vkey)
  const trusted = () => (verifier === undefined ? [] : [verifier])
  const grants = createLiveGrants({ store, trusted, log: silentLog })
  const acting = createActingClock({
    wallMs: () => clock.nowMs() + wallAhead * 1000,
    uptimeMs: clock.nowMs,
    lastLeafSeconds: null,
    onJump: () => undefined,
  })
  const counter = createDecisionCounter(() => undefined, 1024)
  log.sequencer.onSequenced(({ to }) => counter.logIs(to))
  let seq = 0
  const desk: Desk = {
    book: wish.book ?? aJudgedBook(),
    store,
    log,
    passkeys,
    told,
    counter,
    ports: {
      issuer,
      store,
      book: () => desk.book,
      resources,
      clock: acting,
      log: log.sequencer,
      trusted,
      grants,
      usage: { usesOf: counter.usesOf, settle: decisionWriter(store, counter, acting.anyNow) },
      directory: readDirectory,
      onGrantsChanged: (deviceId) => void told.push(deviceId),
    },
    now: () => Math.floor(clock.nowMs() / 1000),
    advance: (seconds) => clock.advance(seconds * 1000),
    jumpWall(seconds) {
      wallAhead += seconds
    },
    async report(firewall) {
      seq += 1
      const claims = exampleClaims()
      const iat = desk.now()
      const signals = claims.submods.posture.signals.map((line) =>
        line.id === 'firewall' && line.st === 'observed'
          ? { ...line, at: iat, v: { state: firewall } }
          : { ...line, at: iat },
      )
      const jws = signClaims('eat+jwt', deviceKid, {
        ...claims,
        iat,
        submods: { ...claims.submods, posture: { signals } },
      })
      const record = { deviceId: laptop.id, kid: deviceKid, seq, hash: hashLike(seq), receivedAt: iat, jws }
      await store.transact((rows) => rows.attestations.accept(record))
    },
    ask(asked = {}) {
      made += 1
      const draft = asked.draft ?? randomId()
      return submitRequest(
        desk.ports,
        {
          device: laptop,
          kid: deviceKid,
          jws: jwsOf({ made, ask: { draft_id: draft } }),
          claims: {
            ...baseClaims(desk.now()),
            ask: {
              draft_id: draft,
              mode: 'normal',
              checks: [...(asked.checks ?? ['firewall'])],
              resources: [...(asked.resources ?? ['wiki'])],
              duration_s: asked.seconds ?? hour,
              category: asked.category ?? 'debugging',
              reason: asked.reason ?? 'The vendor sent a broken update, a fix is on its way.',
              ...asked.more,
            },
            presence: { method: 'click', at: desk.now() },
            evidence: { seq: 1, hash: hashLike(1) },
          },
        },
        { traceId: '0'.repeat(32) },
      )
    },
    async act(requestId, action, more = {}) {
      const digest = (await store.read((rows) => rows.exceptions.find(requestId)))?.termsDigest ?? hashLike(0)
      const claims = { ...baseClaims(desk.now()), request_id: requestId, action, terms_digest: digest, ...more }
      return await takeDeviceAction(desk.ports, requestId, { device: laptop, claims, jws: 'e30.e30.e30' }, {})
    },
    async prove({ step_up_url: url }, changes) {
      const id = url?.split('/').at(-1) ?? ''
      const { statement } = await challengeProof(desk.ports, id)
      const assertion = passkeys.ada.assert(challengeOf('postern/request/1', statement), changes)
      return await proveRequest(desk.ports, id, { nonce: statement.nonce, assertion: asJson(assertion) }, {})
    },
    async vote(who, requestId, { stage = 'a', decision = 'approve', reason, changes, signer } = {}) {
      const person = staff[who].id
      const { statement } = await challengeVote(desk.ports, { person, requestId, stage, decision })
      const assertion = asJson(passkeys[signer ?? who].assert(challengeOf('postern/vote/1', statement), changes))
      const why = reason ?? (decision === 'deny' ? 'not needed any more' : undefined)
      const ballot = { person, requestId, nonce: statement.nonce, assertion, opened: ['device'], dwellMs: 4000 }
      return await castVote(desk.ports, why === undefined ? ballot : { ...ballot, reason: why }, {})
    },
    async pending(asked) {
      await desk.report('off')
      const answer = await desk.ask(asked)
      if (answer.state === 'step_up_required') await desk.prove(answer)
      return answer
    },
    async granted(asked) {
      const { request_id: requestId } = await desk.pending(asked)
      await desk.vote('edsger', requestId, { stage: 'a' })
      const { grant } = await desk.vote('barbara', requestId, { stage: 'b' })
      if (grant === undefined) throw new Error('nothing was granted')
      return { requestId, grantId: grant.id }
    },
    async access(resource = 'wiki', act = undefined) {
      const now = acting.decisionNow()
      return await store.read(async (rows) => {
        const facts = await readDeviceFacts(rows, laptop.id)
        const found = resources.find(({ id }) => id === resource)
        if (facts === undefined || found === undefined || desk.book === undefined) return 'nothing'
        const { person, device, report, episodes } = facts
        const verdict = evaluatePolicy({ book: desk.book, person, device, resource: found, report, episodes, now })
        const decided = decideAccess({
          verdict,
          grants: await grants.of(rows, laptop.id, now),
          now,
          ...(act === undefined ? {} : { request: act }),
        })
        return decided.access
      })
    },
    state: (requestId) => store.read(async (rows) => (await rows.exceptions.find(requestId))?.state),
    async events() {
      const rows = await store.read((all) => all.audit.after(0, 10_000))
      return rows.map(({ body }) => JSON.parse(body))
    },
    async frames(topic = 'exceptions', subject = laptop.id) {
      await log.sequencer.flush()
      await follower.idle()
      const view = exceptionsTopic({ ...desk.ports, sign: (claims) => `signed:${claims.state}` })
      const frames: unknown[] = []
      for (const event of await store.read((rows) => rows.feeds.after(topic, subject, 0, 1000)))
        frames.push(topic === 'exceptions' ? await view.show(event) : event.data)
      return frames
    },
  }
  const follower = createLogFollower({ ...desk.ports, log: log.sequencer }, silentLog)
  await follower.start()
  return desk
}

/** The JSON form in which a browser hands an assertion over. */
export function asJson(evidence: ReturnType<TestPasskey['assert']>) {
  return {
    id: evidence.credential_id,
    rawId: evidence.credential_id,
    type: 'public-key',
    response: {
      clientDataJSON: evidence.client_data_json,
      authenticatorData: evidence.authenticator_data,
      signature: evidence.signature,
    },
  } as const
}

/** A message whose signature nobody looks at here. */
function jwsOf(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.e30`
}

function baseClaims(now: number) {
  return {
    iss: `urn:uuid:${laptop.id}` as const,
    aud: issuer,
    iat: now,
    exp: now + 120,
    jti: randomId(),
    eat_nonce: hashLike(7),
  }
}

function hashLike(seed: number): string {
  return Buffer.alloc(32, seed === 0 ? randomBytes(1) : seed).toString('base64url')
}

function isStaff(name: string): name is StaffName {
  return Object.hasOwn(staff, name)
}

/** The types of events, without those of the log itself. */
export function typesOf(events: readonly Pick<AuditEvent, 'type'>[] | readonly { readonly type: string }[]) {
  return events.map(({ type }) => type).filter((type) => type !== 'log-started')
}
