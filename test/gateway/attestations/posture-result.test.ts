import { describe, expect, it } from 'vitest'
import { postureResultClaims } from '#contract/gateway-messages.ts'
import { changesBetween, judgePosture, noticeable } from '#gateway/attestations/posture-result.ts'
import {
  aBook,
  aDevice,
  aFailingReport,
  aPerson,
  aPolicy,
  aReport,
  aRequirement,
  aResource,
  noon,
} from '#test/support/a-judged-device.ts'
import { aDeviceRecord } from '#test/support/a-store.ts'
import { deviceId, deviceKid, deviceUrn, issuer } from '#test/support/a-wire.ts'

const facts = {
  record: aDeviceRecord(),
  device: aDevice({ id: deviceId }),
  person: aPerson(),
  report: aReport(),
  evidence: { seq: 42, hash: deviceKid },
  episodes: [],
}
const wiki = aResource()

function judged(members: Partial<typeof facts> = {}, now = noon, book: ReturnType<typeof aBook> | undefined = aBook()) {
  return judgePosture({ ...facts, ...members }, book, [wiki], [], issuer, now)
}

describe('A judgement', () => {
  it('is about the device and its report, and fits the wire', () => {
    const { claims } = judged()
    expect(claims).toMatchObject({
      iss: issuer,
      aud: deviceUrn,
      sub: deviceUrn,
      iat: noon,
      tier: 'T1',
      evidence: { seq: 42, hash: deviceKid },
      status: 'affirming',
    })
    const parsed = postureResultClaims.safeParse({ ...claims, book: deviceKid })
    expect(parsed.error?.issues).toBeUndefined()
    expect(claims.resources).toMatchObject([{ id: 'wiki', access: 'allow', findings: [] }])
  })

  it('says what fails, and that it refuses', () => {
    const { claims } = judged({ report: aFailingReport() })
    expect(claims.status).toBe('contraindicated')
    expect(claims.checks).toMatchObject([{ check: 'firewall', outcome: 'violated', since: noon }])
    expect(claims.resources).toMatchObject([{ id: 'wiki', access: 'refuse', code: 'posture_failed' }])
  })

  it('counts until its device is silent, and asks for a report at two thirds of that', () => {
    const book = aBook({ policies: [aPolicy({ maxSilenceSeconds: 900 })] })
    const { claims } = judged({}, noon, book)
    expect([claims.exp, claims.next_due]).toEqual([noon + 900, noon + 600])
  })

  it('made later, counts from the receipt of its report all the same', () => {
    const { claims } = judged({}, noon + 1000)
    expect([claims.iat, claims.exp, claims.next_due]).toEqual([noon + 1000, noon + 2700, noon + 1800])
    expect(judged({}, noon + 2000).claims.next_due).toBe(noon + 2000)
  })

  it('of a silent device counts from now, and refuses', () => {
    const { claims } = judged({}, noon + 5000)
    expect([claims.exp, claims.next_due]).toEqual([noon + 7700, noon + 6800])
    expect(claims.resources).toMatchObject([{ access: 'refuse', code: 'device_silent' }])
  })

  it('has an id of its own each time', () => {
    expect(judged().claims.jti).not.toBe(judged().claims.jti)
  })

  it('without a book names nothing, so that nothing is reachable', () => {
    const { claims, episodes } = judgePosture(facts, undefined, [wiki], [], issuer, noon)
    expect(claims).toMatchObject({ status: 'contraindicated', checks: [], resources: [], recheck_at: noon + 60 })
    expect(postureResultClaims.safeParse(claims).error?.issues).toBeUndefined()
    expect(episodes).toBe(facts.episodes)
  })

  it('opens an episode where grace begins, and closes it when the check holds again', () => {
    const book = aBook({ policies: [aPolicy({ require: [aRequirement({ graceSeconds: 600 })] })] })
    const failing = judged({ report: aFailingReport() }, noon, book)
    expect(failing.claims.checks).toMatchObject([{ outcome: 'tolerated' }])
    expect(failing.episodes).not.toEqual([])
    const later = judgePosture({ ...facts, episodes: failing.episodes }, book, [wiki], [], issuer, noon + 10)
    expect(later.claims.checks).toMatchObject([{ outcome: 'met' }])
  })
})

describe('What people notice between two judgements', () => {
  const met = { status: 'affirming', checks: [{ check: 'firewall', outcome: 'met' }] }
  const violated = { status: 'contraindicated', checks: [{ check: 'firewall', outcome: 'violated' }] }

  it('is nothing where nothing changed', () => {
    expect(changesBetween(met, { ...met, checks: [...met.checks] })).toBeUndefined()
  })

  it('is the status, and each check that came out otherwise', () => {
    expect(changesBetween(met, violated)).toEqual({
      from: 'affirming',
      to: 'contraindicated',
      checks: [{ check: 'firewall', from: 'met', to: 'violated' }],
    })
  })

  it('is a check alone, though the status stayed', () => {
    const unknown = { ...violated, checks: [{ check: 'firewall', outcome: 'unknown' }] }
    expect(changesBetween(violated, unknown)?.checks).toEqual([{ check: 'firewall', from: 'violated', to: 'unknown' }])
  })

  it('is everything the first time', () => {
    expect(changesBetween(undefined, met)).toEqual({
      from: null,
      to: 'affirming',
      checks: [{ check: 'firewall', from: null, to: 'met' }],
    })
    expect(changesBetween(undefined, { status: 'none', checks: [] })).toEqual({ from: null, to: 'none', checks: [] })
  })

  it('is read from what we stored, and from nothing else', () => {
    expect(noticeable({ status: 'none', checks: [] })).toEqual({ status: 'none', checks: [] })
    for (const other of [null, [], {}, { status: 'none' }, { checks: [] }, 'none'])
      expect(() => noticeable(other)).toThrow(TypeError)
  })
})
