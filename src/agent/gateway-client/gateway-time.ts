import { type Clock, secondsNow } from '#runtime/clock.ts'

/** The gateway's time as far as its `Date` headers tell: its clock decides, and laptops wake with wrong ones. */
export type GatewayTime = {
  /** Unix seconds. */
  nowSeconds(): number
  /** How far the gateway is ahead of this device, in seconds; within two it counts as none. */
  aheadSeconds(): number
  /** `sentAtMs` and `receivedAtMs` are this device's times around the exchange that carried the header. */
  learn(date: string | undefined, sentAtMs: number, receivedAtMs: number): void
}

const noticeableMs = 2000

export function gatewayTime(clock: Pick<Clock, 'nowMs'>): GatewayTime {
  let ahead = 0
  return {
    nowSeconds: () => secondsNow(clock) + ahead,
    aheadSeconds: () => ahead,
    learn(date, sentAtMs, receivedAtMs) {
      const said = date === undefined ? Number.NaN : Date.parse(date)
      if (Number.isNaN(said)) return
      // The header counts whole seconds and was written somewhere between the two times.
      const difference = said + 500 - (sentAtMs + receivedAtMs) / 2
      ahead = Math.abs(difference) <= noticeableMs ? 0 : Math.round(difference / 1000)
    },
  }
}
