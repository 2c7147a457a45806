import type { Evidence } from '#contract/audit-attachments.ts'
import type { AssertionJson } from '#contract/webauthn.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import type { StatementLabel, Statements } from '#domain/exceptions/statements.ts'
import { Failure } from '#domain/failure.ts'
import { challengeOf, type RelyingParty, verifyEvidence } from '#gateway/audit/signed-statement.ts'
import type { AssertionFault } from '#gateway/audit/verify-assertion.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { PasskeyRecord } from '#gateway/storage/passkey-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** That a person signed a statement: the nonce of it, what an auditor needs, and the passkey that was used. */
export type StatementProof = {
  readonly nonce: string
  readonly evidence: Evidence
  readonly passkey: PasskeyRecord
}

/** `credential`: unknown, or of somebody else. `statement`: it is not the one that was issued. */
export type StatementFault = AssertionFault | 'credential' | 'statement'

export type GivenStatement<Label extends StatementLabel> = {
  readonly label: Label
  /** Whose statement it must be; `null`: of whomever it was issued for. */
  readonly person: string | null
  readonly nonce: string
  readonly assertion: AssertionJson
  /** The statement as it must be now; its challenge is made from this, never from what the client sent. */
  readonly statement: (nonce: string, rows: Rows) => Promise<Statements[Label]> | Statements[Label]
  readonly party: RelyingParty
  readonly now: number
}

export type TakenStatement =
  | { readonly kind: 'proved'; readonly proof: StatementProof }
  | { readonly kind: 'refused'; readonly fault: StatementFault }

/**
 * Uses a statement up and says whether its assertion holds (exceptions.md section 7): origin, RP id, user verification,
 * signature, counter, and that the passkey is of the person it was issued for. Inside a transaction, which the caller
 * commits in both cases. Failure `challenge_expired`: unknown, used, somebody else's, or too old.
 */
export async function takeStatement<Label extends StatementLabel>(
  rows: Rows,
  given: GivenStatement<Label>,
): Promise<TakenStatement> {
  const refused = (fault: StatementFault): TakenStatement => ({ kind: 'refused', fault })
  const issued = await rows.ceremonies.find(given.nonce)
  if (issued === undefined || issued.label !== given.label || issued.expiresAt <= given.now)
    throw new Failure('challenge_expired', {})
  if (given.person !== null && issued.personId !== given.person) throw new Failure('challenge_expired', {})
  if (!(await rows.ceremonies.use(given.nonce))) throw new Failure('challenge_expired', {})
  const statement = await given.statement(given.nonce, rows)
  if (canonicalJson(statement) !== canonicalJson(issued.statement)) return refused('statement')
  const passkey = await rows.passkeys.findByCredential(given.assertion.id)
  if (passkey === undefined || passkey.personId !== issued.personId) return refused('credential')
  const evidence = evidenceOf(given.assertion, passkey)
  const verdict = verifyEvidence(evidence, challengeOf(given.label, statement), given.party, passkey.counter)
  if (verdict.kind === 'refused') return refused(verdict.fault)
  await rows.passkeys.used(passkey.id, verdict.counter, given.now)
  return { kind: 'proved', proof: { nonce: given.nonce, evidence, passkey } }
}

/**
 * Runs an act under a statement, in one transaction: the statement is used up and its proof handed to the act. Where the
 * assertion does not hold the statement is used up all the same, `refused` may record it, and nothing else happens.
 * Failures: `challenge_expired`, `assertion_refused`, and those of the act, which leave the statement as it was.
 */
export async function actUnderStatement<Label extends StatementLabel, Answer>(
  store: Pick<Store, 'transact'>,
  given: GivenStatement<Label>,
  act: (rows: Rows, proof: StatementProof) => Promise<Answer>,
  refused: (rows: Rows, fault: StatementFault) => Promise<void> = async () => {},
): Promise<Answer> {
  const outcome = await store.transact(async (rows) => {
    const taken = await takeStatement(rows, given)
    if (taken.kind === 'proved') return { kind: 'done' as const, answer: await act(rows, taken.proof) }
    await refused(rows, taken.fault)
    return taken
  })
  if (outcome.kind === 'refused') throw new Failure('assertion_refused', { cause: outcome.fault })
  return outcome.answer
}

/** An assertion and the key it holds under, as the log keeps them. */
export function evidenceOf(assertion: AssertionJson, passkey: Pick<PasskeyRecord, 'publicKey'>): Evidence {
  return {
    credential_id: assertion.id,
    client_data_json: assertion.response.clientDataJSON,
    authenticator_data: assertion.response.authenticatorData,
    signature: assertion.response.signature,
    public_key: passkey.publicKey,
  }
}
