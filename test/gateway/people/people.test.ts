import { describe, expect, it } from 'vitest'
import { adminApi } from '#contract/admin-api.ts'
import type { AdminRoute } from '#contract/admin-route.ts'
import { readDirectory } from '#gateway/people/read-directory.ts'
import { syncPeople } from '#gateway/people/sync-people.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { type ABrowser, type AConsole, aConsole, member, pathOf, signedBy, textAt } from '#test/support/a-console.ts'
import type { PasskeyFaults } from '#tools/software-passkey.ts'

const people = 'POST /v1/admin/people/{id}'
const ada: SettingsPerson = { email: 'ada@example.com', name: 'Ada', groups: ['staff'], admin: true, roles: [] }

describe('An admin', () => {
  it('adds a person, whom a one-time link lets in', async () => {
    const { there, admin } = await started()
    const added = await admin.send('/v1/admin/people', { name: 'Bob', email: 'Bob@Example.com', team: 'web' })
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({
      email: 'bob@example.com',
      roles: [],
      passkeys: 0,
      source: 'console',
      version: 1,
    })
    const made = await admin.act(`${people}/invitations`, { id: textAt(added.body, 'id') })
    expect(made.status).toBe(201)
    const bob = there.browser()
    expect((await bob.accept(tokenIn(textAt(made.body, 'url')))).status).toBe(201)
    expect((await bob.send('/v1/me')).body).toMatchObject({ person: { name: 'Bob' }, roles: [], passkeys: 1 })
  })

  it('cannot invite who has a passkey, or an admin could become an approver', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const early = await admin.act(`${people}/invitations`, { id })
    const late = await admin.act(`${people}/invitations`, { id })
    expect((await there.browser().accept(tokenIn(textAt(early.body, 'url')))).status).toBe(201)
    expect((await admin.act(`${people}/invitations`, { id })).code).toBe('passkey_exists')
    expect((await there.browser().accept(tokenIn(textAt(late.body, 'url')))).code).toBe('invitation_refused')
  })

  it('takes a link back', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const made = await admin.act(`${people}/invitations`, { id })
    const revocation = `/v1/admin/invitations/${textAt(made.body, 'id')}/revocation`
    expect((await admin.send(revocation, {})).status).toBe(204)
    expect((await admin.send(revocation, {})).code).toBe('state_conflict')
    expect((await there.browser().accept(tokenIn(textAt(made.body, 'url')))).code).toBe('invitation_refused')
  })

  it('changes a name as it is, and addresses only under a signature', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const patch = (body: object) => admin.send(`/v1/admin/people/${id}`, body, { method: 'PATCH' })
    expect((await patch({ version: 1, name: 'Robert' })).body).toMatchObject({ name: 'Robert', version: 2 })
    expect((await patch({ version: 2, email: 'rob@example.com' })).code).toBe('schema_invalid')
    const body = { version: 2, aliases: ['rob@example.com'] }
    const asked = await admin.challengeFor('PATCH /v1/admin/people/{id}', { id }, body)
    const changed = await patch({ ...body, signed: signedBy(asked, admin.passkey) })
    expect(changed.body).toMatchObject({ aliases: ['rob@example.com'], version: 3 })
    const { people: everybody } = await directory(there)
    expect(everybody.get(id)?.addresses).toEqual(['bob@example.com', 'rob@example.com'])
  })

  it('is shown the newest where somebody else was quicker', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const patch = (name: string) => admin.send(`/v1/admin/people/${id}`, { version: 1, name }, { method: 'PATCH' })
    await patch('Robert')
    const late = await patch('Bobby')
    expect([late.status, late.code]).toEqual([409, 'edit_conflict'])
    expect(late.body).toMatchObject({ version: 2, item: { name: 'Robert' } })
  })

  it('cannot give two persons one address, alias or not', async () => {
    const { admin } = await started()
    const bob = { name: 'Bob', email: 'bob@example.com', aliases: ['b@example.com'] }
    expect((await admin.send('/v1/admin/people', bob)).status).toBe(201)
    for (const email of ['BOB@example.com', 'b@example.com', 'ada@example.com']) {
      const again = await admin.send('/v1/admin/people', { name: 'Other', email })
      expect(again.code).toBe('already_exists')
      expect(again.body).toMatchObject({ errors: [{ pointer: '/email' }] })
    }
  })

  it.each(['Bob\u202egnp', 'Bob\nB', ' Bob', 'Bob\u0007', '', 'x'.repeat(81)])(
    'cannot name somebody %j',
    async (name) => {
      const { admin } = await started()
      expect((await admin.send('/v1/admin/people', { name, email: 'bob@example.com' })).code).toBe('schema_invalid')
    },
  )

  it('keeps markup as the text it is', async () => {
    const { admin } = await started()
    const name = '<img src=x onerror=alert(1)>'
    const added = await admin.send('/v1/admin/people', { name, email: 'bob@example.com' })
    expect(added.body).toMatchObject({ name })
  })
})

describe('The last admin with a passkey', () => {
  it('can neither leave nor lose the role, not even by their own hand', async () => {
    const { there, admin } = await started()
    const id = await idOf(there, ada.email)
    expect((await admin.send(`/v1/admin/people/${id}/deactivation`, { reason: 'gone' })).code).toBe('last_admin')
    expect((await admin.act(`${people}/roles/{role}/removal`, { id, role: 'admin' })).code).toBe('last_admin')
  })

  it('is not replaced by an admin without a passkey', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    expect((await admin.act(`${people}/roles`, { id }, { role: 'admin' })).status).toBe(200)
    const own = await idOf(there, ada.email)
    expect((await admin.act(`${people}/roles/{role}/removal`, { id: own, role: 'admin' })).code).toBe('last_admin')
    await there.signedIn({ email: 'bob@example.com' })
    expect((await admin.act(`${people}/roles/{role}/removal`, { id: own, role: 'admin' })).status).toBe(200)
    expect((await admin.send('/v1/me')).code).toBe('login_required')
  })

  it('stays when two admins remove each other at once', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    await admin.act(`${people}/roles`, { id }, { role: 'admin' })
    const other = await there.signedIn({ email: 'bob@example.com' })
    const own = await idOf(there, ada.email)
    await Promise.all([
      admin.send(`/v1/admin/people/${id}/deactivation`, { reason: 'first' }),
      other.send(`/v1/admin/people/${own}/deactivation`, { reason: 'second' }),
    ])
    const left = await there.store.read((rows) => rows.people.list())
    expect(left.filter((person) => person.admin && person.status === 'active')).toHaveLength(1)
  })
})

const wrong: readonly (readonly [string, PasskeyFaults])[] = [
  ['without user verification', { userVerified: false }],
  ['on another page', { origin: 'https://evil.example' }],
  ['for another relying party', { rpId: 'evil.example' }],
  ['over another challenge', { challenge: Buffer.alloc(32, 9).toString('base64url') }],
  ['with a counter that went back', { counter: 0 }],
]

describe('A signed act', () => {
  it.each(wrong)('%s is refused, uses its challenge up, and changes nothing', async (_name, faults) => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const act = `${people}/roles`
    const asked = await admin.challengeFor(act, { id }, { role: 'auditor' })
    const refused = await admin.send(pathOf(act, { id }), {
      role: 'auditor',
      signed: signedBy(asked, admin.passkey, faults),
    })
    expect([refused.status, refused.code]).toEqual([403, 'assertion_refused'])
    const again = await admin.send(pathOf(act, { id }), { role: 'auditor', signed: signedBy(asked, admin.passkey) })
    expect(again.code).toBe('challenge_expired')
    expect((await there.events()).filter((type) => type === 'role-assigned')).toHaveLength(1) // of the first admin
    expect((await there.store.read((rows) => rows.people.find(id)))?.roles).toEqual([])
  })

  it('is refused where the body is not the one that was signed', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const reply = await admin.act(`${people}/roles`, { id }, { role: 'auditor' }, { sends: { role: 'admin' } })
    expect(reply.code).toBe('assertion_refused')
  })

  it('is refused where the person is not the one that was signed', async () => {
    const { there, admin } = await started()
    const bob = await aPerson(there, admin, 'bob')
    const eve = await aPerson(there, admin, 'eve')
    const act = `${people}/roles`
    const asked = await admin.challengeFor(act, { id: bob.id }, { role: 'admin' })
    const reply = await admin.send(pathOf(act, { id: eve.id }), {
      role: 'admin',
      signed: signedBy(asked, admin.passkey),
    })
    expect(reply.code).toBe('assertion_refused')
  })

  it('is taken once', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const act = `${people}/invitations`
    const asked = await admin.challengeFor(act, { id }, {})
    const signed = signedBy(asked, admin.passkey)
    expect((await admin.send(pathOf(act, { id }), { signed })).status).toBe(201)
    expect((await admin.send(pathOf(act, { id }), { signed })).code).toBe('challenge_expired')
  })

  it('is refused after five minutes', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const asked = await admin.challengeFor(`${people}/invitations`, { id }, {})
    await there.clock.advance(300_000)
    const reply = await admin.send(`/v1/admin/people/${id}/invitations`, { signed: signedBy(asked, admin.passkey) })
    expect(reply.code).toBe('challenge_expired')
  })

  it('is refused with the passkey of somebody else, and for their challenge', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    await admin.act(`${people}/roles`, { id }, { role: 'admin' })
    const bob = await there.signedIn({ email: 'bob@example.com' })
    const path = `/v1/admin/people/${id}/roles`
    const own = await admin.challengeFor(`${people}/roles`, { id }, { role: 'auditor' })
    expect((await admin.send(path, { role: 'auditor', signed: signedBy(own, bob.passkey) })).code).toBe(
      'assertion_refused',
    )
    const theirs = await bob.challengeFor(`${people}/roles`, { id }, { role: 'auditor' })
    expect((await admin.send(path, { role: 'auditor', signed: signedBy(theirs, admin.passkey) })).code).toBe(
      'challenge_expired',
    )
  })

  it('leaves what an auditor needs', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    await admin.act(`${people}/roles`, { id }, { role: 'security' })
    const event = (await there.eventRows()).findLast(({ type }) => type === 'role-assigned')
    const body = JSON.parse(event?.body ?? '{}')
    expect(body.signed).toMatchObject({ act: `${people}/roles` })
    const attachments = await there.store.read((rows) => rows.audit.attachmentsOf(event?.id ?? 0))
    expect(attachments.map(({ name }) => name).sort()).toEqual(['evidence', 'place'])
  })

  it('asks for no challenge of an act that the person may not do', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    const bob = await there.signedIn({ email: 'bob@example.com' })
    expect((await bob.challengeFor(`${people}/roles`, { id }, { role: 'admin' })).code).toBe('not_found')
    expect((await admin.challengeFor('POST /v1/admin/nothing', {}, {})).code).toBe('not_found')
  })
})

describe('Who has no role', () => {
  it('does not find the console, whatever the method', async () => {
    const { there, admin } = await started()
    await aPerson(there, admin, 'bob')
    const bob = await there.signedIn({ email: 'bob@example.com' })
    for (const route of Object.values<AdminRoute>(adminApi)) {
      if (typeof route.who !== 'object') continue
      const reply = await bob.send(route.path.replaceAll(/\{[a-z_]+\}/g, 'x'), route.asks === null ? undefined : {}, {
        method: route.method,
      })
      expect([route.path, reply.code]).toEqual([route.path, 'not_found'])
    }
  })

  it('is asked to sign in where nobody is', async () => {
    const { there } = await started()
    for (const route of Object.values<AdminRoute>(adminApi)) {
      if (route.who === 'anybody') continue
      const reply = await there
        .browser()
        .send(route.path.replaceAll(/\{[a-z_]+\}/g, 'x'), route.asks === null ? undefined : {}, {
          method: route.method,
        })
      expect([route.path, reply.code]).toEqual([route.path, 'login_required'])
    }
  })
})

describe('Who has another role', () => {
  it('reads people, and is told which role a change needs', async () => {
    const { there, admin } = await started()
    const { id } = await aPerson(there, admin, 'bob')
    await admin.act(`${people}/roles`, { id }, { role: 'auditor' })
    const bob = await there.signedIn({ email: 'bob@example.com' })
    expect(member((await bob.send('/v1/admin/people')).body, 'items')).toHaveLength(2)
    const refused = await bob.send('/v1/admin/people', { name: 'Eve', email: 'eve@example.com' })
    expect(refused.code).toBe('role_required')
    expect(refused.body).toMatchObject({ roles: ['admin'] })
  })

  it('is told that a call of the pages is not there yet', async () => {
    const { admin } = await started()
    expect((await admin.send('/v1/admin/devices')).code).toBe('not_supported')
  })
})

describe('A group', () => {
  it('holds persons and groups, whose members are in it too', async () => {
    const { there, admin } = await started()
    const bob = await aPerson(there, admin, 'bob')
    await admin.send('/v1/admin/groups', { id: 'web', name: 'Web' })
    await admin.send('/v1/admin/groups', { id: 'engineering', name: 'Engineering' })
    const change = (id: string, body: object) => admin.send(`/v1/admin/groups/${id}/members`, body)
    expect((await change('web', { version: 1, add: [{ person: bob.id }], remove: [] })).body).toMatchObject({
      members: 1,
    })
    expect((await change('engineering', { version: 1, add: [{ group: 'web' }], remove: [] })).status).toBe(200)
    const { people: everybody } = await directory(there)
    expect(everybody.get(bob.id)?.groups).toEqual(['engineering', 'web'])
    expect(await there.store.read((rows) => rows.groups.above(['web']))).toEqual(['engineering', 'web'])
    expect((await admin.send('/v1/admin/groups/engineering')).body).toMatchObject({ items: [{ group: 'web' }] })
    await change('web', { version: 3, add: [], remove: [{ person: bob.id }] })
    expect((await directory(there)).people.get(bob.id)?.groups).toEqual([])
  })

  it('is never within itself', async () => {
    const { admin } = await started()
    for (const id of ['a', 'b', 'c']) await admin.send('/v1/admin/groups', { id, name: id })
    const put = (inner: string, outer: string, version: number) =>
      admin.send(`/v1/admin/groups/${outer}/members`, { version, add: [{ group: inner }], remove: [] })
    await put('a', 'b', 1)
    await put('b', 'c', 1)
    expect((await put('c', 'a', 2)).code).toBe('schema_invalid')
    expect((await put('a', 'a', 2)).code).toBe('schema_invalid')
  })

  it('is removed with its members let go', async () => {
    const { there, admin } = await started()
    const bob = await aPerson(there, admin, 'bob')
    await admin.send('/v1/admin/groups', { id: 'web', name: 'Web' })
    await admin.send('/v1/admin/groups/web/members', { version: 1, add: [{ person: bob.id }], remove: [] })
    expect((await admin.send('/v1/admin/groups/web/removal', { version: 1 })).code).toBe('edit_conflict')
    expect((await admin.send('/v1/admin/groups/web/removal', { version: 2 })).status).toBe(200)
    expect((await directory(there)).people.get(bob.id)?.groups).toEqual([])
  })
})

describe('People of the settings', () => {
  it('are changed in the settings alone, until an admin takes them over under a signature', async () => {
    const there = await aConsole({ people: [ada] })
    const admin = await there.firstAdmin()
    const bob = { name: 'Bob', email: 'bob@example.com' }
    const refused = await admin.send('/v1/admin/people', bob)
    expect(refused.body).toMatchObject({ code: 'managed_elsewhere', by: 'settings' })
    expect((await admin.act('POST /v1/admin/people/source', {}, { source: 'console' })).status).toBe(200)
    expect((await admin.act('POST /v1/admin/people/source', {}, { source: 'console' })).code).toBe('state_conflict')
    expect((await admin.send('/v1/admin/people', bob)).status).toBe(201)
    await there.store.transact((rows) => syncPeople(rows, [{ ...ada, name: 'Other' }], there.clock.nowMs()))
    const kept = await there.store.read((rows) => rows.people.list())
    expect(kept.map(({ name, status }) => [name, status])).toEqual([
      ['Ada', 'active'],
      ['Bob', 'active'],
    ])
    expect(await there.events()).toContain('people-source-changed')
  })

  it('register passkeys all the same', async () => {
    const bob: SettingsPerson = { ...ada, email: 'bob@example.com', name: 'Bob', admin: false }
    const there = await aConsole({ people: [ada, bob] })
    const admin = await there.firstAdmin()
    const made = await admin.act(`${people}/invitations`, { id: await idOf(there, bob.email) })
    expect((await there.browser().accept(tokenIn(textAt(made.body, 'url')))).status).toBe(201)
  })
})

describe('A list of people', () => {
  it('comes in pages, whose cursors fit their own question alone', async () => {
    const { there, admin } = await started()
    for (const name of ['bob', 'cyd', 'dan', 'eve']) await aPerson(there, admin, name)
    const names = (body: unknown) => [0, 1, 2].map((index) => member(body, 'items', index, 'name'))
    const first = await admin.send('/v1/admin/people?limit=2')
    expect(names(first.body)).toEqual(['Ada', 'bob', undefined])
    expect(member(first.body, 'total_estimate')).toBe(5)
    const next = textAt(first.body, 'next')
    expect(names((await admin.send(`/v1/admin/people?limit=2&after=${next}`)).body)).toEqual(['cyd', 'dan', undefined])
    expect((await admin.send(`/v1/admin/people?limit=2&state=active&after=${next}`)).code).toBe('schema_invalid')
    expect((await admin.send('/v1/admin/people?after=nonsense')).code).toBe('schema_invalid')
    expect((await admin.send('/v1/admin/people?unknown=1')).code).toBe('schema_invalid')
    expect(names((await admin.send('/v1/admin/people?q=EV')).body)).toEqual(['eve', undefined, undefined])
    expect(names((await admin.send('/v1/admin/people?role=admin&sort=-name')).body)).toEqual([
      'Ada',
      undefined,
      undefined,
    ])
  })
})

describe('A service token', () => {
  it('is told once, reads its own scope, and never writes', async () => {
    const { there, admin } = await started()
    const expires = Math.floor(there.clock.nowMs() / 1000) + 86_400
    const wish = { name: 'SIEM', scopes: ['audit'], expires_at: expires }
    const made = await admin.act('POST /v1/admin/service-tokens', {}, wish)
    expect(made.status).toBe(201)
    const headers = { authorization: `Bearer ${textAt(made.body, 'token')}` }
    const program = there.browser()
    expect((await program.send('/v1/admin/audit/state', undefined, { headers })).code).toBe('not_supported')
    expect((await program.send('/v1/admin/metrics/checks', undefined, { headers })).code).toBe('not_found')
    expect((await program.send('/v1/admin/people', undefined, { headers })).code).toBe('not_found')
    expect((await program.send('/v1/sign-out', {}, { headers })).code).toBe('not_found')
    await admin.send(`/v1/admin/service-tokens/${textAt(made.body, 'id')}/revocation`, {})
    expect((await program.send('/v1/admin/audit/state', undefined, { headers })).code).toBe('login_required')
    expect(JSON.stringify((await admin.send('/v1/admin/service-tokens')).body)).not.toContain('pst_')
  })

  it('is over at its end, and of use only from where it was made for', async () => {
    const { there, admin } = await started()
    const expires = Math.floor(there.clock.nowMs() / 1000) + 60
    const wish = { name: 'SIEM', scopes: ['audit'], expires_at: expires }
    const near = await admin.act('POST /v1/admin/service-tokens', {}, { ...wish, from: ['127.0.0.0/8'] })
    const far = await admin.act('POST /v1/admin/service-tokens', {}, { ...wish, from: ['192.0.2.0/24'] })
    const read = (made: unknown) =>
      there
        .browser()
        .send('/v1/admin/audit/state', undefined, { headers: { authorization: `Bearer ${textAt(made, 'token')}` } })
    expect((await read(near.body)).code).toBe('not_supported')
    expect((await read(far.body)).code).toBe('login_required')
    await there.clock.advance(60_000)
    expect((await read(near.body)).code).toBe('login_required')
  })
})

async function started(): Promise<{ readonly there: AConsole; readonly admin: ABrowser }> {
  const there = await aConsole()
  return { there, admin: await there.firstAdmin() }
}

async function aPerson(there: AConsole, admin: ABrowser, name: string): Promise<{ readonly id: string }> {
  const added = await admin.send('/v1/admin/people', { name, email: `${name}@example.com` })
  expect(added.status).toBe(201)
  expect(there.base).toBeDefined()
  return { id: textAt(added.body, 'id') }
}

async function directory(there: AConsole) {
  return { people: await there.store.read((rows) => readDirectory(rows)) }
}

async function idOf(there: AConsole, email: string): Promise<string> {
  return (await there.store.read((rows) => rows.people.findByAddress(email)))?.id ?? ''
}

function tokenIn(url: string): string {
  return url.split('/').pop() ?? ''
}
