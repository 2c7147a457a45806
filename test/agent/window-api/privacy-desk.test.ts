import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openConsent } from '#agent/privacy/consent.ts'
import { openSentLedger } from '#agent/privacy/sent-ledger.ts'
import { ownSettings } from '#agent/window-api/own-settings.ts'
import { missingFields, type PrivacyPorts, privacyDesk } from '#agent/window-api/privacy-desk.ts'
import type { ConsentRecord, EnrollmentRecord } from '#contract/agent-state-files.ts'
import { privacyCatalogue, type SentHead, sentPage, sentWhole } from '#contract/agent-windows.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import { Failure } from '#domain/failure.ts'
import { hexHash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { noon } from '#test/support/a-snapshot.ts'

const issuer = 'https://posture.example.com'
const sha256 = `${'s'.repeat(42)}A`
const given: ConsentRecord = { sha256, at: noon, by: 'user', issuer, fields: ['device-key', 'firewall'] }
const id22 = (n: number) => `${String(n).padStart(21, '0')}A`
const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')

/** An enrolled device whose configuration asks for these signals. */
function anEnrollment(signals: readonly string[]): EnrollmentRecord {
  const privacy = { contact: 'it@example.com', retention_days: 90, url: 'https://example.com/privacy' }
  const header = encode({ alg: 'ES256', typ: 'agent-config+jwt', kid: `${'k'.repeat(42)}A` })
  const jws = `${header}.${encode({ ...config, signals, privacy })}.${Buffer.alloc(64).toString('base64url')}`
  return {
    state: 'active',
    issuer,
    enrollment_id: id22(1),
    org: 'Example',
    contact: 'it@example.com',
    device_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
    sueid: 'a'.repeat(22),
    owner: 'Ada',
    tier: 'T1',
    kid: `${'k'.repeat(42)}A`,
    config: jws,
    config_seq: 1,
    keys: [],
  }
}
const config = {
  iss: issuer,
  aud: 'urn:uuid:01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
  iat: noon,
  exp: noon + 86_400,
  jti: id22(2),
  seq: 1,
  keys: [
    {
      jwk: {
        kty: 'EC',
        crv: 'P-256',
        x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
        y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
      },
      not_before: noon,
    },
  ],
  org: 'Example',
  profiles: [],
  min_agent: '0.1.0',
  schedule: { interval_s: 900, probe_timeout_ms: 5000 },
  exceptions: { max_duration_s: 3600, reason_min: 10, categories: [], open_max: 3 },
  stream_uri: 'wss://posture.example.com/v1/stream',
  checks: [],
}

async function aDesk(parts: Partial<PrivacyPorts> = {}, consented: ConsentRecord | undefined = given) {
  const folder = await aFolder()
  const consent = await openConsent(join(folder, 'consent.json'))
  if (consented !== undefined) await consent.record(consented)
  const settings = ownSettings(join(folder, 'settings.json'), silentLog)
  const ledger = await openSentLedger(join(folder, 'sent-ledger'), silentLog)
  const desk = privacyDesk({
    consent,
    ledger,
    settings,
    enrollment: () => anEnrollment(['firewall', 'secure-boot']),
    drafts: () => [],
    reportWaits: () => undefined,
    ...parts,
  })
  return { desk, consent, settings, ledger, folder }
}

/** A ledger that holds these, newest first. */
function aLedger(heads: readonly SentHead[]): PrivacyPorts['ledger'] {
  return { all: async () => heads, find: async () => undefined, onChange: () => () => undefined }
}
function aHead(n: number, typ = 'eat+jwt'): SentHead {
  return { id: id22(n), typ, at: noon - n, bytes: 9, receiver: issuer, reason: null, outcome: 'accepted', code: null }
}

describe('The catalogue of fields', () => {
  it('names every field there is, what is asked for, agreed to, and still to be agreed to', async () => {
    const { desk } = await aDesk()
    const catalogue = desk.catalogue()
    expect(privacyCatalogue.safeParse(catalogue).success).toBe(true)
    expect(catalogue).toMatchObject({
      fields: fieldIds,
      asked: ['device-key', 'firewall', 'secure-boot'],
      agreed: ['device-key', 'firewall'],
      missing: ['secure-boot'],
      consent: { by: 'user', at: noon },
      retention_days: 90,
    })
  })

  it('says of a device that is not enrolled that nothing is asked for or agreed to', async () => {
    const folder = await aFolder()
    const { desk } = await aDesk({
      enrollment: () => undefined,
      consent: await openConsent(join(folder, 'none.json')),
    })
    expect(desk.catalogue()).toMatchObject({ asked: [], agreed: [], missing: [], consent: null, organisation: null })
  })

  it('knows of no signal outside the closed list, whatever a gateway asks for', () => {
    expect(missingFields(anEnrollment(['browser-history', 'firewall']))).toEqual(['firewall'])
  })
})

describe('A person who agrees to further fields', () => {
  it('agrees to exactly those that are missing', async () => {
    const { desk, consent } = await aDesk()
    await desk.accept(['secure-boot'])
    expect(consent.inForce()?.fields).toEqual(['device-key', 'firewall', 'secure-boot'])
    expect(desk.catalogue().missing).toEqual([])
  })

  it.each([[[]], [['secure-boot', 'hardware']], [['hardware']], [['secure-boot', 'secure-boot']]])(
    'is refused where other fields were shown: %j',
    async (fields) => {
      const { desk, consent } = await aDesk()
      await expect(desk.accept(fields)).rejects.toMatchObject({ code: 'consent_changed' })
      expect(consent.inForce()).toEqual(given)
    },
  )

  it('is refused where nobody agreed to anything yet', async () => {
    const consent = await openConsent(join(await aFolder(), 'none.json'))
    const { desk } = await aDesk({ consent })
    await expect(desk.accept([])).rejects.toMatchObject({ code: 'consent_missing' })
  })

  it('has been shown what policy agreed to, and that alone changes no field', async () => {
    const byPolicy = { ...given, by: 'policy' as const }
    const { desk, settings, consent } = await aDesk({ enrollment: () => anEnrollment(['firewall']) }, byPolicy)
    await desk.accept([])
    expect(settings.read().shown_consent).toBe(sha256)
    expect(consent.inForce()).toEqual(byPolicy)
  })

  it('can agree again after a disk that failed half-way', async () => {
    const byPolicy = { ...given, by: 'policy' as const }
    const { desk, consent, settings } = await aDesk({}, byPolicy)
    const failing = new Failure('state_unwritable', { file: 'settings.json', reason: 'The disk is full (ENOSPC)' })
    const full = { ...settings, change: () => Promise.reject(failing) }
    const { desk: fullDesk } = await aDesk({ consent, settings: full }, byPolicy)
    await expect(fullDesk.accept(['secure-boot'])).rejects.toMatchObject({ code: 'state_unwritable' })
    expect(desk.catalogue().missing).toEqual(['secure-boot'])
    await desk.accept(['secure-boot'])
    expect(desk.catalogue().missing).toEqual([])
  })
})

describe('The list of what was sent', () => {
  it('comes in pages that neither repeat nor lose a message, whatever their size and kind', async () => {
    const typs = fc.constantFrom('eat+jwt', 'dpop+jwt', 'exception-preview+jwt')
    await fc.assert(
      fc.asyncProperty(
        fc.array(typs, { maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        fc.option(typs, { nil: undefined }),
        async (messages, count, typ) => {
          const heads = messages.map((each, n) => aHead(n, each))
          const { desk } = await aDesk({ ledger: aLedger(heads) })
          const seen: SentHead[] = []
          for (let before: string | null | undefined; before !== null; ) {
            const page = await desk.sent({
              count,
              ...(before === undefined ? {} : { before }),
              ...(typ === undefined ? {} : { typ }),
            })
            expect(sentPage.safeParse(page).success).toBe(true)
            expect(page.items.length).toBeLessThanOrEqual(count)
            seen.push(...page.items)
            before = page.older
          }
          expect(seen).toEqual(heads.filter((head) => typ === undefined || head.typ === typ))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('has a message in it as soon as it was written, unconfirmed until its answer is known', async () => {
    const { desk, ledger } = await aDesk()
    expect((await desk.sent({})).items).toEqual([])
    const answer = await ledger.record({ typ: 'eat+jwt', jws: 'e30.e30.c2ln', at: noon, receiver: issuer })
    expect((await desk.sent({})).items).toMatchObject([{ outcome: 'unconfirmed' }])
    answer({ outcome: 'refused', code: 'clock_skew' })
    await ledger.settled()
    await expect
      .poll(async () => (await desk.sent({})).items)
      .toMatchObject([{ outcome: 'refused', code: 'clock_skew' }])
  })

  it('reads the files once for many pages', async () => {
    let reads = 0
    const all = async () => {
      reads += 1
      return [aHead(1), aHead(2)]
    }
    const { desk } = await aDesk({ ledger: { ...aLedger([]), all } })
    await desk.sent({ count: 1 })
    await desk.sent({ count: 1, before: id22(1) })
    expect(reads).toBe(1)
  })

  it('reads anew after a read that failed', async () => {
    let reads = 0
    const all = async () => {
      reads += 1
      if (reads === 1)
        throw new Failure('state_unreadable', {
          file: 'sent-ledger',
          reason: 'Its rights do not let Postern in (EACCES)',
        })
      return [aHead(1)]
    }
    const { desk } = await aDesk({ ledger: { ...aLedger([]), all } })
    await expect(desk.sent({})).rejects.toMatchObject({ code: 'state_unreadable' })
    expect((await desk.sent({})).items).toHaveLength(1)
  })

  it('is empty below a message that is no longer kept', async () => {
    const { desk } = await aDesk({ ledger: aLedger([aHead(1)]) })
    expect(await desk.sent({ before: id22(99) })).toMatchObject({ items: [], older: null })
  })

  it('says what waits: a report, and requests that a person has sent off', async () => {
    const draft = {
      draft_id: id22(7),
      checks: ['firewall'],
      resources: ['wiki'],
      duration_s: 3600,
      category: 'work',
      reason: 'because',
      saved_at: noon,
    }
    const { desk } = await aDesk({
      reportWaits: () => noon - 60,
      drafts: () => [
        { ...draft, clicked_at: noon - 30 },
        { ...draft, draft_id: id22(8), clicked_at: null },
      ],
    })
    expect((await desk.sent({})).waiting).toEqual([
      { kind: 'report', since: noon - 60 },
      { kind: 'request', since: noon - 30, draft_id: id22(7), checks: ['firewall'] },
    ])
  })
})

describe('One message of the list', () => {
  it('is there byte for byte, with the hash that sha256sum prints for its file', async () => {
    const { desk, ledger } = await aDesk()
    const payload = '{"n":1, "s":"Z\u00fcrich \\u00e4"}'
    const jws = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from(payload).toString('base64url')}.c2ln`
    await ledger.record({ typ: 'eat+jwt', jws, at: noon, receiver: issuer, reason: 'asked' })
    const [head] = (await desk.sent({})).items
    const whole = await desk.payload(head?.id ?? '')
    expect(sentWhole.safeParse(whole).success).toBe(true)
    expect(whole).toMatchObject({ jws, payload, header: '{"alg":"ES256"}', reason: 'asked', sha256: hexHash(jws) })
    expect(whole.bytes).toBe(Buffer.byteLength(jws))
  })

  it('that is not kept is not found', async () => {
    const { desk } = await aDesk()
    await expect(desk.payload(id22(1))).rejects.toMatchObject({ code: 'not_found' })
  })
})
