import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { type Acting, eventBase, type SignedAct } from '#gateway/people/acting.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { openText, sealText } from './sealed-text.ts'
import type { SessionPorts } from './session-ports.ts'

/** One-time codes (RFC 6238) are the way back, and sign nothing. 160 bits, SHA-1, 6 digits, 30 s: what apps understand. */
const period = 30
const pendingSeconds = 600

type Otp = typeof import('otpauth')
export const loadOtp = (): Promise<Otp> => import('otpauth')

/** Makes a secret that counts once a code of it was given. The link is told once. Inside a transaction. */
export async function beginTotp(
  rows: Pick<Rows, 'totps'>,
  otp: Otp,
  person: PersonRecord,
  { organisation, sealKey }: Pick<SessionPorts, 'organisation' | 'sealKey'>,
  now: number,
): Promise<{ readonly uri: string }> {
  const secret = new otp.Secret({ size: 20 })
  await rows.totps.put({
    personId: person.id,
    state: 'pending',
    sealed: sealText(sealKey, secret.base32, aboutOf(person.id)),
    lastStep: 0,
    madeAt: now,
  })
  return { uri: new otp.TOTP({ issuer: organisation, label: person.email, secret, period }).toString() }
}

/** The first code sets it, instead of any before. Failures: `challenge_expired` (over 10 min), `assertion_refused`. */
export async function confirmTotp(
  rows: Rows,
  otp: Otp,
  code: string,
  sealKey: Uint8Array,
  acting: Acting & { readonly person: string },
): Promise<void> {
  const now = Math.floor(acting.nowMs / 1000)
  const pending = await rows.totps.find(acting.person, 'pending')
  if (pending === undefined || pending.madeAt + pendingSeconds <= now) throw new Failure('challenge_expired', {})
  const step = stepOf(otp, openText(sealKey, pending.sealed, aboutOf(acting.person)), code, now)
  if (step === undefined) throw new Failure('assertion_refused', { cause: 'code' })
  await rows.totps.put({ ...pending, state: 'active', lastStep: step, madeAt: now })
  await rows.totps.remove(acting.person, 'pending')
  await recordEvent(rows, {
    type: 'totp-set',
    ...eventBase(acting),
    object: { person: acting.person },
    members: { signed: null },
  })
}

/** Takes the way back away. Failure `not_found`: there is none. */
export async function removeTotp(rows: Rows, acting: Acting & { readonly person: string }, signed: SignedAct) {
  await rows.totps.remove(acting.person, 'pending')
  if (!(await rows.totps.remove(acting.person, 'active'))) throw new Failure('not_found', {})
  await recordEvent(rows, {
    type: 'totp-removed',
    ...eventBase(acting, signed),
    object: { person: acting.person },
    members: { signed: signed.signed },
  })
}

/** Whether a code is of this person and moment, and was not used before; from now on it was. Inside a transaction. */
export async function takeCode(
  rows: Pick<Rows, 'totps'>,
  otp: Otp,
  personId: string,
  code: string,
  sealKey: Uint8Array,
  now: number,
): Promise<boolean> {
  const active = await rows.totps.find(personId, 'active')
  if (active === undefined) return false
  const step = stepOf(otp, openText(sealKey, active.sealed, aboutOf(personId)), code, now)
  if (step === undefined || step <= active.lastStep) return false
  await rows.totps.put({ ...active, lastStep: step })
  return true
}

/** The time step whose code this is: the present one, or one beside it. */
function stepOf(otp: Otp, secret: string, code: string, now: number): number | undefined {
  const totp = new otp.TOTP({ secret: otp.Secret.fromBase32(secret), period })
  const delta = totp.validate({ token: code, timestamp: now * 1000, window: 1 })
  return delta === null ? undefined : Math.floor(now / period) + delta
}

function aboutOf(personId: string): string {
  return `totp/${personId}`
}
