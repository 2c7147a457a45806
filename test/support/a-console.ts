import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { creationOptions, type RequestOptions, requestOptions } from '#contract/webauthn.ts'
import type { Json } from '#domain/canonical-json.ts'
import { addConsole, type ConsoleSetting } from '#gateway/http/add-console.ts'
import { buildServer } from '#gateway/http/build-server.ts'
import { createMetrics } from '#gateway/http/metrics.ts'
import { makeInvitation, renewFirstAdmin } from '#gateway/people/invitations.ts'
import { syncPeople } from '#gateway/people/sync-people.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { silentLog } from '#runtime/log.ts'
import { type PasskeyFaults, type SoftwarePasskey, softwarePasskey } from '#tools/software-passkey.ts'
import { aClock, type TestClock } from './a-clock.ts'
import { aStore } from './a-store.ts'

export const consoleIssuer = 'https://gate.example.com'

export type Reply = {
  readonly status: number
  readonly code: string | undefined
  readonly body: unknown
  readonly text: string
  readonly headers: Headers
}
export type SendOptions = {
  readonly origin?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly text?: string
}

export type AConsole = Awaited<ReturnType<typeof aConsole>>

/** The console API over a store in memory, with a clock that stands still, and browsers to speak to it. */
export async function aConsole(
  wish: { readonly people?: readonly SettingsPerson[] } & Partial<
    Pick<ConsoleSetting, 'book' | 'isAwaited' | 'limits' | 'onPeopleChanged'>
  > & {
      readonly withMore?: (made: {
        readonly store: Store
        readonly clock: TestClock
      }) => Promise<Partial<ConsoleSetting>>
    } = {},
) {
  const store = await aStore()
  const clock = aClock()
  const { people = [], withMore, ...more } = wish
  const made = await withMore?.({ store, clock })
  const first = await store.transact(async (rows) => {
    await syncPeople(rows, people, clock.nowMs())
    return renewFirstAdmin(rows, clock.nowMs())
  })
  const server = buildServer({ tls: undefined, log: silentLog, metrics: createMetrics({ acts: store.counts }) })
  addConsole(server, {
    store,
    clock,
    issuer: consoleIssuer,
    organisation: 'Example',
    languages: ['en', 'de'],
    listed: people.length > 0,
    book: () => undefined,
    resources: [],
    master: Buffer.alloc(32, 7),
    addressOf: ({ peer }) => peer,
    // a test makes more calls in a moment of its clock than a person does
    limits: {
      read: { points: 10_000, seconds: 60 },
      write: { points: 10_000, seconds: 60 },
      open: { points: 10_000, seconds: 60 },
      try: { points: 5, seconds: 3600 },
    },
    ...more,
    ...made,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await server.close()
    await store.close()
  })
  const address: AddressInfo | string | null = server.server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const base = `http://127.0.0.1:${port}`
  return {
    store,
    clock,
    base,
    firstToken: first?.token,
    browser: () => aBrowser(base),
    /** A person of whom a passkey is known, signed in in a browser of their own. */
    async signedIn(person: { readonly email: string; readonly name?: string }): Promise<ABrowser> {
      return await enter({ store, clock, base }, person.email)
    },
    /** The first admin, who came by the link of the start. */
    async firstAdmin(): Promise<ABrowser> {
      const browser = aBrowser(base)
      const named = people.some(({ admin }) => admin) ? {} : { name: 'Ada', email: 'ada@example.com' }
      const reply = await browser.accept(first?.token ?? '', named)
      if (reply.status !== 201) throw new Error(`not let in: ${reply.text}`)
      return browser
    },
    /** Types of the events so far, oldest first. */
    async events(): Promise<readonly string[]> {
      return (await eventRows(store)).map(({ type }) => type)
    },
    eventRows: () => eventRows(store),
  }
}

/** A browser with cookies and one passkey. */
export type ABrowser = ReturnType<typeof aBrowser>

export function aBrowser(base: string, issuer: string = consoleIssuer) {
  const cookies = new Map<string, string>()
  const passkey = softwarePasskey(issuer)

  async function send(path: string, body?: unknown, options: SendOptions = {}): Promise<Reply> {
    const method = options.method ?? (body === undefined && options.text === undefined ? 'GET' : 'POST')
    const origin = options.origin === undefined ? issuer : options.origin
    const headers = new Headers({
      ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...(method === 'GET' || origin === null ? {} : { origin }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    })
    const content = options.text ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await fetch(`${base}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(content === undefined ? {} : { body: content }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split('; ')
      const at = pair.indexOf('=')
      if (attributes.includes('Max-Age=0')) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const text = await answer.text()
    const json: unknown = answer.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : undefined
    const code = member(json, 'code')
    return {
      status: answer.status,
      code: typeof code === 'string' ? code : undefined,
      body: json,
      text,
      headers: answer.headers,
    }
  }

  async function accept(
    token: string,
    named: { readonly name?: string; readonly email?: string } = {},
    faults: PasskeyFaults = {},
    key: SoftwarePasskey = passkey,
  ): Promise<Reply> {
    const asked = await send('/v1/invitations/challenge', { token, ...named })
    if (asked.status !== 200) return asked
    const registration = key.register(creationOptions.parse(member(asked.body, 'options')), faults)
    return await send('/v1/invitations/registration', { token, registration, label: 'Key of a test' })
  }

  async function signIn(faults: PasskeyFaults = {}, key: SoftwarePasskey = passkey): Promise<Reply> {
    const asked = await send('/v1/sign-in/challenge', {})
    const options = requestOptions.parse(member(asked.body, 'options'))
    return await send('/v1/sign-in/assertion', { assertion: key.sign(options, faults) })
  }

  async function challengeFor(
    act: string,
    path: Readonly<Record<string, string>>,
    body: Readonly<Record<string, Json>>,
  ): Promise<Reply> {
    return await send('/v1/challenges', { act, question: { path, body } })
  }

  /** A signed act: challenge, assertion, call. */
  async function act(
    pattern: string,
    path: Readonly<Record<string, string>>,
    body: Readonly<Record<string, Json>> = {},
    faults: PasskeyFaults & { readonly sends?: Readonly<Record<string, Json>> } = {},
  ): Promise<Reply> {
    const asked = await challengeFor(pattern, path, body)
    if (asked.status !== 200) return asked
    return await send(pathOf(pattern, path), { ...(faults.sends ?? body), signed: signedBy(asked, passkey, faults) })
  }

  return { send, accept, signIn, challengeFor, act, passkey, cookies }
}

/** `POST /v1/…/{id}` with its members. */
export function pathOf(pattern: string, path: Readonly<Record<string, string>>): string {
  return (pattern.split(' ')[1] ?? '').replaceAll(/\{([a-z_]+)\}/g, (_all, name: string) => path[name] ?? '')
}

export function signedBy(challenge: Reply, passkey: SoftwarePasskey, faults: PasskeyFaults = {}) {
  const options: RequestOptions = requestOptions.parse(member(challenge.body, 'options'))
  const nonce = member(member(challenge.body, 'statement'), 'nonce')
  return { nonce, assertion: passkey.sign(options, faults) }
}

export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  let part = value
  for (const name of path) {
    if (typeof part !== 'object' || part === null) return undefined
    part = new Map<string, unknown>(Object.entries(part)).get(String(name))
  }
  return part
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = member(value, ...path)
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('/')}: ${JSON.stringify(value)}`)
  return found
}

async function enter(
  { store, clock, base }: { readonly store: Store; readonly clock: TestClock; readonly base: string },
  email: string,
): Promise<ABrowser> {
  const token = await store.transact(async (rows) => {
    const person = await rows.people.findByAddress(email)
    if (person === undefined) throw new Error(`nobody has ${email}`)
    return (await makeInvitation(rows, 'person', person.id, { person: null, nowMs: clock.nowMs() })).token
  })
  const browser = aBrowser(base)
  const reply = await browser.accept(token)
  if (reply.status !== 201) throw new Error(`not let in: ${reply.text}`)
  return browser
}

async function eventRows(store: Store) {
  return await store.read((rows) => rows.audit.after(0, 10_000))
}
