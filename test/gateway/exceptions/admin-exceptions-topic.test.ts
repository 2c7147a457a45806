import { describe, expect, it } from 'vitest'
import { adminExceptionsTopic, adminSubject, adminTopicName } from '#gateway/exceptions/admin-exceptions-topic.ts'
import { anExceptionDesk, staff } from '#test/support/an-exception-desk.ts'

describe('Topic admin.exceptions', () => {
  it('shows who may see a request what happens to it, and nobody else', async () => {
    const desk = await anExceptionDesk()
    const topic = adminExceptionsTopic(desk.ports)
    const { requestId } = await desk.granted()
    await desk.frames()
    const events = await desk.store.read((rows) => rows.feeds.after(adminTopicName, adminSubject, 0, 100))
    const shownTo = (person: string) => Promise.all(events.map((event) => topic.show(event, person)))
    expect(events.length).toBeGreaterThan(3)
    for (const { id } of [staff.edsger, staff.carol])
      expect((await shownTo(id)).every((data) => JSON.stringify(data).includes(requestId))).toBe(true)
    expect(await shownTo(staff.dan.id)).toEqual(events.map(() => undefined))
    expect(await topic.snapshot(staff.carol.id)).toMatchObject({ requests: [], grants: [{ request_id: requestId }] })
    expect(await topic.snapshot(staff.dan.id)).toEqual({ requests: [], grants: [] })
  })

  it('holds no word that a person wrote', async () => {
    const desk = await anExceptionDesk()
    const topic = adminExceptionsTopic(desk.ports)
    const { request_id: id } = await desk.pending({ reason: 'a secret of the requester, long enough' })
    await desk.vote('edsger', id, { decision: 'deny', reason: 'another secret of an approver' })
    await desk.frames()
    const events = await desk.store.read((rows) => rows.feeds.after(adminTopicName, adminSubject, 0, 100))
    const shown = await Promise.all(events.map((event) => topic.show(event, staff.carol.id)))
    expect(JSON.stringify([shown, await topic.snapshot(staff.carol.id)])).not.toContain('secret')
  })
})
