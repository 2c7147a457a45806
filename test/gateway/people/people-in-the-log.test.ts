import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { creationOptions } from '#contract/webauthn.ts'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { aBrowser, aConsole, member, textAt } from '#test/support/a-console.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog } from '#test/support/a-log.ts'

describe('The life of people in a console', () => {
  it('verifies offline: every signed act under the passkey of who did it', async () => {
    const there = await aConsole()
    const log = await aLog({ store: there.store, clock: there.clock })
    const admin = await there.firstAdmin()
    const people = 'POST /v1/admin/people/{id}'

    // a person, with a role, codes and a second passkey
    const added = await admin.send('/v1/admin/people', { name: 'Bob', email: 'bob@example.com' })
    const id = textAt(added.body, 'id')
    const made = await admin.act(`${people}/invitations`, { id })
    const bob = there.browser()
    await bob.accept(textAt(made.body, 'url').split('/').pop() ?? '')
    expect((await admin.act(`${people}/roles`, { id }, { role: 'auditor' })).status).toBe(200)
    const second = aBrowser(there.base)
    const begun = await bob.act('POST /v1/me/passkeys/challenge', {})
    const registration = second.passkey.register(creationOptions.parse(member(begun.body, 'options')))
    await bob.send('/v1/me/passkeys', { registration, label: 'Second' })
    const uri = new URL(textAt((await bob.act('POST /v1/me/totp', {})).body, 'uri'))
    const otp = new TOTP({ secret: Secret.fromBase32(uri.searchParams.get('secret') ?? '') })
    const code = () => otp.generate({ timestamp: there.clock.nowMs() })
    await bob.send('/v1/me/totp/confirmation', { code: code() })
    await there.clock.advance(30_000)

    // the way back, and further signed acts
    const lost = aBrowser(there.base)
    const asked = await lost.send('/v1/recoveries', { email: 'bob@example.com', code: code() })
    const waiting = textAt((await admin.send('/v1/admin/recoveries')).body, 'items', 0, 'id')
    await admin.act('POST /v1/admin/recoveries/{id}/approval', { id: waiting })
    const found = await lost.send(`/v1/recoveries/${textAt(asked.body, 'id')}`)
    expect((await lost.accept(textAt(found.body, 'invite_url').split('/').pop() ?? '')).status).toBe(201)
    await admin.act(`${people}/roles/{role}/removal`, { id, role: 'auditor' })
    const expires = Math.floor(there.clock.nowMs() / 1000) + 3600
    await admin.act('POST /v1/admin/service-tokens', {}, { name: 'SIEM', scopes: ['audit'], expires_at: expires })
    await admin.send(`/v1/admin/people/${id}/deactivation`, { reason: 'left' })

    const last = (await there.eventRows()).at(-1)
    await log.sequencer.covered(last?.id ?? 0, 5000)
    const folder = await aFolder()
    const sources = { terms: async () => undefined, decisions: async () => [] }
    const wish = { log: 1, from: 0, to: Number.MAX_SAFE_INTEGER, version: '0.1.0', vkeys: [log.vkey] }
    await writeBundle(log.store, createSigner(log.key, log.state, false), sources, folder, wish)
    const verified = await verifyBundle(folder, { keys: log.vkey })
    expect(verified.breaks).toEqual([])
    expect(verified.counts.signedActs).toBe(6)
  })
})
