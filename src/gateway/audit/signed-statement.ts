import { createHash, type KeyObject } from 'node:crypto'
import type { Evidence } from '#contract/audit-attachments.ts'
import { challengeText, type StatementLabel, type Statements } from '#domain/exceptions/statements.ts'
import { type AssertionVerdict, verifyAssertion } from './verify-assertion.ts'

/** What a passkey has to sign for an act: SHA-256 over label and statement (exceptions.md section 7), 32 bytes. */
export function challengeOf<Label extends StatementLabel>(label: Label, statement: Statements[Label]): Uint8Array {
  return createHash('sha256').update(challengeText(label, statement)).digest()
}

/** Where assertions of a gateway come from: its issuer, and the host of it as RP id. */
export type RelyingParty = { readonly origin: string; readonly rpId: string }

export function relyingPartyOf(issuer: string): RelyingParty {
  return { origin: issuer, rpId: new URL(issuer).hostname }
}

/** The relying party of a log: `https://` and the log's id up to its first slash, `http://` for `localhost` (audit.md section 14.3). */
export function relyingPartyOfLog(logId: string): RelyingParty {
  const [authority = ''] = logId.split('/')
  const host = authority.replace(/:[0-9]+$/, '')
  return relyingPartyOf(`${host === 'localhost' ? 'http' : 'https'}://${authority}`)
}

/**
 * Whether evidence proves that the holder of a credential signed exactly this challenge. `counter` is the last one seen,
 * left out offline; `key` is the evidence's own, where it was read before.
 */
export function verifyEvidence(
  evidence: Evidence,
  challenge: Uint8Array,
  { origin, rpId }: RelyingParty,
  counter?: number,
  key?: KeyObject,
): AssertionVerdict {
  const bytes = (text: string) => Buffer.from(text, 'base64url')
  return verifyAssertion(
    {
      clientDataJson: bytes(evidence.client_data_json),
      authenticatorData: bytes(evidence.authenticator_data),
      signature: bytes(evidence.signature),
    },
    {
      challenge,
      origin,
      rpId,
      publicKey: key ?? bytes(evidence.public_key),
      ...(counter === undefined ? {} : { counter }),
    },
  )
}
