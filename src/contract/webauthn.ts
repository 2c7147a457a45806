import * as z from 'zod'
import { base64url } from './wire-types.ts'

/** The JSON forms of WebAuthn level 3 (sections 5.1.8 and 5.1.9), as much of them as the gateway reads and writes. */

const bytes = (most: number) => base64url(most).min(1)
const credentialId = bytes(1023)
const transports = z.array(z.string().max(32)).max(10)
/** What extensions answered; nothing of it is read. */
const extensionResults = z.record(z.string().max(64), z.unknown())

export const assertionJson = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: bytes(4096),
    authenticatorData: bytes(2048),
    signature: bytes(1024),
    userHandle: bytes(64).nullable().exactOptional(),
  }),
  authenticatorAttachment: z.string().max(32).nullable().exactOptional(),
  clientExtensionResults: extensionResults.exactOptional(),
})
export type AssertionJson = z.infer<typeof assertionJson>

export const registrationJson = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: bytes(4096),
    attestationObject: bytes(16_384),
    authenticatorData: bytes(4096).exactOptional(),
    transports: transports.exactOptional(),
    publicKeyAlgorithm: z.int().exactOptional(),
    publicKey: bytes(4096).nullable().exactOptional(),
  }),
  authenticatorAttachment: z.string().max(32).nullable().exactOptional(),
  clientExtensionResults: extensionResults.exactOptional(),
})
export type RegistrationJson = z.infer<typeof registrationJson>

const descriptor = z.object({ id: credentialId, type: z.literal('public-key') })

/** `PublicKeyCredentialRequestOptionsJSON`. */
export const requestOptions = z.object({
  challenge: bytes(32),
  timeout: z.int(),
  rpId: z.string().max(253),
  allowCredentials: z.array(descriptor).max(20),
  userVerification: z.literal('required'),
})
export type RequestOptions = z.infer<typeof requestOptions>

/** `PublicKeyCredentialCreationOptionsJSON`. */
export const creationOptions = z.object({
  rp: z.object({ id: z.string().max(253), name: z.string().max(80) }),
  user: z.object({ id: bytes(64), name: z.string().max(320), displayName: z.string().max(200) }),
  challenge: bytes(32),
  pubKeyCredParams: z.array(
    z.object({ type: z.literal('public-key'), alg: z.union([z.literal(-7), z.literal(-257)]) }),
  ),
  timeout: z.int(),
  excludeCredentials: z.array(descriptor).max(20),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})
export type CreationOptions = z.infer<typeof creationOptions>
