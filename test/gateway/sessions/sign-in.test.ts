import { describe, expect, it } from 'vitest'
import { creationOptions } from '#contract/webauthn.ts'
import { makeInvitation } from '#gateway/people/invitations.ts'
import { syncPeople } from '#gateway/people/sync-people.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { aBrowser, aConsole, member, textAt } from '#test/support/a-console.ts'
import { type PasskeyFaults, softwarePasskey } from '#tools/software-passkey.ts'

const ada: SettingsPerson = { email: 'ada@example.com', name: 'Ada', groups: [], admin: true, roles: [] }
const bob: SettingsPerson = { email: 'bob@example.com', name: 'Bob', groups: ['staff'], admin: false, roles: [] }

describe('The first start of a gateway that knows nobody', () => {
  it('gives a link by which whoever has it becomes the first admin', async () => {
    const there = await aConsole()
    const browser = there.browser()
    const reply = await browser.accept(there.firstToken ?? '', { name: 'Ada', email: 'Ada@Example.com' })
    expect(reply.status).toBe(201)
    expect(reply.body).toMatchObject({ person: { name: 'Ada', email: 'ada@example.com' }, roles: ['admin'] })
    expect(await there.events()).toEqual([
      'invitation-made',
      'person-added',
      'role-assigned',
      'passkey-added',
      'session-started',
    ])
  })

  it('asks for name and mail address', async () => {
    const there = await aConsole()
    const reply = await there.browser().send('/v1/invitations/challenge', { token: there.firstToken })
    expect(reply.code).toBe('schema_invalid')
    expect(member(reply.body, 'errors')).toEqual([
      { pointer: '/name', detail: 'is missing' },
      { pointer: '/email', detail: 'is missing' },
    ])
  })

  it('takes the link once', async () => {
    const there = await aConsole()
    await there.firstAdmin()
    const again = await there.browser().accept(there.firstToken ?? '', { name: 'Eve', email: 'eve@example.com' })
    expect([again.status, again.code]).toEqual([403, 'invitation_refused'])
  })

  it('lets one in of two who use the link at once', async () => {
    const there = await aConsole()
    const come = (name: string) =>
      there.browser().accept(there.firstToken ?? '', { name, email: `${name}@example.com` })
    const replies = await Promise.all([come('ada'), come('eve')])
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 403])
    expect(await there.store.read((rows) => rows.people.list())).toHaveLength(1)
  })

  it('refuses the link after a day', async () => {
    const there = await aConsole()
    await there.clock.advance(86_400_000)
    const late = await there.browser().accept(there.firstToken ?? '', { name: 'Ada', email: 'ada@example.com' })
    expect(late.code).toBe('invitation_refused')
  })
})

describe('The first start of a gateway whose settings name people, but no admin', () => {
  it('lets a first admin in, and leaves people to the settings', async () => {
    const there = await aConsole({ people: [bob] })
    const browser = there.browser()
    await browser.accept(there.firstToken ?? '', { name: 'Ada', email: ada.email })
    const refused = await browser.send('/v1/admin/people', { name: 'Cyd', email: 'cyd@example.com' })
    expect(refused.code).toBe('managed_elsewhere')
    await there.store.transact((rows) => syncPeople(rows, [{ ...bob, name: 'Robert' }], there.clock.nowMs()))
    const everybody = await there.store.read((rows) => rows.people.list())
    expect(everybody.map(({ name, status }) => [name, status])).toEqual([
      ['Ada', 'active'],
      ['Robert', 'active'],
    ])
  })
})

describe('The first start of a gateway whose settings name an admin', () => {
  it('gives the link to that admin, who is not asked who they are', async () => {
    const there = await aConsole({ people: [bob, ada] })
    const reply = await there.browser().accept(there.firstToken ?? '')
    expect(reply.body).toMatchObject({ person: { email: 'ada@example.com' }, roles: ['admin'] })
  })
})

const wrongRegistrations: readonly (readonly [string, PasskeyFaults])[] = [
  ['whose user was not verified', { userVerified: false }],
  ['of another page', { origin: 'https://gate.example.com.evil.example' }],
  ['for another relying party', { rpId: 'evil.example' }],
  ['that is an assertion', { type: 'webauthn.get' }],
  ['made within another page', { crossOrigin: true }],
  ['of another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
]

describe('A registration', () => {
  it.each(wrongRegistrations)('%s is refused, and nobody is let in', async (_name, faults) => {
    const there = await aConsole({ people: [ada] })
    const reply = await there.browser().accept(there.firstToken ?? '', {}, faults)
    expect(reply.status === 403 || reply.status === 401).toBe(true)
    expect(['assertion_refused', 'challenge_expired']).toContain(reply.code)
    expect(await there.store.read((rows) => rows.passkeys.counts())).toEqual(new Map())
  })

  it('asked for under one link is not taken under another', async () => {
    const there = await aConsole({ people: [ada, bob] })
    const browser = there.browser()
    const asked = await browser.send('/v1/invitations/challenge', { token: there.firstToken })
    const registration = browser.passkey.register(creationOptions.parse(member(asked.body, 'options')))
    const { token } = await there.store.transact(async (rows) => {
      const person = await rows.people.findByAddress(bob.email)
      return makeInvitation(rows, 'person', person?.id ?? '', { person: null, nowMs: there.clock.nowMs() })
    })
    const reply = await browser.send('/v1/invitations/registration', { token, registration, label: 'Key' })
    expect(reply.code).toBe('challenge_expired')
  })

  it('of a passkey that somebody has already is refused', async () => {
    const there = await aConsole({ people: [ada, bob] })
    const admin = await there.firstAdmin()
    const made = await admin.act('POST /v1/admin/people/{id}/invitations', { id: await idOf(there, bob.email) })
    const token = textAt(made.body, 'url').split('/').pop() ?? ''
    const reply = await there.browser().accept(token, {}, {}, admin.passkey)
    expect(reply.code).toBe('assertion_refused')
  })
})

const wrongAssertions: readonly (readonly [string, PasskeyFaults, string])[] = [
  ['whose user was not verified', { userVerified: false }, 'user-verified'],
  ['whose user was not there', { userPresent: false }, 'user-present'],
  ['of another page', { origin: 'http://gate.example.com' }, 'origin'],
  ['for another relying party', { rpId: 'example.com' }, 'rp-id'],
  ['made within another page', { crossOrigin: true }, 'cross-origin'],
  ['whose counter went back', { counter: 1 }, 'counter'],
  ['that is a registration', { type: 'webauthn.create' }, 'type'],
]

describe('Signing in by passkey', () => {
  it('gives a session, of which the log knows', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    browser.cookies.clear()
    const reply = await browser.signIn()
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ person: { email: 'ada@example.com' }, roles: ['admin'] })
    expect(reply.headers.getSetCookie()[0]).toMatch(
      /^__Host-postern=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
    expect((await there.events()).slice(-2)).toEqual(['session-started', 'signin-passed'])
    expect((await browser.send('/v1/me')).status).toBe(200)
  })

  it.each(wrongAssertions)(
    'with an assertion %s is refused in one word, and the log has the reason',
    async (_name, faults, cause) => {
      const there = await aConsole({ people: [ada] })
      const browser = await there.firstAdmin()
      browser.cookies.clear()
      await browser.signIn()
      browser.cookies.clear()
      const reply = await browser.signIn(faults)
      expect([reply.status, reply.code]).toEqual([401, 'sign_in_refused'])
      const last = (await there.eventRows()).at(-1)
      expect(last?.type).toBe('signin-failed')
      expect(JSON.parse(last?.body ?? '{}')).toMatchObject({ method: 'passkey', cause })
      expect(Object.keys(Object(reply.body)).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type'])
    },
  )

  it('with a passkey that nobody registered is refused', async () => {
    const there = await aConsole({ people: [ada] })
    await there.firstAdmin()
    const stranger = there.browser()
    expect((await stranger.signIn({}, softwarePasskey('https://gate.example.com'))).code).toBe('sign_in_refused')
  })

  it('takes a challenge once', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    browser.cookies.clear()
    const asked = await browser.send('/v1/sign-in/challenge', {})
    const assertion = browser.passkey.sign({
      challenge: textAt(asked.body, 'options', 'challenge'),
      rpId: 'gate.example.com',
      timeout: 1,
      allowCredentials: [],
      userVerification: 'required',
    })
    const before = browser.cookies.get('__Host-postern-pre') ?? ''
    expect((await browser.send('/v1/sign-in/assertion', { assertion })).status).toBe(200)
    browser.cookies.clear()
    browser.cookies.set('__Host-postern-pre', before)
    expect((await browser.send('/v1/sign-in/assertion', { assertion })).code).toBe('sign_in_refused')
  })

  it('refuses an answer that comes from another browser than the challenge', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    const other = aBrowser(there.base)
    const asked = await other.send('/v1/sign-in/challenge', {})
    const assertion = browser.passkey.sign({
      challenge: textAt(asked.body, 'options', 'challenge'),
      rpId: 'gate.example.com',
      timeout: 1,
      allowCredentials: [],
      userVerification: 'required',
    })
    browser.cookies.clear()
    expect((await browser.send('/v1/sign-in/assertion', { assertion })).code).toBe('sign_in_refused')
  })

  it('refuses an answer after five minutes', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    browser.cookies.clear()
    const asked = await browser.send('/v1/sign-in/challenge', {})
    const options = {
      challenge: textAt(asked.body, 'options', 'challenge'),
      rpId: 'gate.example.com',
      timeout: 1,
      allowCredentials: [],
      userVerification: 'required' as const,
    }
    await there.clock.advance(300_000)
    const reply = await browser.send('/v1/sign-in/assertion', { assertion: browser.passkey.sign(options) })
    expect(reply.code).toBe('sign_in_refused')
  })

  it('is over for a person who left', async () => {
    const there = await aConsole()
    const admin = await there.firstAdmin()
    await admin.send('/v1/admin/people', { name: 'Bob', email: bob.email })
    const browser = await there.signedIn(bob)
    await admin.send(`/v1/admin/people/${await idOf(there, bob.email)}/deactivation`, { reason: 'left' })
    expect((await browser.send('/v1/me')).code).toBe('login_required')
    expect((await browser.signIn()).code).toBe('sign_in_refused')
  })
})

describe('A session', () => {
  it('ends two hours after the last call', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    await there.clock.advance(7_199_000)
    expect((await browser.send('/v1/me')).status).toBe(200)
    await there.clock.advance(7_199_000)
    expect((await browser.send('/v1/me')).status).toBe(200)
    await there.clock.advance(7_200_000)
    expect((await browser.send('/v1/me')).code).toBe('login_required')
  })

  it('ends twelve hours after sign-in, however busy', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    for (let hour = 0; hour < 11; hour += 1) {
      await there.clock.advance(3_600_000)
      expect((await browser.send('/v1/me')).status).toBe(200)
    }
    await there.clock.advance(3_600_000)
    expect((await browser.send('/v1/me')).code).toBe('login_required')
  })

  it('ends at sign-out, and its cookie with it', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    const kept = browser.cookies.get('__Host-postern') ?? ''
    expect((await browser.send('/v1/sign-out', {})).status).toBe(204)
    expect(browser.cookies.has('__Host-postern')).toBe(false)
    browser.cookies.set('__Host-postern', kept)
    expect((await browser.send('/v1/me')).code).toBe('login_required')
  })

  it('is new at each sign-in, and the others can be ended', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    const first = browser.cookies.get('__Host-postern')
    await browser.signIn()
    expect(browser.cookies.get('__Host-postern')).not.toBe(first)
    expect((await browser.send('/v1/me/sessions/end', { others: true })).body).toEqual({ ended: 1 })
    expect(member((await browser.send('/v1/me/sessions')).body, 'items')).toHaveLength(1)
  })

  it('is nobody with two cookies of its name, or beside a token', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    const cookie = `__Host-postern=${browser.cookies.get('__Host-postern')}`
    const bare = there.browser()
    expect((await bare.send('/v1/me', undefined, { headers: { cookie: `${cookie}; ${cookie}` } })).code).toBe(
      'login_required',
    )
    expect((await browser.send('/v1/me', undefined, { headers: { authorization: 'Bearer x' } })).code).toBe(
      'ambiguous_credentials',
    )
  })
})

const foreign: readonly (readonly [string, string | null])[] = [
  ['no origin', null],
  ['another site', 'https://evil.example'],
  ['null', 'null'],
  ['a look-alike', 'https://gate.example.com.evil.example'],
  ['the same host without encryption', 'http://gate.example.com'],
  ['another port', 'https://gate.example.com:8443'],
  ['other letters', 'https://GATE.example.com'],
]

describe('A write', () => {
  it.each(foreign)('from %s is refused, signed in or not', async (_name, origin) => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    expect((await browser.send('/v1/sign-out', {}, { origin })).code).toBe('origin_refused')
    expect((await there.browser().send('/v1/sign-in/challenge', {}, { origin })).code).toBe('origin_refused')
    expect((await browser.send('/v1/me')).status).toBe(200)
  })

  it('as a form or as text is refused', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'])
      expect((await browser.send('/v1/sign-out', {}, { headers: { 'content-type': type } })).code).toBe('media_type')
  })

  it('with a member that is not known, or twice the same, is refused', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    expect((await browser.send('/v1/sign-out', { more: 1 })).code).toBe('schema_invalid')
    expect(
      (await browser.send('/v1/me/totp/confirmation', undefined, { text: '{"code":"123456","code":"1"}' })).code,
    ).toBe('schema_invalid')
  })
})

describe('A read', () => {
  it('that another site makes a browser do is refused', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await browser.send('/v1/me', undefined, { headers })).code).toBe('origin_refused')
    expect((await browser.send('/v1/me', undefined, { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  })

  it('is kept by nobody on the way', async () => {
    const there = await aConsole({ people: [ada] })
    const browser = await there.firstAdmin()
    expect((await browser.send('/v1/me')).headers.get('cache-control')).toBe('no-store')
  })
})

async function idOf(there: Awaited<ReturnType<typeof aConsole>>, email: string): Promise<string> {
  return (await there.store.read((rows) => rows.people.findByAddress(email)))?.id ?? ''
}
