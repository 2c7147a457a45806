import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Failure } from '#domain/failure.ts'
import { networkOf } from './network-of.ts'

export type ConsoleFigures = {
  readonly [Kind in 'read' | 'write' | 'open' | 'try']: { readonly points: number; readonly seconds: number }
}

/** Per session reads and writes; per address all calls that need no session; per link, step-up or code wrong tries. */
export const consoleFigures: ConsoleFigures = {
  read: { points: 600, seconds: 60 },
  write: { points: 60, seconds: 60 },
  open: { points: 30, seconds: 60 },
  try: { points: 5, seconds: 3600 },
}

export type ConsoleLimits = {
  takeBySession(kind: 'read' | 'write', sessionId: string): Promise<void>
  takeByAddress(address: string): Promise<void>
  /** Throws once so many tries went wrong; takes nothing. */
  checkTries(key: string): Promise<void>
  countTry(key: string): Promise<void>
}

/** All throw `rate_limited` with the seconds to wait. Kept in memory: each replica counts for itself. */
export function createConsoleLimits(figures: ConsoleFigures = consoleFigures): ConsoleLimits {
  const limiter = (keyPrefix: keyof ConsoleFigures) =>
    new RateLimiterMemory({ keyPrefix, points: figures[keyPrefix].points, duration: figures[keyPrefix].seconds })
  const session = { read: limiter('read'), write: limiter('write') } as const
  const open = limiter('open')
  const tries = limiter('try')
  return {
    takeBySession: (kind, sessionId) => take(session[kind], sessionId),
    takeByAddress: (address) => take(open, networkOf(address)),
    async checkTries(key) {
      const used = await tries.get(key)
      if (used !== null && used.consumedPoints >= figures.try.points) throw limited(used.msBeforeNext)
    },
    async countTry(key) {
      await take(tries, key).catch(() => undefined) // the next check says so
    },
  }
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
