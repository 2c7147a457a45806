import { describe, expect, it } from 'vitest'
import { inviteLockedOutAdmin, issueEnrollmentToken } from '#gateway/gateway-core.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { systemClock } from '#runtime/clock.ts'
import { aBrowser } from '#test/support/a-console.ts'
import { aRunningGateway } from '#test/support/a-running-gateway.ts'

const ada: SettingsPerson = { email: 'ada@example.com', name: 'Ada', groups: ['staff'], admin: true, roles: [] }
const bob: SettingsPerson = { ...ada, email: 'bob@example.com', name: 'Bob', admin: false }
const ports = { clock: systemClock() }

describe('A gateway that starts', () => {
  it('tells the link of the first admin until one has a passkey; each start voids the one before', async () => {
    const first = await aRunningGateway({ people: [ada] })
    const old = tokenIn(first.firstAdminUrl)
    await first.stop()
    const second = await aRunningGateway({ again: first.settings })
    expect((await browserAt(second.issuer, second.api).accept(old)).code).toBe('invitation_refused')
    expect((await browserAt(second.issuer, second.api).accept(tokenIn(second.firstAdminUrl))).status).toBe(201)
    await second.stop()
    const third = await aRunningGateway({ again: first.settings })
    expect(third.firstAdminUrl).toBeUndefined()
  })
})

describe('The command line on the gateway’s own data', () => {
  it('makes a link for an admin who is locked out, of which all admins are told', async () => {
    const there = await aRunningGateway({ people: [ada, bob] })
    const browser = browserAt(there.issuer, there.api)
    await browser.accept(tokenIn(there.firstAdminUrl))
    const made = await inviteLockedOutAdmin(there.settings, 'ADA@example.com', ports)
    const other = browserAt(there.issuer, there.api)
    expect((await other.accept(tokenIn(made.url))).status).toBe(201)
    expect((await browser.send('/v1/me')).body).toMatchObject({
      passkeys: 2,
      notices: [{ type: 'passkey-added' }, { type: 'invitation-made' }, { type: 'passkey-added' }],
    })
  })

  it('makes none for somebody who is no admin, or nobody', async () => {
    const there = await aRunningGateway({ people: [ada, bob] })
    for (const email of [bob.email, 'nobody@example.com'])
      await expect(inviteLockedOutAdmin(there.settings, email, ports)).rejects.toMatchObject({ code: 'unknown_person' })
  })

  it('gives the owner of an enrolment token a link for a passkey, while they have none', async () => {
    const there = await aRunningGateway({ people: [ada, bob] })
    const wish = { email: bob.email, ownership: 'company', until: null } as const
    const made = await issueEnrollmentToken(there.settings, wish, ports)
    expect((await browserAt(there.issuer, there.api).accept(tokenIn(made.inviteUrl))).status).toBe(201)
    expect((await issueEnrollmentToken(there.settings, wish, ports)).inviteUrl).toBeUndefined()
  })
})

function browserAt(issuer: string, api: string) {
  return aBrowser(api, issuer)
}

function tokenIn(url: string | undefined): string {
  return url?.split('/').pop() ?? ''
}
