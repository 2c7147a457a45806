import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Failure } from '#domain/failure.ts'
import { networkOf } from './network-of.ts'

/** How often something may happen: `points` in `seconds`. */
type Limit = { readonly points: number; readonly seconds: number }

export const deviceLimits = {
  attestation: { points: 12, seconds: 60 },
  exception: { points: 10, seconds: 3600 },
  preview: { points: 60, seconds: 60 },
  other: { points: 30, seconds: 3600 },
  alarm: { points: 6, seconds: 3600 },
  stream: { points: 120, seconds: 60 },
} as const satisfies { readonly [name: string]: Limit }
export type DeviceLimitKind = keyof typeof deviceLimits

export type AddressLimitKind = 'nonce' | 'enrollment' | 'forgery'

export type RateLimits = {
  takeByDevice(kind: DeviceLimitKind, deviceId: string): Promise<void>
  takeByAddress(kind: AddressLimitKind, address: string): Promise<void>
  /** Throws when the address has used up this limit; takes nothing. */
  checkAddress(kind: AddressLimitKind, address: string): Promise<void>
}

/**
 * Limits by device are fixed, limits by address come from the settings (protocol.md section 12). `forgery` counts only
 * messages whose signature did not hold, so that honest devices behind one address never meet it. All throw
 * `rate_limited` with the seconds to wait. Kept in memory: each replica counts for itself.
 */
export function createRateLimits(byAddress: {
  readonly noncesPerMinute: number
  readonly enrollmentsPerHour: number
}): RateLimits {
  const device = {
    attestation: limiter('attestation', deviceLimits.attestation),
    exception: limiter('exception', deviceLimits.exception),
    preview: limiter('preview', deviceLimits.preview),
    other: limiter('other', deviceLimits.other),
    alarm: limiter('alarm', deviceLimits.alarm),
    stream: limiter('stream', deviceLimits.stream),
  } satisfies { readonly [Kind in DeviceLimitKind]: RateLimiterMemory }
  const address = {
    nonce: limiter('nonce', { points: byAddress.noncesPerMinute, seconds: 60 }),
    enrollment: limiter('enrollment', { points: byAddress.enrollmentsPerHour, seconds: 3600 }),
    forgery: limiter('forgery', { points: 600, seconds: 60 }),
  } satisfies { readonly [Kind in AddressLimitKind]: RateLimiterMemory }
  return {
    takeByDevice: (kind, deviceId) => take(device[kind], deviceId),
    takeByAddress: (kind, from) => take(address[kind], networkOf(from)),
    async checkAddress(kind, from) {
      const used = await address[kind].get(networkOf(from))
      if (used !== null && used.consumedPoints >= address[kind].points) throw limited(used.msBeforeNext)
    },
  }
}

function limiter(keyPrefix: string, { points, seconds }: Limit): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: seconds })
}

async function take(from: RateLimiterMemory, key: string): Promise<void> {
  try {
    await from.consume(key)
  } catch (refused) {
    if (refused instanceof RateLimiterRes) throw limited(refused.msBeforeNext)
    throw refused
  }
}

function limited(milliseconds: number): Failure<'rate_limited'> {
  return new Failure('rate_limited', { retry_after: Math.max(1, Math.ceil(milliseconds / 1000)) })
}
