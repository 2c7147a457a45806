import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { type GatewayClient, gatewayClient } from '#agent/gateway-client/gateway-client.ts'
import type { MessageTyp } from '#contract/message-types.ts'
import { type Clock, systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'

export type AClient = GatewayClient & { readonly kept: { readonly typ: MessageTyp; readonly jws: string }[] }

/** A client of the real kind, over real HTTP, that has consent and keeps its copies in memory unless told otherwise. */
export function aClient(
  issuer: string,
  options: {
    readonly consented?: () => boolean
    readonly keepCopy?: (typ: MessageTyp, jws: string) => Promise<void>
    readonly clock?: Clock
  } = {},
): AClient {
  const clock = options.clock ?? systemClock()
  const kept: { typ: MessageTyp; jws: string }[] = []
  const client = gatewayClient({
    issuer,
    exchange: nodeExchange({ nowMs: clock.nowMs, setTimer: systemClock().setTimer }),
    clock,
    log: silentLog,
    isConsented: options.consented ?? (() => true),
    async keepCopy({ typ, jws }) {
      await options.keepCopy?.(typ, jws)
      kept.push({ typ, jws })
      return () => undefined
    },
  })
  return { ...client, kept }
}
