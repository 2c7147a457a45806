import type { KeyObject } from 'node:crypto'
import { type Evidence, evidence as evidenceSchema } from '#contract/audit-attachments.ts'
import type { AuditBody } from '#contract/audit-bodies.ts'
import type { AuditLeaf } from '#contract/audit-leaf.ts'
import type { ExceptionTerms } from '#contract/exception-terms.ts'
import type { Json } from '#domain/canonical-json.ts'
import { proofLabel, type StatementLabel } from '#domain/exceptions/statements.ts'
import { challengeOf, type RelyingParty, verifyEvidence } from './signed-statement.ts'
import type { Findings } from './verification.ts'
import { readCoseKey } from './verify-assertion.ts'

/** A passkey as the bundle lists it. */
export type ListedCredential = {
  readonly person: string | null
  readonly publicKey: string
  /** Of its `passkey-added`. */
  readonly index: number
}

/** What became of an attachment. */
export type AttachmentFate =
  | { readonly kind: 'present'; readonly content: Json }
  | { readonly kind: 'erased' | 'withheld' | 'missing' }

export type SignedLeaf = {
  readonly index: number
  readonly leaf: AuditLeaf
  readonly body: AuditBody
  readonly terms: ExceptionTerms | undefined
  readonly attachments: ReadonlyMap<string, AttachmentFate>
}

export type Signatures = {
  check(signed: SignedLeaf): void
  /** The log follows another one: passkeys may be from before it, and what they signed is then not verified here. */
  continuesAnother(): void
}

type Act = {
  readonly who: string | null
  readonly nonce: string
  readonly challenge: Uint8Array
  readonly evidence: string
}

/**
 * Check 8: of every signed act the challenge is recomputed (exceptions.md section 7), the assertion is valid under the listed
 * credential of who acted, the user was verified, and no nonce was used before.
 */
export function checkSignatures(
  findings: Findings,
  party: RelyingParty,
  credentials: ReadonlyMap<string, ListedCredential>,
  canonical: (pseudonym: string) => string,
): Signatures {
  const used = new Set<string>()
  const removed = new Set<string>()
  const keys = new Map<string, KeyObject | undefined>()
  let isContinued = false
  const keyOf = ({ public_key: text }: Evidence) => {
    if (!keys.has(text)) keys.set(text, readCoseKey(Buffer.from(text, 'base64url')))
    return keys.get(text)
  }

  function faultOf(act: Act, { index }: SignedLeaf, content: Json): string | undefined {
    const parsed = evidenceSchema.safeParse(content)
    if (!parsed.success) return 'its evidence has a wrong shape'
    const evidence: Evidence = parsed.data
    const listed = credentials.get(evidence.credential_id)
    if (listed === undefined) return 'its passkey is not listed'
    if (listed.publicKey !== evidence.public_key) return 'its key is not that of the passkey'
    if (act.who === null || listed.person === null || canonical(listed.person) !== canonical(act.who))
      return 'it was signed with the passkey of somebody else'
    if (listed.index >= index || removed.has(evidence.credential_id)) return 'its passkey was not in force'
    if (used.has(act.nonce)) return 'its nonce was used before'
    used.add(act.nonce)
    const verdict = verifyEvidence(evidence, act.challenge, party, undefined, keyOf(evidence))
    return verdict.kind === 'valid' ? undefined : `the assertion is refused: ${verdict.fault}`
  }

  function isUnlisted(content: Json): boolean {
    const parsed = evidenceSchema.safeParse(content)
    return parsed.success && !credentials.has(parsed.data.credential_id)
  }

  return {
    continuesAnother() {
      isContinued = true
    },
    check(signed) {
      const { body, index, attachments } = signed
      const isVote = body.type === 'vote-approved' || body.type === 'vote-denied' || body.type === 'offer-made'
      const acts = actsOf(signed)
      if (isVote) findings.count(acts.length === 0 ? 'unsignedVotes' : 'signedVotes')
      for (const act of acts) {
        const fate = attachments.get(act.evidence) ?? { kind: 'missing' }
        if (fate.kind === 'present' && isContinued && isUnlisted(fate.content)) {
          findings.miss(`the passkey of leaf ${index}, added in the log before`)
        } else if (fate.kind === 'present') {
          const fault = faultOf(act, signed, fate.content)
          if (fault === undefined) findings.count('signedActs')
          else findings.fail(8, `${body.type}: ${fault}`, { index })
        } else if (fate.kind === 'missing') findings.miss(`evidence of leaf ${index}`)
        else findings.count(fate.kind === 'erased' ? 'signaturesErased' : 'signaturesWithheld')
      }
      if (body.type === 'passkey-removed') removed.add(body.credential_id)
      if (body.type === 'passkey-added') removed.delete(body.credential_id)
    },
  }
}

/** What was signed in an event, and by whom: nothing where its nonces are `null`. */
function actsOf({ body, leaf, terms }: SignedLeaf): readonly Act[] {
  const request_id = leaf.request_id ?? ''
  const terms_digest = leaf.terms_digest ?? ''
  const grant_id = leaf.grant_id ?? ''
  const one = (nonce: string | null, challenge: (nonce: string) => Uint8Array): readonly Act[] =>
    nonce === null ? [] : [{ who: body.actor, nonce, challenge: challenge(nonce), evidence: 'evidence' }]
  switch (body.type) {
    case 'vote-approved':
    case 'vote-denied':
    case 'offer-made': {
      const { revision, decision, stage } = body
      const label: StatementLabel = body.type === 'offer-made' ? 'postern/offer/1' : 'postern/vote/1'
      return one(body.nonce, (nonce) =>
        challengeOf(label, { request_id, revision, terms_digest, decision, stage, nonce }),
      )
    }
    case 'request-proved':
    case 'offer-accepted':
      return one(body.nonce, (nonce) =>
        challengeOf(proofLabel(terms?.mode ?? 'normal'), { request_id, revision: body.revision, terms_digest, nonce }),
      )
    case 'grant-activated':
      return one(body.nonce, (nonce) =>
        challengeOf('postern/grant-activate/1', { request_id, grant_id, terms_digest, nonce }),
      )
    case 'grant-resumed':
      return one(body.nonce, (nonce) =>
        challengeOf('postern/grant-resume/1', { request_id, grant_id, terms_digest, nonce }),
      )
    case 'grant-revoked':
      return one(body.nonce, (nonce) =>
        challengeOf('postern/grant-revoke/1', { request_id, grant_id, terms_digest, nonce }),
      )
    case 'obligation-ratified':
    case 'obligation-contested':
      return one(body.nonce, (nonce) =>
        challengeOf('postern/review/1', {
          ...(leaf.request_id === null ? {} : { request_id }),
          obligation_id: body.obligation_id,
          ...(leaf.terms_digest === null ? {} : { terms_digest }),
          decision: body.decision,
          nonce,
        }),
      )
    case 'policy-published': {
      const { book, previous, second } = body
      const challenge = (nonce: string) =>
        challengeOf('postern/publish/1', { book, ...(previous === null ? {} : { previous }), nonce })
      return [...one(body.nonce, challenge), ...secondOf(second, challenge)]
    }
    default: {
      if (!('signed' in body) || body.signed === null) return []
      const { act, question, nonce: first } = body.signed
      const challenge = (nonce: string) =>
        challengeOf('postern/act/1', { act, question: typeof question === 'string' ? question : '', nonce })
      return [...one(first, challenge), ...('second' in body ? secondOf(body.second, challenge) : [])]
    }
  }
}

function secondOf(
  second: { readonly actor: string; readonly nonce: string } | null,
  challenge: (nonce: string) => Uint8Array,
): readonly Act[] {
  if (second === null) return []
  return [{ who: second.actor, nonce: second.nonce, challenge: challenge(second.nonce), evidence: 'evidence_second' }]
}
