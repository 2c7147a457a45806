import { randomBytes } from 'node:crypto'
import type { Evidence } from '#contract/audit-attachments.ts'
import type { AuditEvent } from '#domain/audit-event.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import type { BatchedDecision, BundleSources } from '#gateway/audit/bundle.ts'
import { commitment } from '#gateway/audit/commitment.ts'
import type { DecisionRecord } from '#gateway/audit/decision-record.ts'
import { emptyRange, extend, hashLeaf, inclusionProof, rootOf, type TreeHash } from '#gateway/audit/merkle-tree.ts'
import { challengeOf } from '#gateway/audit/signed-statement.ts'
import { hash } from '#runtime/digest.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import type { TestLog } from './a-log.ts'
import { aPasskey, type TestPasskey } from './a-passkey.ts'

const start = 1_795_510_800
export const ada = '019aa0c2-7f10-7000-8000-000000000001'
export const bob = '019aa0c2-7f10-7000-8000-000000000002'
export const cyd = '019aa0c2-7f10-7000-8000-000000000003'
export const laptop = '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1'
const kid = 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'

const documents = [
  { kind: 'Check', id: 'firewall', severity: 'high' },
  { kind: 'Policy', id: 'payments' },
]
export const bookHash = hash(
  canonicalJson(documents.map((each) => ({ kind: each.kind, id: each.id, hash: hash(canonicalJson(each)) }))),
)

/** What a story may do otherwise, to make a log that is signed and wrong. */
export type StoryTwist = {
  readonly voter?: string
  readonly stage?: string
  readonly duration?: number
  readonly passkeyOf?: string
  readonly reuseNonce?: boolean
  readonly decide?: 'approve' | 'deny'
  readonly decisionAt?: number
  readonly votes?: 1 | 2
  readonly splitMint?: boolean
  readonly checks?: readonly string[]
  readonly challenge?: Uint8Array
}

export type Story = {
  readonly sources: BundleSources
  /** One request from question to end of its grant. */
  request(twist?: StoryTwist): Promise<{ readonly requestId: string; readonly grantId: string }>
  /** An act of the log's administration, without a request. */
  passkeys: ReadonlyMap<string, TestPasskey>
}

/** People with passkeys, a book, and requests that two of them approve: events as the gateway records them. */
export async function aStory(log: TestLog): Promise<Story> {
  const terms = new Map<string, Json>()
  const decisions = new Map<number, readonly BatchedDecision[]>()
  const passkeys = new Map([ada, bob, cyd].map((person) => [person, aPasskey()]))
  const keyOf = (person: string) => passkeys.get(person) ?? aPasskey()
  let now = start
  const tick = (seconds = 1) => (now += seconds)

  await log.store.transact((rows) =>
    rows.books.publish({ hash: bookHash, source: 'folder', publishedAt: start, documents }),
  )
  await log.act(
    ...[ada, bob, cyd].map(
      (person): AuditEvent => ({
        type: 'person-added',
        at: now,
        actor: null,
        object: { person },
        members: { source: 'settings' },
        attachments: { person: { name: `=HYPERLINK("${person}")`, email: 'a@example.com', aliases: [], team: null } },
      }),
    ),
  )
  await log.act({
    type: 'policy-published',
    at: tick(),
    actor: null,
    object: { document: bookHash },
    members: { book: bookHash, previous: null, source: 'folder', nonce: null, second: null },
  })
  for (const [person, passkey] of passkeys)
    await log.act({
      type: 'passkey-added',
      at: tick(),
      actor: { person },
      object: { person },
      members: { credential_id: passkey.credentialId, public_key: passkey.publicKey, signed: null },
    })
  await log.sequencer.flush()

  async function request(twist: StoryTwist = {}) {
    const requestId = uuidV7(now * 1000)
    const grantId = uuidV7(now * 1000 + 1)
    const justificationSalt = randomBytes(32)
    const justification = { text: 'The disk of my own laptop is at the vendor', ticket: 'OPS-1', incident: null }
    const wanted = {
      v: 1,
      mode: 'normal',
      subject: ada,
      device: { id: laptop, kid },
      checks: [{ id: 'firewall', covers: ['violated'] }],
      resources: ['payments'],
      duration_s: 600,
      not_before: null,
      risk_tier: 'high',
      controls: ['record'],
      book: bookHash,
      evidence: { seq: 42, hash: 'jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c' },
      category: 'vendor-bug',
      justification: commitment(justificationSalt, canonicalJson(justification)),
      remedy_by: null,
      session: null,
      extends: null,
      replaces: null,
      salt: randomBytes(16).toString('base64url'),
    }
    const digest = hash(canonicalJson(wanted))
    terms.set(digest, wanted)
    const about = { requestId, termsDigest: digest, object: { person: ada } } as const
    const stage = (id: string) => ({
      id,
      need: 1,
      step_up: 'webauthn-uv',
      pool: [{ person: bob }, { person: cyd }],
      escalation: [],
    })

    await log.act({
      ...about,
      type: 'request-submitted',
      at: tick(),
      actor: { person: ada },
      members: {
        revision: 1,
        state: 'step_up_required',
        device: { device: laptop },
        decide_by: now + 3600,
        escalate_at: null,
        requester: { step_up: 'webauthn' },
        stages: [stage('security'), stage('owner')],
        auto: null,
        risk: { score: 9, factors: [{ id: 'base', weight: 9 }] },
        limits: [{ check: 'firewall', total_s: 0, total_cap_s: 7200, quota: 6, quota_used: 0, cooldown_until: null }],
      },
      attachments: { justification, place: { address: '192.0.2.7', browser: null } },
    })
    const proofNonce = nonce()
    await log.act({
      ...about,
      type: 'request-proved',
      at: tick(),
      actor: { person: ada },
      members: { revision: 1, state: 'pending', step_up: 'webauthn', nonce: proofNonce },
      attachments: {
        evidence: keyOf(ada).assert(
          challengeOf('postern/request/1', {
            request_id: requestId,
            revision: 1,
            terms_digest: digest,
            nonce: proofNonce,
          }),
        ),
      },
    })
    const decision = twist.decide ?? 'approve'
    const vote = (person: string, stageId: string, signer: string, given = nonce()): AuditEvent => ({
      ...about,
      type: decision === 'approve' ? 'vote-approved' : 'vote-denied',
      at: tick(),
      actor: { person },
      members: {
        revision: 1,
        state: 'pending',
        stage: stageId,
        decision,
        step_up: 'webauthn-uv',
        nonce: given,
        delegation: null,
        dwell_ms: 42_000,
        opened: ['device'],
        voter_device: 'any',
      },
      attachments: { evidence: evidenceOf(signer, stageId, given) },
    })
    const evidenceOf = (signer: string, stageId: string, given: string): Evidence =>
      keyOf(signer).assert(
        twist.challenge ??
          challengeOf('postern/vote/1', {
            request_id: requestId,
            revision: 1,
            terms_digest: digest,
            decision,
            stage: stageId,
            nonce: given,
          }),
      )
    if (decision === 'deny') {
      const denied: AuditEvent = {
        ...about,
        type: 'request-denied',
        at: tick(),
        actor: { person: bob },
        members: { revision: 1, state: 'denied', rule: null },
      }
      await log.act(vote(bob, 'security', bob), denied)
      await log.sequencer.flush()
      return { requestId, grantId }
    }
    const firstNonce = nonce()
    const first = twist.voter ?? bob
    if (twist.votes !== 1) await log.act(vote(first, twist.stage ?? 'security', twist.passkeyOf ?? first, firstNonce))
    await log.sequencer.flush()
    const votes = [
      ...(twist.votes === 1
        ? []
        : [{ person: { person: first }, stage: twist.stage ?? 'security', counted: true, why: null }]),
      { person: { person: cyd }, stage: 'owner', counted: true, why: null },
    ]
    const last = vote(cyd, 'owner', cyd, twist.reuseNonce === true ? firstNonce : nonce())
    const approved: AuditEvent = {
      ...about,
      type: 'request-approved',
      at: now,
      actor: null,
      grantId,
      members: {
        revision: 1,
        state: 'approved',
        tally: [
          { stage: 'security', have: twist.votes === 1 ? 0 : 1, need: 1 },
          { stage: 'owner', have: 1, need: 1 },
        ],
        votes,
        book: bookHash,
      },
    }
    const notAfter = now + (twist.duration ?? 600)
    const minted: AuditEvent = {
      ...about,
      type: 'grant-minted',
      at: now,
      actor: null,
      grantId,
      members: {
        revision: 1,
        state: 'active',
        grant: {
          checks: (twist.checks ?? ['firewall']).map((id) => ({ id, covers: ['violated'] })),
          resources: ['payments'],
          controls: ['record'],
          not_before: now,
          not_after: notAfter,
        },
      },
    }
    if (twist.splitMint === true) {
      await log.act(last, approved)
      await log.sequencer.flush()
      await log.act(minted)
    } else await log.act(last, approved, minted)
    await log.sequencer.flush()
    await decide(grantId, twist.decisionAt ?? now + 30)
    tick(700)
    await log.act({
      ...about,
      type: 'grant-expired',
      at: now,
      actor: null,
      grantId,
      members: { state: 'expired', last_use: null, decisions: 1 },
    })
    await log.sequencer.flush()
    return { requestId, grantId }
  }

  /** A batch of two decisions, one of them by the grant. */
  async function decide(grant: string, at: number): Promise<void> {
    const record = (grants: readonly string[], outcome: 'allow' | 'refuse'): DecisionRecord => ({
      first_at: at,
      last_at: at,
      session: null,
      device: laptopHash,
      resource: 'payments',
      outcome,
      count: 3,
      grants,
      checkpoint: log.sequencer.log().size,
      salt: randomBytes(16).toString('base64url'),
    })
    const records = [record([grant], 'allow'), record([], 'refuse')]
    const hashes = records.map((each) => hashLeaf(canonicalJson(each)))
    const nodes = new Map<string, TreeHash>(hashes.map((each, index) => [`0/${index}`, each]))
    const range = hashes.reduce(
      (before, each) => extend(before, each, (level, index, node) => nodes.set(`${level}/${index}`, node)),
      emptyRange,
    )
    const read = (level: number, index: number) => nodes.get(`${level}/${index}`) ?? Buffer.alloc(32)
    const [id = 0] = await log.act({
      type: 'decision-batch',
      at: Math.max(now, at),
      actor: null,
      object: null,
      members: { records: records.length, root: Buffer.from(rootOf(range)).toString('base64url') },
    })
    decisions.set(
      id,
      await Promise.all(
        records.map(async (each, position) => ({
          position,
          size: records.length,
          record: each,
          path: (await inclusionProof(position, records.length, read)).map((node) =>
            Buffer.from(node).toString('base64url'),
          ),
        })),
      ),
    )
    await log.sequencer.flush()
  }

  return {
    passkeys,
    request,
    sources: {
      terms: async (digest) => terms.get(digest),
      decisions: async (eventId) => decisions.get(eventId) ?? [],
    },
  }
}

const laptopHash = hash(laptop)

function nonce(): string {
  return randomBytes(32).toString('base64url')
}
