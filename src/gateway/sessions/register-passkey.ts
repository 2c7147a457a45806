import type { CreationOptions, RegistrationJson } from '#contract/webauthn.ts'
import type { Json } from '#domain/canonical-json.ts'
import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { RelyingParty } from '#gateway/audit/signed-statement.ts'
import { type Acting, eventBase, type SignedAct } from '#gateway/people/acting.ts'
import { challengeSeconds } from '#gateway/people/issue-statement.ts'
import type { PasskeyRecord } from '#gateway/storage/passkey-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { randomId, randomSecret } from '#runtime/random-id.ts'

const label = 'registration'
const mostPasskeys = 10
const algorithms = [-7, -257] as const // ES256, and RS256 for Windows Hello

export type PasskeyUser = { readonly id: string; readonly name: string; readonly email: string }

/** What a new passkey was found to be. */
export type NewPasskey = Pick<PasskeyRecord, 'credentialId' | 'publicKey' | 'counter' | 'synced'>

/** Asks a browser for a new passkey of a person. `binding` ties the answer to a link or a session. Inside a transaction. */
export async function beginRegistration(
  rows: Pick<Rows, 'passkeys' | 'ceremonies'>,
  ask: {
    readonly user: PasskeyUser
    readonly binding: string
    readonly memory: Json
    readonly party: RelyingParty
    readonly organisation: string
    readonly now: number
  },
): Promise<CreationOptions> {
  const known = await rows.passkeys.of(ask.user.id)
  if (known.length >= mostPasskeys) throw new Failure('state_conflict', { state: 'full' })
  const nonce = randomSecret()
  await rows.ceremonies.insert({
    nonce,
    label,
    personId: ask.user.id,
    binding: ask.binding,
    statement: ask.memory,
    expiresAt: ask.now + challengeSeconds,
  })
  return {
    rp: { id: ask.party.rpId, name: ask.organisation },
    user: {
      id: Buffer.from(ask.user.id).toString('base64url'),
      name: ask.user.email,
      displayName: ask.user.name,
    },
    challenge: nonce,
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeSeconds * 1000,
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId, type: 'public-key' })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  }
}

export type WaitingRegistration = { readonly nonce: string; readonly personId: string; readonly memory: Json }

/** The registration that a browser answers: by its challenge, and only under the same binding. Failure `challenge_expired`. */
export async function waitingRegistration(
  rows: Pick<Rows, 'ceremonies'>,
  registration: RegistrationJson,
  binding: string,
  now: number,
): Promise<WaitingRegistration> {
  const nonce = challengeIn(registration.response.clientDataJSON)
  const waiting = nonce === undefined ? undefined : await rows.ceremonies.find(nonce)
  if (
    waiting === undefined ||
    waiting.label !== label ||
    waiting.binding !== binding ||
    waiting.personId === null ||
    waiting.expiresAt <= now
  )
    throw new Failure('challenge_expired', {})
  return { nonce: waiting.nonce, personId: waiting.personId, memory: waiting.statement }
}

/**
 * Checks a registration (WebAuthn level 3 section 7.1): challenge, origin, RP id, user verified, ES256 or RS256. Outside
 * any transaction. Failure `assertion_refused`.
 */
export async function checkRegistration(
  registration: RegistrationJson,
  nonce: string,
  party: RelyingParty,
): Promise<NewPasskey> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server') // only who registers pays for it
  const { authenticatorAttachment: _attachment, clientExtensionResults: _results, response, ...rest } = registration
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...rest,
        clientExtensionResults: {},
        response: { clientDataJSON: response.clientDataJSON, attestationObject: response.attestationObject },
      },
      expectedChallenge: nonce,
      expectedOrigin: party.origin,
      expectedRPID: party.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...algorithms],
    })
    if (!verified || isCrossOrigin(response.clientDataJSON))
      throw new Failure('assertion_refused', { cause: 'registration' })
    const { credential, credentialDeviceType } = registrationInfo
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      synced: credentialDeviceType === 'multiDevice',
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('assertion_refused', { cause: 'registration' }, { cause })
  }
}

/** Keeps a passkey that was checked. Failures: `challenge_expired` (used in between), `assertion_refused` (known already). */
export async function keepPasskey(
  rows: Rows,
  given: { readonly passkey: NewPasskey; readonly nonce: string; readonly personId: string; readonly label: string },
  acting: Acting,
  signed?: Pick<SignedAct, 'signed'> & { readonly proof: Pick<SignedAct['proof'], 'evidence'> },
): Promise<{ readonly passkey: PasskeyRecord; readonly eventId: number }> {
  if (!(await rows.ceremonies.use(given.nonce))) throw new Failure('challenge_expired', {})
  if ((await rows.passkeys.findByCredential(given.passkey.credentialId)) !== undefined)
    throw new Failure('assertion_refused', { cause: 'credential' })
  if ((await rows.passkeys.of(given.personId)).length >= mostPasskeys)
    throw new Failure('state_conflict', { state: 'full' })
  const passkey: PasskeyRecord = {
    ...given.passkey,
    id: randomId(),
    personId: given.personId,
    label: given.label,
    createdAt: Math.floor(acting.nowMs / 1000),
    usedAt: null,
  }
  await rows.passkeys.insert(passkey)
  const evidence = signed === undefined ? {} : { evidence: signed.proof.evidence }
  const eventId = await recordEvent(rows, {
    type: 'passkey-added',
    ...eventBase(acting, undefined, { ...evidence, name: { text: passkey.label } }),
    object: { person: passkey.personId },
    members: {
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      signed: signed?.signed ?? null,
    },
  })
  return { passkey, eventId }
}

/** The challenge that a browser says it answered; nothing is believed of it. */
export function challengeIn(clientDataJson: string): string | undefined {
  const challenge = clientMember(clientDataJson, 'challenge')
  return typeof challenge === 'string' && challenge.length === 43 ? challenge : undefined
}

function isCrossOrigin(clientDataJson: string): boolean {
  return clientMember(clientDataJson, 'crossOrigin') === true || clientMember(clientDataJson, 'topOrigin') !== undefined
}

function clientMember(clientDataJson: string, name: string): unknown {
  try {
    const client: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'))
    if (typeof client !== 'object' || client === null) return undefined
    const members: Readonly<Record<string, unknown>> = { ...client }
    return members[name]
  } catch {
    return undefined
  }
}
