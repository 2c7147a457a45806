import { randomBytes } from 'node:crypto'
import type { NewMove } from '#domain/exceptions/moves.ts'
import { makeTerms, type Terms } from '#domain/exceptions/terms.ts'
import { recordMoves } from '#gateway/exceptions/record-moves.ts'
import { digestOf } from '#gateway/exceptions/request-file.ts'
import { jsonOf } from '#gateway/storage/columns.ts'
import type { DeviceRecord } from '#gateway/storage/device-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { randomId, uuidV7 } from '#runtime/random-id.ts'

export type PendingRequest = { readonly id: string; readonly device: DeviceRecord; readonly termsDigest: string }

const day = 86_400

/** A request of a device's owner that waits for votes, recorded as the gateway records one. Inside a transaction. */
export async function addPendingRequest(
  rows: Rows,
  device: DeviceRecord,
  kid: string,
  nowMs: number,
): Promise<PendingRequest> {
  const now = Math.floor(nowMs / 1000)
  const person = device.ownerId
  const justification = { text: 'A request of a measurement, which nobody decides', ticket: null, incident: null }
  const salt = randomBytes(32)
  const terms = termsOf(person, { id: device.id, kid })
  const termsDigest = digestOf(terms)
  const id = uuidV7(nowMs)
  const move: NewMove = {
    type: 'request-submitted',
    at: now,
    actor: person,
    state: 'pending',
    submission: {
      requester: person,
      subject: person,
      device: device.id,
      termsDigest,
      decideBy: now + day,
      escalateAt: null,
      requesterStepUp: 'session',
      stages: [
        {
          id: 'security',
          from: 'group:security',
          need: 1,
          stepUp: 'webauthn-uv',
          distinctTeamFromRequester: false,
          pool: [],
          escalation: [],
        },
      ],
    },
  }
  const facts = {
    risk: { tier: 'medium', score: 35, factors: [] },
    voters: { device: 'any', reciprocity: 'allow', visibility: 'pools' },
  }
  await rows.exceptions.insert({
    id,
    deviceId: device.id,
    draftId: randomId(),
    subject: person,
    requester: person,
    mode: 'normal',
    checks: terms.checks.map((check) => check.id),
    resources: terms.resources,
    riskTier: 'medium',
    facts: jsonOf(JSON.stringify(facts)),
    state: 'pending',
    revision: 1,
    termsDigest,
    submittedAt: now,
    pendingAt: now,
    closedAt: null,
    decideBy: now + day,
    grantId: null,
    dueAt: now + day,
  })
  await rows.exceptions.addRevision({
    requestId: id,
    revision: 1,
    author: person,
    at: now,
    termsDigest,
    terms: jsonOf(JSON.stringify(terms)),
  })
  await recordMoves(
    rows,
    { id, subject: person, deviceId: device.id, before: undefined },
    [move],
    () => ({
      attachments: { ask: 'e30.e30.e30', justification },
      risk: { tier: 'medium', score: 35, factors: [] },
      limits: [],
    }),
    { justification: salt },
  )
  return { id, device, termsDigest }
}

function termsOf(subject: string, device: Terms['device']): Terms {
  return makeTerms({
    mode: 'normal',
    subject,
    device,
    checks: [{ id: 'firewall', covers: ['violated'] }],
    resources: ['wiki'],
    duration_s: 3600,
    not_before: null,
    risk_tier: 'medium',
    controls: ['session-ttl-4h'],
    book: hash('book'),
    evidence: null,
    category: 'debugging',
    justification: hash('justification'),
    remedy_by: null,
    session: null,
    extends: null,
    replaces: null,
    salt: randomId(),
  })
}
