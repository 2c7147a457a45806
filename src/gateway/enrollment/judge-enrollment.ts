import type { EnrollClaims } from '#contract/enrollment.ts'
import { Failure } from '#domain/failure.ts'
import type { EnrollmentTokenRecord } from '#gateway/storage/enrollment-token-store.ts'

/**
 * Whether a token admits this device (protocol.md section 3). Unknown, used, revoked, expired, and made for another
 * serial number are told apart in the log alone: to the caller each is `enrollment_refused`.
 */
export function judgeToken(
  token: EnrollmentTokenRecord | undefined,
  claims: Pick<EnrollClaims, 'hints'>,
  now: number,
): EnrollmentTokenRecord {
  if (token === undefined) throw refused('unknown')
  if (token.usedAt !== null) throw refused('used')
  if (token.revokedAt !== null) throw refused('revoked')
  if (token.expiresAt <= now) throw refused('expired')
  if (token.until !== null && token.until <= now) throw refused('until')
  if (token.serialHash !== null && token.serialHash !== claims.hints.serial_h) throw refused('serial')
  return token
}

export function refused(cause: string): Failure<'enrollment_refused'> {
  return new Failure('enrollment_refused', { cause })
}
