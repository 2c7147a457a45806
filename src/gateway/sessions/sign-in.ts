import type { AssertionJson, RequestOptions } from '#contract/webauthn.ts'
import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { verifyEvidence } from '#gateway/audit/signed-statement.ts'
import { type Acting, eventBase } from '#gateway/people/acting.ts'
import { challengeSeconds, requestOptionsOf } from '#gateway/people/issue-statement.ts'
import { evidenceOf } from '#gateway/people/take-statement.ts'
import type { PasskeyRecord } from '#gateway/storage/passkey-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { challengeIn } from './register-passkey.ts'
import { type StartedSession, startSession } from './session-book.ts'
import type { SessionPorts } from './session-ports.ts'

const label = 'sign-in'
const mostOpen = 10_000

/** A challenge for one browser, known by the secret of its cookie. Failure `unavailable`: too many wait. */
export async function beginSignIn(
  rows: Pick<Rows, 'ceremonies'>,
  browserSecret: string,
  rpId: string,
  now: number,
): Promise<RequestOptions> {
  if ((await rows.ceremonies.count(label)) >= mostOpen && (await rows.ceremonies.prune(now)) === 0)
    throw new Failure('unavailable', { retry_after: 60 })
  const nonce = randomSecret()
  await rows.ceremonies.insert({
    nonce,
    label,
    personId: null,
    binding: hash(browserSecret),
    statement: null,
    expiresAt: now + challengeSeconds,
  })
  return requestOptionsOf(nonce, rpId, [])
}

/**
 * Signs a person in by passkey: the challenge of this browser, unused and not too old; a known passkey of an active
 * person; the assertion itself. Failure `sign_in_refused`, whatever the reason, which the log has.
 */
export async function finishSignIn(
  { store, party }: Pick<SessionPorts, 'store' | 'party'>,
  given: { readonly assertion: AssertionJson; readonly browserSecret: string | undefined },
  acting: Acting,
): Promise<StartedSession> {
  const now = Math.floor(acting.nowMs / 1000)
  const outcome = await store.transact(async (rows) => {
    // 1. the challenge, which nobody uses twice
    const nonce = challengeIn(given.assertion.response.clientDataJSON)
    const waiting = nonce === undefined ? undefined : await rows.ceremonies.find(nonce)
    if (
      nonce === undefined ||
      waiting?.label !== label ||
      given.browserSecret === undefined ||
      waiting.binding !== hash(given.browserSecret) ||
      waiting.expiresAt <= now
    )
      return { kind: 'refused' as const, cause: 'challenge' } // no leaf: anybody can send this
    await rows.ceremonies.use(nonce)
    // 2. whose passkey
    const passkey = await rows.passkeys.findByCredential(given.assertion.id)
    if (passkey === undefined) return await refuse(rows, undefined, 'credential', acting)
    const person = await rows.people.find(passkey.personId)
    if (person?.status !== 'active') return await refuse(rows, passkey, 'inactive', acting)
    // 3. the assertion
    const evidence = evidenceOf(given.assertion, passkey)
    const verdict = verifyEvidence(evidence, Buffer.from(nonce, 'base64url'), party, passkey.counter)
    if (verdict.kind === 'refused') return await refuse(rows, passkey, verdict.fault, acting)
    // 4. record
    await rows.passkeys.used(passkey.id, verdict.counter, now)
    const started = await startSession(rows, person, passkey.id, 'passkey', acting)
    await recordEvent(rows, {
      type: 'signin-passed',
      ...eventBase({ ...acting, person: person.id }),
      object: { person: person.id },
      members: { method: 'passkey', session: started.session.secretHash, cause: null },
    })
    return { kind: 'started' as const, started }
  })
  if (outcome.kind === 'refused') throw new Failure('sign_in_refused', { cause: outcome.cause })
  return outcome.started
}

async function refuse(rows: Rows, passkey: PasskeyRecord | undefined, cause: string, acting: Acting) {
  await recordEvent(rows, {
    type: 'signin-failed',
    ...eventBase({ ...acting, person: null }),
    object: passkey === undefined ? null : { person: passkey.personId },
    members: { method: 'passkey', session: null, cause },
  })
  return { kind: 'refused' as const, cause }
}
