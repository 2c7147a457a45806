import { challengeOf } from '#gateway/audit/signed-statement.ts'
import { createActingClock } from '#gateway/exceptions/acting-clock.ts'
import { castVote, challengeVote } from '#gateway/exceptions/cast-vote.ts'
import { createLiveGrants } from '#gateway/exceptions/live-grants.ts'
import type { ExceptionPorts } from '#gateway/exceptions/ports.ts'
import { challengeProof, proveRequest } from '#gateway/exceptions/prove-request.ts'
import { readDirectory } from '#gateway/people/read-directory.ts'
import { loadBook } from '#gateway/policy/load-book.ts'
import { silentLog } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { aPasskey, type TestPasskey } from './a-passkey.ts'
import { aBook, ada, aRunningGateway, bob, guest, type Person, type RunningGateway } from './a-running-gateway.ts'
import { asJson } from './an-exception-desk.ts'

export const grace: Person = {
  email: 'grace@example.com',
  name: 'Grace',
  groups: ['security'],
  admin: false,
  roles: [],
}
export const edsger: Person = {
  email: 'edsger@example.com',
  name: 'Edsger',
  groups: ['platform'],
  admin: false,
  roles: [],
}

/** The firewall may be excepted by one of security and one of platform. */
export const exceptionDocuments = `kind: ExceptionPolicy
id: exceptions
match: 'true'
---
kind: ApprovalPolicy
id: approvals
match: 'true'
voters: { device: any, reciprocity: allow, visibility: pools }
rules:
  - when: 'true'
    stages:
      - { id: security, from: 'group:security', need: 1 }
      - { id: platform, from: 'group:platform', need: 1 }
`

export type StaffedGateway = RunningGateway & {
  /** Signs the requester's proof by its link, with Ada's passkey. */
  prove(stepUpUrl: string): Promise<void>
  vote(email: string, requestId: string, stage: string): ReturnType<typeof castVote>
}

/**
 * A whole gateway with people who have passkeys. Votes and proofs are acts on a second connection to its database, as long
 * as no browser is at hand; everything else goes over the wire.
 */
export async function aStaffedGateway(): Promise<StaffedGateway> {
  const people = [ada, bob, guest, grace, edsger]
  const gateway = await aRunningGateway({ people, policies: { ...aBook, 'exceptions.yaml': exceptionDocuments } })
  const { settings, store, issuer } = gateway
  const loaded = await loadBook(settings.policies, {
    languages: settings.languages,
    resources: settings.resources,
    people,
    now: Math.floor(Date.now() / 1000),
  })
  if (loaded.kind !== 'loaded') throw new Error(JSON.stringify(loaded.remarks))
  const passkeys = new Map<string, TestPasskey>()
  const ids = new Map<string, string>()
  for (const { email } of people) {
    const passkey = aPasskey('ES256', issuer)
    await store.transact(async (rows) => {
      const person = await rows.people.findByEmail(email)
      if (person === undefined) throw new Error(`nobody has ${email}`)
      ids.set(email, person.id)
      await rows.passkeys.insert({
        id: randomId(),
        credentialId: passkey.credentialId,
        personId: person.id,
        publicKey: passkey.publicKey,
        counter: 0,
        label: 'test',
        synced: false,
        createdAt: 1,
        usedAt: null,
      })
    })
    passkeys.set(email, passkey)
  }
  const clock = createActingClock({
    wallMs: Date.now,
    uptimeMs: Date.now,
    lastLeafSeconds: null,
    onJump: () => undefined,
  })
  const ports: ExceptionPorts = {
    issuer,
    store,
    book: () => loaded.book,
    resources: settings.resources,
    clock,
    log: { covered: async () => null, isLocked: () => false },
    grants: createLiveGrants({ store, trusted: () => [], log: silentLog }),
    directory: readDirectory,
    onGrantsChanged: () => undefined,
  }
  const passkeyOf = (email: string) => {
    const passkey = passkeys.get(email)
    const person = ids.get(email)
    if (passkey === undefined || person === undefined) throw new Error(`nobody has ${email}`)
    return { passkey, person }
  }
  return {
    ...gateway,
    async prove(stepUpUrl) {
      const id = stepUpUrl.split('/').at(-1) ?? ''
      const { statement } = await challengeProof(ports, id)
      const assertion = asJson(passkeyOf(ada.email).passkey.assert(challengeOf('postern/request/1', statement)))
      await proveRequest(ports, id, { nonce: statement.nonce, assertion }, {})
    },
    async vote(email, requestId, stage) {
      const { passkey, person } = passkeyOf(email)
      const { statement } = await challengeVote(ports, { person, requestId, stage, decision: 'approve' })
      const assertion = asJson(passkey.assert(challengeOf('postern/vote/1', statement)))
      const ballot = { person, requestId, nonce: statement.nonce, assertion, opened: [], dwellMs: 1 }
      return await castVote(ports, ballot, {})
    },
  }
}
