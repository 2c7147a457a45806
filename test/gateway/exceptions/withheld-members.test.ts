import { describe, expect, it } from 'vitest'
import { listGrants, viewGrant } from '#gateway/exceptions/view-grants.ts'
import { listRequests, viewRequest } from '#gateway/exceptions/view-requests.ts'
import { anExceptionDesk, staff } from '#test/support/an-exception-desk.ts'

const reason = 'The update breaks the driver of the projector, and I present at noon.'

describe('What a reader may not see of a request', () => {
  it('is the mail address, for who only votes: null, and named', async () => {
    const desk = await anExceptionDesk()
    const { requestId, grantId } = await desk.granted({ reason })
    const [item] = await listRequests(desk.ports, staff.edsger.id, {})
    expect(item?.subject).toEqual({ id: staff.ada.id, name: staff.ada.name, team: 'red', email: null })
    expect(item?.redacted).toEqual(['/subject/email', '/requester/email'])
    const detail = await viewRequest(desk.ports, staff.edsger.id, requestId)
    expect(detail.justification).toMatchObject({ reason, ticket: null })
    expect(detail.redacted).toContain('/revisions/0/author/email')
    expect(JSON.stringify(detail)).not.toContain('@example.com')
    const grant = await viewGrant(desk.ports, staff.edsger.id, grantId)
    expect([grant.subject.email, grant.redacted]).toEqual([null, ['/subject/email']])
    expect(JSON.stringify(await listGrants(desk.ports, staff.edsger.id, {}))).not.toContain('@example.com')
  })

  it('is nothing for the security admin', async () => {
    const desk = await anExceptionDesk()
    const { requestId } = await desk.granted({ reason })
    const detail = await viewRequest(desk.ports, staff.carol.id, requestId)
    expect([detail.subject.email, detail.justification.reason]).toEqual([staff.ada.email, reason])
    expect(detail.redacted).toEqual([])
  })

  it('is what was written, for an admin outside the pools: its category and length are left', async () => {
    const desk = await anExceptionDesk()
    const { requestId } = await desk.granted({ reason })
    await desk.store.transact((rows) => rows.people.update({ ...staff.carol, roles: [] }))
    const detail = await viewRequest(desk.ports, staff.carol.id, requestId)
    expect(detail.justification).toMatchObject({ category: expect.any(String), reason: null, length: reason.length })
    expect(detail.redacted).toContain('/justification/reason')
    expect(detail.subject.email).toBe(staff.ada.email)
    expect(JSON.stringify(detail)).not.toContain('projector')
  })
})
