import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { consentDigest, openConsent } from '#agent/privacy/consent.ts'
import type { ConsentRecord } from '#contract/agent-state-files.ts'
import { configuration } from '#contract/enrollment.ts'
import { hash } from '#runtime/digest.ts'
import { aFolder } from '#test/support/a-folder.ts'

const given: ConsentRecord = {
  sha256: hash('description'),
  at: 1_795_510_800,
  by: 'user',
  issuer: 'https://gate.example.com',
  fields: ['device-key', 'firewall'],
}

describe('consent', () => {
  it('is given by nobody at first', async () => {
    const consent = await openConsent(join(await aFolder(), 'consent.json'))
    expect(consent.inForce()).toBeUndefined()
    expect(consent.isGivenFor(given.issuer)).toBe(false)
  })

  it('counts for the gateway it was given for alone, and after a restart', async () => {
    const path = join(await aFolder(), 'consent.json')
    await (await openConsent(path)).record(given)
    const again = await openConsent(path)
    expect(again.inForce()).toEqual(given)
    expect(again.isGivenFor(given.issuer)).toBe(true)
    expect(again.isGivenFor('https://gate.example.com:8443')).toBe(false)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, ...given })
  })

  it('that could not be written does not count', async () => {
    const folder = await aFolder()
    await writeFile(join(folder, 'file'), '')
    const consent = await openConsent(join(folder, 'file-as-folder', 'consent.json'))
    await writeFile(join(folder, 'file-as-folder'), '')
    await expect(consent.record(given)).rejects.toMatchObject({
      code: expect.stringMatching(/^state_un(read|writ)able$/),
    })
    expect(consent.isGivenFor(given.issuer)).toBe(false)
  })

  it('that cannot be read is an error, not an agreement', async () => {
    const path = join(await aFolder(), 'consent.json')
    await writeFile(path, '{"version":1,"sha256":"yes"}')
    await expect(openConsent(path)).rejects.toMatchObject({ code: 'state_unreadable' })
    await writeFile(path, JSON.stringify({ version: 2, ...given }))
    await expect(openConsent(path)).rejects.toMatchObject({ code: 'state_too_new' })
  })

  it('taken back counts no more', async () => {
    const path = join(await aFolder(), 'consent.json')
    const consent = await openConsent(path)
    await consent.record(given)
    await consent.withdraw()
    expect(consent.isGivenFor(given.issuer)).toBe(false)
    expect((await openConsent(path)).inForce()).toBeUndefined()
  })
})

describe('the digest of a description', () => {
  const described = configuration.parse({
    issuer: 'https://gate.example.com',
    name: 'Example',
    profiles: [],
    jwks_uri: '',
    stream_uri: '',
    enrollment_modes: [],
    hint_salt: hash('salt'),
    min_agent: '0.0.1',
    consent: {
      sha256: hash(''),
      fields: ['uptime', 'firewall'],
      retention_days: 400,
      contact: 'it@example.com',
      url: 'u',
    },
  })

  it('is the hash of its canonical text, fields sorted', () => {
    const text =
      '{"contact":"it@example.com","fields":["firewall","uptime"],"issuer":"https://gate.example.com","name":"Example","retention_days":400,"url":"u"}'
    expect(consentDigest(described)).toBe(hash(text))
  })

  it.each([
    { ...described, name: 'Exemple' },
    { ...described, issuer: 'https://gate.example.org' },
    { ...described, consent: { ...described.consent, fields: ['uptime', 'firewall', 'ssh-keys'] } },
    { ...described, consent: { ...described.consent, retention_days: 401 } },
    { ...described, consent: { ...described.consent, contact: '' } },
    { ...described, consent: { ...described.consent, url: 'v' } },
  ])('changes with each part of it', (other) => {
    expect(consentDigest(other)).not.toBe(consentDigest(described))
  })
})
