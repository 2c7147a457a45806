import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { askRequester } from '#gateway/exceptions/ask-requester.ts'
import { cureGrants } from '#gateway/exceptions/cure-grants.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import { revokeGrant } from '#gateway/exceptions/revoke-grant.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { hash } from '#runtime/digest.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aJudgedBook } from '#test/support/an-exception-book.ts'
import { anExceptionDesk, type Desk, hour, laptop, type StaffName, staff } from '#test/support/an-exception-desk.ts'

const documents = [{ kind: 'Policy', id: 'everyday' }]
const bookHash = hash(
  canonicalJson(documents.map(({ kind, id }) => ({ kind, id, hash: hash(canonicalJson({ kind, id })) }))),
)

/** People and a book whose beginning is in the log too, as in an installation. */
async function aToldDesk(): Promise<Desk> {
  const desk = await anExceptionDesk({ book: aJudgedBook({ hash: bookHash }) })
  const at = desk.now()
  await desk.store.transact(async (rows) => {
    await rows.books.publish({ hash: bookHash, source: 'folder', publishedAt: at, documents })
    const published = { book: bookHash, previous: null, source: 'folder', nonce: null, second: null } as const
    const object = { document: bookHash }
    await recordEvent(rows, { type: 'policy-published', at, actor: null, object, members: published })
    for (const name of Object.keys(staff)) {
      if (!isStaff(name)) continue
      const person = { person: staff[name].id }
      const { credentialId: credential_id, publicKey: public_key } = desk.passkeys[name]
      const members = { credential_id, public_key, signed: null }
      await recordEvent(rows, { type: 'passkey-added', at, actor: person, object: person, members })
    }
  })
  return desk
}

function isStaff(name: string): name is StaffName {
  return Object.hasOwn(staff, name)
}

describe('The log of every act that there is', () => {
  it('is verified by whoever holds the bundle and the key of the log', async () => {
    const desk = await aToldDesk()
    const never = (id: string, err: unknown) => {
      throw new Error(`${id}: ${err}`)
    }
    await desk.report('on')
    await desk.ask() // refused
    const expired = await desk.granted({ seconds: hour })
    await desk.advance(hour)
    await sweep(desk.ports, never)
    const revoked = await desk.granted({ resources: ['payments'], seconds: hour })
    await revokeGrant(desk.ports, { person: staff.carol.id, grantId: revoked.grantId, reason: 'lost' }, {})
    const asked = await desk.pending({ seconds: hour })
    await askRequester(desk.ports, { person: staff.grace.id, requestId: asked.request_id, text: '=1+1 ‮' }, {})
    await desk.act(asked.request_id, 'reply', { text: 'It is back tomorrow' })
    await desk.vote('grace', asked.request_id, { decision: 'deny', reason: 'not before it is fixed' })
    const cured = await desk.granted({ seconds: hour })
    for (const seconds of [60, 700]) {
      await desk.advance(seconds)
      await desk.report('on')
      await cureGrants(desk.ports, laptop.id)
    }
    const surrendered = await desk.granted({ resources: ['payments'], seconds: 600 })
    await desk.act(surrendered.requestId, 'surrender')
    await desk.report('off')
    const withdrawn = await desk.ask()
    await desk.act(withdrawn.request_id, 'withdraw')
    await desk.granted({ seconds: 600 })
    await desk.store.transact((rows) => rows.devices.setState(laptop.id, 'removed'))
    await outdateRequests(desk.ports, 'all')
    await desk.log.sequencer.flush()
    const ends = await Promise.all([expired, revoked, cured].map(({ requestId }) => desk.state(requestId)))
    expect(ends).toEqual(['approved', 'approved', 'approved'])

    const folder = await aFolder()
    const { store, log } = desk
    const sources = {
      terms: (digest: string) => store.read((rows) => rows.exceptions.termsOf(digest)),
      decisions: async () => [],
    }
    const range = { log: 1, from: 0, to: Number.MAX_SAFE_INTEGER, version: '0.1.0', vkeys: [log.vkey] }
    await writeBundle(store, createSigner(log.key, log.state, false), sources, folder, range)
    const verified = await verifyBundle(folder, { keys: log.vkey })
    expect(verified.breaks).toEqual([])
    expect(verified).toMatchObject({ counts: { grants: 5, signedVotes: 11 } })
    const types = new Set((await desk.events()).map(({ type }) => type))
    for (const type of [
      'request-refused',
      'grant-expired',
      'grant-revoked',
      'grant-cured',
      'grant-voided',
      'vote-denied',
    ])
      expect([...types]).toContain(type)
  })
})
