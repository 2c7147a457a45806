import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { beginNewLog, buildGatewayCore } from '#gateway/gateway-core.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { aDevice, call, type DeviceClient, hashOf, newId } from '#test/support/a-device.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { ada, bob, callerAuth, guest, type Person } from '#test/support/a-running-gateway.ts'
import { aStaffedGateway, edsger, grace, type StaffedGateway } from '#test/support/a-staffed-gateway.ts'
import { ocsfFaultsOf } from '#test/support/ocsf-schemas.ts'

const audra: Person = { email: 'audra@example.com', name: 'Audra', groups: [], admin: true, roles: ['auditor'] }
const people = [ada, bob, guest, grace, edsger, audra]
const readings = { firewall: { state: 'off' }, 'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 } }
const base = '/v1/admin/audit'

async function asks(device: DeviceClient, seconds = 3600) {
  const ask = {
    draft_id: newId(),
    mode: 'normal',
    checks: ['firewall'],
    resources: ['wiki'],
    duration_s: seconds,
    category: 'debugging',
    reason: 'The vendor sent a broken update; a fix is on its way.',
  }
  const claims = { ask, presence: { method: 'click', at: device.now }, evidence: { seq: 1, hash: hashOf('x') } }
  const body = await device.message('exception-request+jwt', claims)
  return await device.call('POST', '/v1/exceptions', { headers: { 'content-type': 'application/jose' }, body })
}

async function isAllowed(gateway: StaffedGateway, device: DeviceClient): Promise<boolean> {
  const body = JSON.stringify({
    subject: { type: 'user', id: ada.email, properties: { device_id: device.id } },
    action: { name: 'GET' },
    resource: { type: 'resource', id: 'wiki' },
  })
  const headers = { 'content-type': 'application/json', 'x-postern-proxy-auth': callerAuth.any }
  return (await call('POST', `${gateway.check}/access/v1/evaluation`, { headers, body })).json.decision
}

async function aFailingDevice(gateway: StaffedGateway): Promise<DeviceClient> {
  const device = await aDevice(gateway)
  device.readings = readings
  expect((await device.attest()).status).toBe(200)
  return device
}

/** From the ask to the grant; answers the grant's id. */
async function granted(gateway: StaffedGateway, device: DeviceClient): Promise<string> {
  await gateway.as(ada.email, 'GET', '/v1/me')
  const asked = await asks(device)
  if (asked.json.state === 'step_up_required') await gateway.prove(asked.json.step_up_url)
  await gateway.vote(grace.email, asked.json.request_id, 'security')
  const last = await gateway.vote(edsger.email, asked.json.request_id, 'platform')
  expect([last.status, last.json.state]).toEqual([200, 'approved'])
  return last.json.grant.id
}

async function exported(gateway: StaffedGateway, query = '') {
  const state = await gateway.as(audra.email, 'GET', `${base}/state`)
  const headers = { cookie: await gateway.cookieOf(audra.email) }
  const zip = await fetch(`${gateway.api}${base}/export${query}`, { headers })
  expect(zip.status).toBe(200)
  const file = join(await aFolder(), 'bundle.zip')
  await writeFile(file, new Uint8Array(await zip.arrayBuffer()))
  return await verifyBundle(file, { keys: state.json.vkeys.join('\n') })
}

describe('A gateway that decided under a grant', () => {
  it('shows it at once, and its log proves it after a stop', async () => {
    const gateway = await aStaffedGateway({ people })
    const device = await aFailingDevice(gateway)
    expect(await isAllowed(gateway, device)).toBe(false)
    const grantId = await granted(gateway, device)
    for (let times = 0; times < 3; times += 1) expect(await isAllowed(gateway, device)).toBe(true)
    const shown = await gateway.as(audra.email, 'GET', `/v1/admin/grants/${grantId}`)
    expect(shown.json).toMatchObject({ decisions: 3, last_used_at: expect.any(Number) })
    const rows = await gateway.store.read((all) => all.audit.after(0, 1000))
    expect(rows.some(({ type }) => type === 'decision-batch')).toBe(false) // nobody waited for a write
    await gateway.stop()

    await aStaffedGateway({ people, again: gateway.settings })
    const kept = await gateway.as(audra.email, 'GET', `/v1/admin/grants/${grantId}`)
    expect(kept.json).toMatchObject({ decisions: 3 })
    const verified = await exported(gateway)
    expect(verified).toMatchObject({ breaks: [], missing: [], exit: 0, counts: { decisions: 2, grants: 1 } })

    const headers = { cookie: await gateway.cookieOf(audra.email) }
    const ocsf = await (await fetch(`${gateway.api}${base}/export?format=ocsf`, { headers })).text()
    const events = ocsf
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const event of events) expect(ocsfFaultsOf(event), JSON.stringify(event)).toEqual([])
    expect(events.filter((event) => event.class_uid === 4002)).toMatchObject([
      { action: 'Denied', count: 1 },
      { action: 'Allowed', count: 3, authorizations: [{ policy: { uid: grantId } }] },
    ])
    const csv = await (await fetch(`${gateway.api}${base}/export?format=csv&table=decisions`, { headers })).text()
    expect(csv.trimEnd().split('\r\n')).toHaveLength(3)
    expect(csv).toContain(grantId)
  })
})

describe('31 A database restored from an older copy', () => {
  it('is found before the first act; nothing is given until another log is begun, by which the story goes on', async () => {
    const first = await aStaffedGateway({ people })
    const device = await aFailingDevice(first)
    await granted(first, device)
    await first.cookieOf(audra.email)
    await first.stop()
    const { folder, database } = first.settings.data
    const copy = join(await aFolder(), 'older.sqlite')
    await copyFile(database, copy)
    const second = await aStaffedGateway({ people, again: first.settings })
    await second.as(bob.email, 'GET', '/v1/me') // registers a passkey: the log grows
    await second.stop()
    for (const ending of ['', '-wal', '-shm']) await rm(`${database}${ending}`, { force: true })
    await copyFile(copy, database)

    const locked = await aStaffedGateway({ people, again: first.settings })
    const state = await first.as(audra.email, 'GET', `${base}/state`) // sessions outlive a restart
    expect(state.json).toMatchObject({ locked: { cause: 'rollback', since: expect.any(Number) } })
    expect(await asks(device)).toMatchObject({ status: 503, json: { code: 'log_locked' } })
    const { id } = (await first.as(audra.email, 'GET', '/v1/admin/people')).json.items[0]
    for (const [path, body] of [
      [`/v1/admin/people/${id}/roles`, { role: 'security' }],
      [`/v1/admin/people/${id}/invitations`, {}],
      ['/v1/me/passkeys', { registration: {}, label: 'another' }],
    ] as const)
      expect(await first.as(audra.email, 'POST', path, body), path).toMatchObject({
        status: 503,
        json: { code: 'log_locked' },
      })
    expect((await device.attest()).status).toBe(200)
    expect(await isAllowed(locked, device)).toBe(true) // a grant that was proven stays usable
    const minted = await locked.store.read((rows) => rows.grants.newest(10))
    expect(minted).toHaveLength(1)
    await locked.stop()

    const opened = await beginNewLog(first.settings, 'the disk of the database was replaced', { clock: systemClock() })
    expect(opened.logId).toMatch(/\/audit-2$/)
    const next = await aStaffedGateway({ people, again: first.settings })
    const me = await first.as(audra.email, 'GET', '/v1/me')
    expect(me.json.notices).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'log-started' })]))
    const [live] = minted
    const revoked = await first.as(audra.email, 'GET', `/v1/admin/grants/${live?.id}`)
    expect(revoked.json.state).toBe('active')
    expect(await isAllowed(next, device)).toBe(true)
    const before = await next.store.read((rows) => rows.exceptions.find(live?.requestId ?? ''))
    const claims = { request_id: before?.id, terms_digest: before?.termsDigest, action: 'surrender' }
    const surrendered = await device.call('POST', `/v1/exceptions/${before?.id}/actions`, {
      headers: { 'content-type': 'application/jose' },
      body: await device.message('exception-action+jwt', claims),
    })
    expect([surrendered.status, surrendered.json.grant.state]).toEqual([200, 'revoked'])
    expect(await isAllowed(next, device)).toBe(false)
    await granted(first, device)
    expect(await isAllowed(next, device)).toBe(true)
    await next.stop()
    const last = await aStaffedGateway({ people, again: first.settings })
    const verified = await exported(first)
    // Passkeys that were added before are proven by the old log alone: what they signed is missing here, never passed over.
    expect(verified).toMatchObject({ breaks: [], logId: opened.logId, exit: 3 })
    expect(verified.counts).toMatchObject({ requestsBegunBefore: 1, grants: 1, signedVotes: 2 })
    expect(verified.missing).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/^the passkey of leaf \d+, added in the log before$/)),
    )
    expect(verified.counts.decisions).toBeGreaterThan(0)
    const old = await fetch(`${last.api}/audit/checkpoint`, { headers: { cookie: await first.cookieOf(audra.email) } })
    expect([old.status, (await old.text()).split('\n')[0]]).toEqual([200, opened.logId.replace('-2', '')])
    expect(folder).toBe(first.settings.data.folder)
  })
})

describe('An issuer that changed', () => {
  it('does not start over the log of the one before, and says why', async () => {
    const gateway = await aStaffedGateway({ people })
    await gateway.stop()
    const settings = { ...gateway.settings, issuer: 'http://localhost:1' }
    const core = await buildGatewayCore(settings, { clock: systemClock(), log: silentLog, version: '0.1.0' })
    await expect(core.start()).rejects.toMatchObject({
      code: 'settings_invalid',
      details: { issues: [{ pointer: '/issuer', detail: expect.stringContaining('the log is one of localhost:') }] },
    })
    await core.stop()
  })
})

describe('27 A person whose data was erased, as a later version does it', () => {
  it('is a bundle that verifies and lists what is erased; the same without the leaf that says so does not', async () => {
    const gateway = await aStaffedGateway({ people })
    const device = await aFailingDevice(gateway)
    await granted(gateway, device)
    expect(await isAllowed(gateway, device)).toBe(true)
    await gateway.as(audra.email, 'GET', `${base}/state`)
    await gateway.stop()
    const before = new DatabaseSync(gateway.settings.data.database)
    const id = String(before.prepare(`select id from persons where email = '${ada.email}'`).get()?.['id'])
    const requests = `(select id from exception_requests where subject = '${id}')`
    const personal = `name not like 'evidence%' and event_id in (select id from audit_events where request_id in ${requests}
      or actor in (select actor from audit_events where type = 'request-submitted'))`
    const listed = [
      ...before.prepare(`select content_commit as text from audit_attachments where ${personal}`).all(),
      ...before.prepare(`select terms_digest as text from exception_revisions where request_id in ${requests}`).all(),
    ].map(({ text }) => String(text))
    const commitments = [...new Set(listed)].sort()
    before.exec(`delete from audit_attachments where ${personal}`)
    before.exec(`delete from exception_revisions where request_id in ${requests}`)
    before.close()

    await aStaffedGateway({ people, again: gateway.settings })
    const unexplained = await exported(gateway)
    expect(unexplained).toMatchObject({ breaks: [], exit: 3 })
    expect(unexplained.missing.length).toBeGreaterThan(0)
    const store = await openStore(gateway.settings.data.database)
    const eventId = await store.transact((rows) =>
      recordEvent(rows, {
        type: 'privacy-erased',
        at: Math.floor(Date.now() / 1000),
        actor: null,
        object: { person: id },
        members: { cause: 'person', commitments, signed: null, second: null },
      }),
    )
    while (((await store.read((rows) => rows.log.latestCheckpoint(1)))?.cursor ?? 0) < eventId)
      await gateway.as(audra.email, 'GET', `${base}/state`)
    await store.close()
    const verified = await exported(gateway)
    expect(verified).toMatchObject({ breaks: [], missing: [], exit: 0, counts: { signedVotes: 2, termsErased: 1 } })
    expect(verified.erased).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ask of leaf/),
        expect.stringMatching(/^justification of leaf/),
        expect.stringMatching(/^place of leaf/),
        expect.stringMatching(/^terms of leaf/),
      ]),
    )
    expect(verified.erased).toHaveLength(commitments.length)
  })

  it('is one who is only withheld: verified with all evidence, as attachments=false exports it', async () => {
    const gateway = await aStaffedGateway({ people })
    const device = await aFailingDevice(gateway)
    await granted(gateway, device)
    const verified = await exported(gateway, '?attachments=false&pseudonymous=true')
    expect(verified).toMatchObject({ breaks: [], missing: [], exit: 0, erased: [], counts: { signedVotes: 2 } })
    expect(verified.counts.attachmentsWithheld).toBeGreaterThan(3)
    expect(verified.counts.personsWithheld).toBeGreaterThan(3)
  })
})

describe('5 A machine whose clock is set forward a year, and back', () => {
  it('raises one alarm, stamped by the running clock, and goes on once both clocks agree', async () => {
    const first = await aStaffedGateway({ people })
    const device = await aFailingDevice(first)
    await first.stop()
    let ahead = 0
    const clock = { ...systemClock(), nowMs: () => Date.now() + ahead }
    const ports = { clock, uptimeMs: () => performance.now(), log: silentLog, version: '0.1.0' }
    const core = await buildGatewayCore(first.settings, ports)
    await core.start()
    onTestFinished(() => core.stop())
    const store = await openStore(first.settings.data.database)
    onTestFinished(() => store.close())
    const alarms = async () =>
      (await store.read((rows) => rows.audit.after(0, 1000))).filter(({ type }) => type === 'alarm-clock-jump')
    const year = 365 * 86_400
    ahead = year * 1000
    while ((await alarms()).length === 0) await fetch(`${first.api}/.well-known/postern/jwks.json`)
    const [alarm] = await alarms()
    expect(JSON.parse(alarm?.body ?? '{}').jump_s).toBeCloseTo(year, -1)
    expect(alarm?.at).toBeLessThan(Date.now() / 1000 + 60)
    ahead = 0
    expect((await asks(device)).status).toBe(201)
    expect(await alarms()).toHaveLength(1)
    const leaves = await store.read((rows) => rows.log.leafTexts(1, 0, 1000))
    for (const { leaf } of leaves) expect(JSON.parse(leaf).time).toBeLessThan(Date.now() / 1000 + 60)
  })
})
