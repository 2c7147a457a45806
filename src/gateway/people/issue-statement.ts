import type { RequestOptions } from '#contract/webauthn.ts'
import type { Json } from '#domain/canonical-json.ts'
import type { StatementLabel, Statements } from '#domain/exceptions/statements.ts'
import { Failure } from '#domain/failure.ts'
import { challengeOf } from '#gateway/audit/signed-statement.ts'
import type { PasskeyRecord } from '#gateway/storage/passkey-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { randomSecret } from '#runtime/random-id.ts'

/** How long a challenge may be answered, in seconds. */
export const challengeSeconds = 300

export type IssuedStatement<Label extends StatementLabel> = {
  readonly statement: Statements[Label]
  readonly options: RequestOptions
  readonly expires_in: typeof challengeSeconds
}

/**
 * Makes the statement that a person is to sign, with a nonce of its own, and keeps it until it is signed or runs out.
 * Only this person's passkeys may sign it. Failure `passkey_missing`: there is none.
 */
export async function issueStatement<Label extends StatementLabel>(
  rows: Pick<Rows, 'passkeys' | 'ceremonies'>,
  ask: {
    readonly label: Label
    readonly person: string
    readonly statement: (nonce: string) => Statements[Label]
    readonly rpId: string
    readonly now: number
  },
): Promise<IssuedStatement<Label>> {
  const passkeys = await rows.passkeys.of(ask.person)
  if (passkeys.length === 0) throw new Failure('passkey_missing', {})
  const nonce = randomSecret()
  const statement = ask.statement(nonce)
  await rows.ceremonies.insert({
    nonce,
    label: ask.label,
    personId: ask.person,
    binding: null,
    statement: asJson(statement),
    expiresAt: ask.now + challengeSeconds,
  })
  const challenge = Buffer.from(challengeOf(ask.label, statement)).toString('base64url')
  return { statement, options: requestOptionsOf(challenge, ask.rpId, passkeys), expires_in: challengeSeconds }
}

/** What a browser is asked for: without passkeys, any that it finds for this gateway. */
export function requestOptionsOf(
  challenge: string,
  rpId: string,
  passkeys: readonly Pick<PasskeyRecord, 'credentialId'>[],
): RequestOptions {
  return {
    challenge,
    timeout: challengeSeconds * 1000,
    rpId,
    allowCredentials: passkeys.map(({ credentialId }) => ({ id: credentialId, type: 'public-key' })),
    userVerification: 'required',
  }
}

/** A statement as it is kept: `undefined` members are none. */
function asJson(statement: object): Json {
  const value: unknown = JSON.parse(JSON.stringify(statement))
  if (isJson(value)) return value
  throw new TypeError('not JSON')
}

function isJson(value: unknown): value is Json {
  return value !== undefined // JSON.parse makes nothing else
}
