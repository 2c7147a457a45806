import type * as z from 'zod'
import { attestationClaims } from './attestation-claims.ts'
import { activateClaims, enrollClaims, rotateClaims, rotateKeyClaims, unenrollClaims } from './enrollment.ts'
import {
  exceptionActionClaims,
  exceptionDecisionClaims,
  exceptionPreviewClaims,
  exceptionRequestClaims,
  handoffClaims,
} from './exceptions.ts'
import {
  accessTokenClaims,
  agentConfigClaims,
  chainStateClaims,
  dpopClaims,
  keySetClaims,
  postureAssertionClaims,
  postureResultClaims,
  securityEventClaims,
} from './gateway-messages.ts'

/** Which key a header names: by thumbprint, or in full where the key is not known yet. */
export type HeaderKey = 'kid' | 'jwk'

type MessageType = { readonly key: HeaderKey; readonly claims: z.ZodType }

/** Every signed message: its `typ`, the one key member its header may have beside `alg` and `typ`, and its payload. */
export const messageTypes = {
  'eat+jwt': { key: 'kid', claims: attestationClaims },
  'enroll+jwt': { key: 'jwk', claims: enrollClaims },
  'activate+jwt': { key: 'kid', claims: activateClaims },
  'exception-request+jwt': { key: 'kid', claims: exceptionRequestClaims },
  'exception-preview+jwt': { key: 'kid', claims: exceptionPreviewClaims },
  'exception-action+jwt': { key: 'kid', claims: exceptionActionClaims },
  'handoff+jwt': { key: 'kid', claims: handoffClaims },
  'unenroll+jwt': { key: 'kid', claims: unenrollClaims },
  'rotate+jwt': { key: 'kid', claims: rotateClaims },
  'rotate-key+jwt': { key: 'jwk', claims: rotateKeyClaims },
  'dpop+jwt': { key: 'jwk', claims: dpopClaims },
  'at+jwt': { key: 'kid', claims: accessTokenClaims },
  'posture-result+jwt': { key: 'kid', claims: postureResultClaims },
  'agent-config+jwt': { key: 'kid', claims: agentConfigClaims },
  'exception-decision+jwt': { key: 'kid', claims: exceptionDecisionClaims },
  'chain-state+jwt': { key: 'kid', claims: chainStateClaims },
  'key-set+jwt': { key: 'kid', claims: keySetClaims },
  'posture-assertion+jwt': { key: 'kid', claims: postureAssertionClaims },
  'secevent+jwt': { key: 'kid', claims: securityEventClaims },
} as const satisfies Record<string, MessageType>

export type MessageTyp = keyof typeof messageTypes
export type ClaimsOf<Typ extends MessageTyp> = z.infer<(typeof messageTypes)[Typ]['claims']>
