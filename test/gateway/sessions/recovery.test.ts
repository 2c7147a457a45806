import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { creationOptions } from '#contract/webauthn.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { type ABrowser, type AConsole, aBrowser, aConsole, member, textAt } from '#test/support/a-console.ts'

const ada: SettingsPerson = { email: 'ada@example.com', name: 'Ada', groups: [], admin: true, roles: [] }
const eve: SettingsPerson = { ...ada, email: 'eve@example.com', name: 'Eve' }
const bob: SettingsPerson = { ...ada, email: 'bob@example.com', name: 'Bob', admin: false }
const approval = 'POST /v1/admin/recoveries/{id}/approval'

describe('One-time codes', () => {
  it('count once a code of them was given', async () => {
    const { there, browser } = await entered(bob)
    const otp = await setCodes(there, browser)
    expect((await browser.send('/v1/me')).body).toMatchObject({ totp: true })
    expect(otp.issuer).toBe('Example')
    expect((await there.events()).at(-1)).toBe('totp-set')
  })

  it('do not count with a wrong code, or after ten minutes', async () => {
    const { there, browser } = await entered(bob)
    const begun = await browser.act('POST /v1/me/totp', {})
    const otp = otpIn(textAt(begun.body, 'uri'))
    const wrong = otp.generate({ timestamp: there.clock.nowMs() - 3_600_000 })
    expect((await browser.send('/v1/me/totp/confirmation', { code: wrong })).code).toBe('assertion_refused')
    await there.clock.advance(600_000)
    const late = otp.generate({ timestamp: there.clock.nowMs() })
    expect((await browser.send('/v1/me/totp/confirmation', { code: late })).code).toBe('challenge_expired')
  })

  it('are guessed five times an hour', async () => {
    const { browser } = await entered(bob)
    await browser.act('POST /v1/me/totp', {})
    for (let n = 0; n < 5; n += 1) await browser.send('/v1/me/totp/confirmation', { code: `00000${n}` })
    expect((await browser.send('/v1/me/totp/confirmation', { code: '123456' })).code).toBe('rate_limited')
  })

  it('are not in the database for who reads it', async () => {
    const { there, browser } = await entered(bob)
    const otp = await setCodes(there, browser)
    const kept = await there.store.read(async (rows) =>
      rows.totps.find((await rows.people.findByAddress(bob.email))?.id ?? '', 'active'),
    )
    expect(kept?.sealed).not.toContain(otp.secret.base32)
  })
})

describe('The way back', () => {
  it('takes a code of the person and another admin: old passkeys and sessions end with the new passkey', async () => {
    const { there, browser, admin } = await entered(bob)
    const otp = await setCodes(there, browser)
    await there.clock.advance(30_000)
    const lost = aBrowser(there.base)
    const asked = await lost.send('/v1/recoveries', { email: bob.email, code: codeNow(otp, there) })
    expect(asked.status).toBe(202)
    const path = `/v1/recoveries/${textAt(asked.body, 'id')}`
    expect((await lost.send(path)).body).toEqual({ state: 'waiting' })

    await there.clock.advance(1000)
    const waiting = await admin.send('/v1/admin/recoveries')
    expect(waiting.body).toMatchObject({ items: [{ person: { name: 'Bob' }, state: 'waiting' }] })
    const answered = await admin.act(approval, { id: textAt(waiting.body, 'items', 0, 'id') })
    expect(answered.body).toMatchObject({ state: 'approved' })
    expect(answered.text).not.toContain('invite')

    expect((await browser.send('/v1/me')).status).toBe(200)
    const url = textAt((await lost.send(path)).body, 'invite_url')
    expect((await lost.accept(url.split('/').pop() ?? '')).status).toBe(201)
    expect((await browser.send('/v1/me')).code).toBe('login_required')
    expect((await browser.signIn()).code).toBe('sign_in_refused')
    expect((await lost.send('/v1/me')).body).toMatchObject({ passkeys: 1, person: { name: 'Bob' } })
    expect(await there.events()).toEqual(
      expect.arrayContaining(['recovery-asked', 'recovery-approved', 'passkey-removed', 'session-ended']),
    )
    const notices = (await admin.send('/v1/me')).body
    expect([0, 1].map((index) => member(notices, 'notices', index, 'type'))).toEqual([
      'recovery-approved',
      'recovery-asked',
    ])
  })

  it('shows its link to the asking browser alone', async () => {
    const { there, browser } = await entered(bob)
    const otp = await setCodes(there, browser)
    await there.clock.advance(30_000)
    const lost = aBrowser(there.base)
    const asked = await lost.send('/v1/recoveries', { email: bob.email, code: codeNow(otp, there) })
    const path = `/v1/recoveries/${textAt(asked.body, 'id')}`
    expect((await aBrowser(there.base).send(path)).code).toBe('not_found')
    expect((await browser.send(path)).code).toBe('not_found')
  })

  it('looks the same with a wrong code, a used one, or the address of nobody, and waits for ever', async () => {
    const { there, browser, admin } = await entered(bob)
    const otp = await setCodes(there, browser)
    const used = codeNow(otp, there) // the one that set them
    for (const [email, code] of [
      [bob.email, '000000'],
      [bob.email, used],
      ['nobody@example.com', '123456'],
    ]) {
      const lost = aBrowser(there.base)
      const asked = await lost.send('/v1/recoveries', { email, code })
      expect(asked.status).toBe(202)
      expect((await lost.send(`/v1/recoveries/${textAt(asked.body, 'id')}`)).body).toEqual({ state: 'waiting' })
    }
    expect((await admin.send('/v1/admin/recoveries')).body).toMatchObject({ items: [] })
    expect(await there.events()).not.toContain('recovery-asked')
  })

  it('takes no code twice', async () => {
    const { there, browser, admin } = await entered(bob)
    const otp = await setCodes(there, browser)
    await there.clock.advance(30_000)
    const code = codeNow(otp, there)
    await aBrowser(there.base).send('/v1/recoveries', { email: bob.email, code })
    await aBrowser(there.base).send('/v1/recoveries', { email: bob.email, code })
    expect(member((await admin.send('/v1/admin/recoveries')).body, 'items')).toHaveLength(1)
  })

  it('is not opened by the person itself, admin or not', async () => {
    const { there, browser } = await entered(eve)
    const otp = await setCodes(there, browser)
    await there.clock.advance(30_000)
    await aBrowser(there.base).send('/v1/recoveries', { email: eve.email, code: codeNow(otp, there) })
    const waiting = await browser.send('/v1/admin/recoveries')
    const id = textAt(waiting.body, 'items', 0, 'id')
    expect((await browser.act(approval, { id })).code).toBe('role_required')
    expect((await browser.send(`/v1/admin/recoveries/${id}/refusal`, { reason: 'mine' })).code).toBe('role_required')
  })

  it('is over once refused, and after an hour', async () => {
    const { there, browser, admin } = await entered(bob)
    const otp = await setCodes(there, browser)
    await there.clock.advance(30_000)
    const lost = aBrowser(there.base)
    const asked = await lost.send('/v1/recoveries', { email: bob.email, code: codeNow(otp, there) })
    const id = textAt((await admin.send('/v1/admin/recoveries')).body, 'items', 0, 'id')
    expect((await admin.send(`/v1/admin/recoveries/${id}/refusal`, { reason: 'not him' })).status).toBe(200)
    expect((await admin.act(approval, { id })).code).toBe('state_conflict')
    expect((await lost.send(`/v1/recoveries/${textAt(asked.body, 'id')}`)).body).toEqual({ state: 'refused' })

    await there.clock.advance(30_000)
    const again = await lost.send('/v1/recoveries', { email: bob.email, code: codeNow(otp, there) })
    await there.clock.advance(3_600_000)
    expect((await lost.send(`/v1/recoveries/${textAt(again.body, 'id')}`)).body).toEqual({ state: 'expired' })
  })

  it('is not for who lost a role or a pool: their passkeys stay with them', async () => {
    const { there, admin } = await entered(bob)
    const person = await there.store.read((rows) => rows.people.findByAddress(eve.email))
    await there.signedIn(eve)
    const [passkey] = await there.store.read((rows) => rows.passkeys.of(person?.id ?? ''))
    const removal = await admin.act(
      'POST /v1/admin/people/{id}/passkeys/{passkey_id}/removal',
      { id: person?.id ?? '', passkey_id: passkey?.id ?? '' },
      { reason: 'lost' },
    )
    expect(removal.code).toBe('role_held')
    expect(removal.body).toMatchObject({ roles: ['admin'], pools: [] })
  })
})

describe('Own passkeys', () => {
  it('are added under a signature of one that is there, and removed, but never the last', async () => {
    const { there, browser } = await entered(bob)
    await there.clock.advance(60_000)
    const second = aBrowser(there.base)
    const begun = await browser.act('POST /v1/me/passkeys/challenge', {})
    const options = creationOptionsIn(begun.body)
    const added = await browser.send('/v1/me/passkeys', {
      registration: second.passkey.register(options),
      label: 'Second',
    })
    expect(added.status).toBe(201)
    expect((await second.signIn()).status).toBe(200)
    const items = (await browser.send('/v1/me/passkeys')).body
    expect(member(items, 'items')).toHaveLength(2)
    const removal = 'POST /v1/me/passkeys/{id}/removal'
    expect((await second.act(removal, { id: textAt(items, 'items', 0, 'id') })).status).toBe(204)
    expect((await browser.send('/v1/me')).code).toBe('login_required')
    expect((await second.act(removal, { id: textAt(items, 'items', 1, 'id') })).code).toBe('last_passkey')
    const event = (await there.eventRows()).findLast(({ type }) => type === 'passkey-added')
    expect(JSON.parse(event?.body ?? '{}').signed).toMatchObject({ act: 'POST /v1/me/passkeys/challenge' })
  })
})

async function entered(person: SettingsPerson) {
  const there = await aConsole({ people: [ada, bob, eve] })
  const admin = await there.firstAdmin()
  return { there, admin, browser: await there.signedIn(person) }
}

async function setCodes(there: AConsole, browser: ABrowser): Promise<TOTP> {
  const begun = await browser.act('POST /v1/me/totp', {})
  const otp = otpIn(textAt(begun.body, 'uri'))
  const confirmed = await browser.send('/v1/me/totp/confirmation', { code: codeNow(otp, there) })
  expect(confirmed.status).toBe(204)
  return otp
}

function codeNow(otp: TOTP, there: AConsole): string {
  return otp.generate({ timestamp: there.clock.nowMs() })
}

function otpIn(uri: string): TOTP {
  const url = new URL(uri)
  return new TOTP({
    issuer: url.searchParams.get('issuer') ?? '',
    secret: Secret.fromBase32(url.searchParams.get('secret') ?? ''),
  })
}

function creationOptionsIn(body: unknown) {
  return creationOptions.parse(member(body, 'options'))
}
