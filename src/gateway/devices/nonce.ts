import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'

export const nonceUses = ['device', 'dpop'] as const
export type NonceUse = (typeof nonceUses)[number]

/** How long an issued nonce is sure to be taken, in seconds. */
export const nonceLifeSeconds = 240

export type Nonces = {
  /** The nonce of this moment for one key and use: 43 characters. Nothing is written. */
  issue(use: NonceUse, kid: string, nowSeconds: number): string
  /** Whether the text is a nonce issued for this key and use that has not run out. */
  accepts(nonce: unknown, use: NonceUse, kid: string, nowSeconds: number): boolean
}

const stepSeconds = 60
// One step ahead for the clock of another replica, down to four behind: a nonce lives 240 to 300 s.
const acceptedSteps = [1, 0, -1, -2, -3, -4] as const

/** Stateless, time-stepped nonces bound to a key (protocol.md section 2). Replicas that share `master` accept each other's. */
export function createNonces(master: Uint8Array, issuer: string): Nonces {
  // A key object: to find out that bytes are none costs more than the HMAC itself.
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), 'postern/nonce/1', 32)))
  const valueAt = (use: NonceUse, kid: string, step: number) => {
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(step))
    return createHmac('sha256', key).update(`${use}\0${issuer}\0${kid}\0`).update(counter).digest()
  }
  return {
    issue: (use, kid, nowSeconds) => valueAt(use, kid, stepOf(nowSeconds)).toString('base64url'),
    accepts(nonce, use, kid, nowSeconds) {
      if (typeof nonce !== 'string' || nonce.length !== 43) return false
      const given = Buffer.from(nonce, 'base64url')
      if (given.length !== 32 || given.toString('base64url') !== nonce) return false
      let found = false
      for (const offset of acceptedSteps) {
        // All six are compared: the time taken says nothing of which one fits.
        if (timingSafeEqual(given, valueAt(use, kid, Math.max(0, stepOf(nowSeconds) + offset)))) found = true
      }
      return found
    },
  }
}

function stepOf(nowSeconds: number): number {
  return Math.floor(nowSeconds / stepSeconds)
}
