import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '#domain/audit-event.ts'
import { commitment } from '#gateway/audit/commitment.ts'
import { leafHash, leafText } from '#gateway/audit/leaf.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { aStore } from '#test/support/a-store.ts'

const person = '019aa0c2-7f10-7000-8000-000000000001'
const requestId = '01a20cd0-3a10-7000-8000-0000000000a1'
const filled = (byte: number) => () => new Uint8Array(32).fill(byte)

describe('The vector of audit.md section 4', () => {
  const logId = 'gate.example.com/audit'
  const prev = 'jEqRLKPWRseOW9srzP8x4kpc0O1UdNphiFBKf_ZFczU'

  it('has leaf 0', async () => {
    const row = await recorded(
      {
        type: 'log-started',
        at: 1_795_514_400,
        actor: null,
        object: null,
        traceId: '00000000000000000000000000000001',
        members: { previous: null },
      },
      filled(1),
    )
    expect(row.body).toBe(
      '{"actor":null,"at":1795514400,"late":false,"object":null,"previous":null,"type":"log-started","v":1}',
    )
    expect(leafHash(leafText(row, { logId, time: 1_795_514_400, prev: null }))).toBe(prev)
  })

  it('has leaf 1: pseudonym, commitment and hash', async () => {
    // @ts-expect-error the vector is one of hashes: its body lacks members of its type
    const event: AuditEvent = {
      type: 'request-submitted',
      at: 1_795_514_460,
      actor: { person },
      object: { person },
      requestId,
      termsDigest: 'U6UxH1tOO6s83u31R4TWZQuFfDoL0SRrs7ek7Fd50Yw',
      traceId: '00000000000000000000000000000002',
      members: { revision: 1, state: 'pending' },
    }
    const row = await recorded(event, filled(2))
    expect(row.actor).toBe('qMjRF7A-QaY8ARe-xcHEFvnJqIAyFj64dAVfvZdt_Ds')
    expect(row.bodyCommit).toBe('UbfMAk4VMnm5oEK0wpQWjyfXNwsLcoPl3us0Gd1dg9U')
    expect(leafHash(leafText(row, { logId, time: 1_795_514_460, prev }))).toBe(
      'j4mtvOK6l78rO_bPUwlfFlG_P1WitGErB7OH38mZzCs',
    )
  })
})

describe('A recorded event', () => {
  it('names no person and no device, however deep they stand', async () => {
    const row = await recorded({
      type: 'request-approved',
      at: 1,
      actor: null,
      object: { device: 'the-device' },
      members: {
        revision: 1,
        state: 'approved',
        tally: [],
        votes: [{ person: { person }, stage: 'owner', counted: true, why: null }],
        book: 'book',
      },
    })
    expect(row.body).not.toContain(person)
    expect(row.body).not.toContain('the-device')
    const body: { votes: { person: string }[]; object: string } = JSON.parse(row.body)
    expect(body.votes[0]?.person).toBe('qMjRF7A-QaY8ARe-xcHEFvnJqIAyFj64dAVfvZdt_Ds')
    expect(body.object).toBe(row.object)
  })

  it('holds attachments as commitments, each with a salt of its own', async () => {
    const store = await aStore()
    await store.transact((rows) =>
      recordEvent(rows, {
        type: 'person-added',
        at: 1,
        actor: null,
        object: { person },
        members: { source: 'settings' },
        attachments: {
          person: { name: 'Ada', email: 'ada@example.com', aliases: [], team: null },
          place: { address: '192.0.2.1', browser: null },
        },
      }),
    )
    const { row, attachments } = await store.read(async (rows) => ({
      row: await rows.audit.find(1),
      attachments: await rows.audit.attachmentsOf(1),
    }))
    expect(row?.body).not.toContain('Ada')
    expect(JSON.parse(row?.body ?? '{}').attachments).toEqual(
      Object.fromEntries(attachments.map(({ name, commit }) => [name, commit])),
    )
    const [ada, place] = attachments
    expect(ada?.salt).not.toBe(place?.salt)
    expect(place?.commit).toBe(
      commitment(Buffer.from(place?.salt ?? '', 'base64url'), '{"address":"192.0.2.1","browser":null}'),
    )
  })

  it('adds one outbox row, in the same transaction: a failing act leaves neither', async () => {
    const store = await aStore()
    const event: AuditEvent = { type: 'settings-changed', at: 5, actor: null, object: null, members: { keys: ['tls'] } }
    await store.transact((rows) => recordEvent(rows, event))
    const failing = store.transact(async (rows) => {
      await recordEvent(rows, event)
      throw new TypeError('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.read((rows) => rows.outbox.after(0, 10))).toEqual([
      { kind: 'audit', id: 1, at: 5, auditEvent: 1 },
    ])
    expect(await store.read((rows) => rows.audit.after(0, 10))).toHaveLength(1)
  })

  it('commits to another salt each time, so that equal bodies do not look equal', async () => {
    const event: AuditEvent = { type: 'settings-changed', at: 5, actor: null, object: null, members: { keys: [] } }
    const [first, second] = [await recorded(event), await recorded(event)]
    expect(first.body).toBe(second.body)
    expect(first.bodyCommit).not.toBe(second.bodyCommit)
  })
})

async function recorded(event: AuditEvent, makeSalt?: () => Uint8Array) {
  const store = await aStore()
  const row = await store.transact(async (rows) => {
    const known = { ...rows, pseudonymKeys: { keyOf: async () => new Uint8Array(32).fill(7) } }
    await recordEvent(known, event, makeSalt)
    return rows.audit.find(1)
  })
  if (row === undefined) throw new TypeError('nothing was recorded')
  return row
}
