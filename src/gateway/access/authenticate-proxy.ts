import { type BlockList, isIP } from 'node:net'
import { equalSecrets, hash } from '#runtime/digest.ts'

/** A proxy or service that may ask, as the settings register it. `secretHash` is the hash of its secret. */
export type Caller = {
  readonly id: string
  readonly adapter: string
  readonly from: BlockList
  readonly secretHash: string
  /** What it may ask about; `undefined`: everything. */
  readonly origins: readonly string[] | undefined
}

/**
 * Who is asking: the source range and `X-Postern-Proxy-Auth: <id>:<secret>`, once, compared in constant time. There is no
 * "trust everyone": `undefined` is 403, before anything else of the request is read.
 */
export function authenticateProxy(
  callers: readonly Caller[],
  peer: string,
  presented: readonly string[] | undefined,
): Caller | undefined {
  const [credential] = presented ?? []
  if (credential === undefined || presented?.length !== 1) return undefined
  const colon = credential.indexOf(':')
  if (colon < 1) return undefined
  const caller = callers.find((each) => each.id === credential.slice(0, colon))
  // An unknown id costs the same comparison as a wrong secret.
  const fits = equalSecrets(hash(credential.slice(colon + 1)), caller?.secretHash ?? '')
  if (caller === undefined || !fits) return undefined
  const kind = isIP(peer)
  return kind !== 0 && caller.from.check(peer, kind === 6 ? 'ipv6' : 'ipv4') ? caller : undefined
}
