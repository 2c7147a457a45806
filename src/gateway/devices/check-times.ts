import { Failure } from '#domain/failure.ts'

/** How far a device's clock may be behind and ahead of the gateway's, in seconds, and how long a message may live. */
export const clockWindow = { behindSeconds: 300, aheadSeconds: 60, longestLifeSeconds: 300 } as const

/** `iat` within −300 s…+60 s, `exp` not past and at most 300 s after `iat`; both safe integers. Throws `clock_skew`. */
export function checkTimes(iat: unknown, exp: unknown, nowSeconds: number): void {
  const good =
    isTime(iat) &&
    isTime(exp) &&
    iat >= nowSeconds - clockWindow.behindSeconds &&
    iat <= nowSeconds + clockWindow.aheadSeconds &&
    exp > nowSeconds &&
    exp >= iat &&
    exp <= iat + clockWindow.longestLifeSeconds
  if (!good) throw new Failure('clock_skew', {})
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
