import { describe, expect, it } from 'vitest'
import { csvLine } from '#gateway/audit/audit-tables.ts'
import { type OcsfPlace, ocsfDecision, ocsfEvents } from '#gateway/audit/ocsf.ts'
import { ocsfKinds } from '#gateway/audit/ocsf-classes.ts'
import { everyBody } from '#test/support/every-body.ts'
import { ocsfClasses, ocsfFaultsOf } from '#test/support/ocsf-schemas.ts'

const place: OcsfPlace = {
  logId: 'gate.example.com/audit',
  version: '0.1.0',
  index: 7,
  leaf: 'jEqRLKPWRseOW9srzP8x4kpc0O1UdNphiFBKf_ZFczU',
  salt: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
  riskTier: 'high',
  ticket: 'OPS-1',
  nameOf: () => ({ name: '=Ada <b>', email: 'ada@example.com' }),
}

describe('The nine classes', () => {
  it('have their schemas at hand', () => {
    expect(ocsfClasses).toEqual([2003, 2004, 2008, 3002, 3004, 3005, 4002, 5019, 6003])
  })

  it('refuse an event with a member that OCSF does not have', () => {
    const [body] = everyBody()
    if (body === undefined) throw new Error('no body')
    const [event] = ocsfEvents(body, place)
    expect(ocsfFaultsOf({ ...event, verdict: 'fine' })).not.toEqual([])
    expect(ocsfFaultsOf({ ...event, activity_id: 77 })).not.toEqual([])
  })
})

describe.each(everyBody().map((body) => [body.type, body] as const))('An event %s', (type, body) => {
  const events = ocsfEvents(body, place)

  it('is valid in its class, with its raw form and where it lies in the log', () => {
    const isBatch = ocsfKinds[type].class === null
    expect(events.length > 0).toBe(!isBatch)
    for (const event of events) {
      expect(ocsfFaultsOf(event)).toEqual([])
      expect(event['type_uid']).toBe(Number(event['class_uid']) * 100 + Number(event['activity_id']))
      expect(event['time']).toBe(body.at * 1000)
      expect(JSON.parse(String(event['raw_data']))).toEqual(body)
    }
  })

  it('is valid without names and without persons', () => {
    for (const event of ocsfEvents({ ...body, actor: null, object: null }, { ...place, nameOf: () => undefined }))
      expect(ocsfFaultsOf(event)).toEqual([])
  })
})

describe('A change of posture', () => {
  it('gives one finding more for each changed check', () => {
    const body = everyBody().find(({ type }) => type === 'posture-changed')
    const events = body === undefined ? [] : ocsfEvents(body, place)
    expect(events.map((event) => event['class_uid'])).toEqual([5019, 2003, 2003, 2003])
    expect(events.map((event) => event['activity_id'])).toEqual([1, 1, 3, 2])
    expect(events.slice(1)).toMatchObject([
      { compliance: { status_id: 3 }, status_id: 1 },
      { compliance: { status_id: 1 } },
      { compliance: { status_id: 3 }, status_id: 3 },
    ])
  })
})

describe('A decision of a batch', () => {
  it.each([
    ['allow', 1],
    ['challenge', 2],
    ['refuse', 2],
  ] as const)('%s is valid and says so', (outcome, action) => {
    const event = ocsfDecision(
      {
        first_at: 1_795_514_460,
        last_at: 1_795_514_500,
        session: null,
        device: null,
        resource: 'payments',
        outcome,
        count: 3,
        grants: ['01a20cd0-3a10-7000-8000-0000000000b1'],
        checkpoint: 5,
        salt: 'AAAAAAAAAAAAAAAAAAAAAA',
      },
      2,
      place,
    )
    expect(ocsfFaultsOf(event)).toEqual([])
    expect(event).toMatchObject({ action_id: action, metadata: { uid: 'gate.example.com/audit/7/2' } })
  })
})

describe('A cell of a table', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a', "'@a"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    [null, ''],
    [true, 'true'],
    [['a', 'b'], 'a b'],
  ] as const)('%j is %j', (cell, text) => {
    expect(csvLine([cell])).toBe(`${text}\r\n`)
  })
})
