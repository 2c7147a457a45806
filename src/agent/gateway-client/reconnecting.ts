import { closeCodes } from '#contract/live-frames.ts'
import { backoffMs } from '#runtime/backoff.ts'

/** What a lost stream asks for before the next try. */
export type Loss = {
  /** Not before this many ms from now, whatever chance says. */
  readonly atLeastMs: number
  /** The access token is no good any more: the next try needs another. */
  readonly needsToken: boolean
}

const plain: Loss = { atLeastMs: 0, needsToken: false }

const lossByCode: { readonly [Name in keyof typeof closeCodes]: Loss } = {
  badFrame: { atLeastMs: 60_000, needsToken: false }, // we do not understand each other: no hurry
  auth: { atLeastMs: 0, needsToken: true },
  forbidden: { atLeastMs: 60_000, needsToken: true },
  idle: plain,
  replaced: { atLeastMs: 60_000, needsToken: false }, // two of us would push each other out for ever
  slow: plain,
  rate: { atLeastMs: 60_000, needsToken: false },
  restart: plain,
}

/** What a close code asks for; an unknown one is a plain loss. */
export function lossOf(code: number): Loss {
  const name = closeNames.find((candidate) => closeCodes[candidate] === code)
  return name === undefined ? plain : lossByCode[name]
}

const closeNames = [
  'badFrame',
  'auth',
  'forbidden',
  'idle',
  'replaced',
  'slow',
  'rate',
  'restart',
] as const satisfies readonly (keyof typeof closeCodes)[]

const firstMs = 1000
const longestMs = { usually: 60_000, afterTenFailures: 15 * 60_000 } as const
const patience = 10

/** Full jitter, 1 s doubling to 60 s, after ten failures to 15 min (protocol.md section 9); never below what was asked. */
export function nextTryMs(failures: number, loss: Loss, random: () => number): number {
  const longest = failures < patience ? longestMs.usually : longestMs.afterTenFailures
  return loss.atLeastMs + backoffMs(failures, { firstMs, longestMs: longest }, random)
}
