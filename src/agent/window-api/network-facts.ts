import type { GatewayNetwork } from '#agent/gateway-client/gateway-network.ts'
import type { ShellFact } from '#agent/ports.ts'

/** For diagnostics: the ways to the gateway, and whether somebody reads along on them. Plain HTTP stays on this machine. */
export async function networkFacts(
  network: Pick<GatewayNetwork, 'nameWays' | 'isInspected'>,
  issuer: string | undefined,
): Promise<readonly ShellFact[]> {
  const ways = issuer?.startsWith('https:') === true ? await network.nameWays(issuer) : []
  const inspected = network.isInspected()
  return [
    { name: 'proxy', value: ways.length === 0 ? '-' : ways.join('; ') },
    { name: 'tls_inspected', value: inspected === undefined ? '?' : inspected ? 'yes' : 'no' },
  ]
}
