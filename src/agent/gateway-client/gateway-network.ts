import type { Agent } from 'node:https'
import type { Duplex } from 'node:stream'
import { checkServerIdentity, type DetailedPeerCertificate, rootCertificates } from 'node:tls'
import { type Clock, pause } from '#runtime/clock.ts'
import { nodeHttps } from '#runtime/node-http.ts'
import { isPinned, publiclyKnown, signedChain } from './certificate-chain.ts'
import { openTunnel, ProxyTrouble } from './open-tunnel.ts'
import { direct, type ProxyChoice, proxyName, type Way } from './proxy-choice.ts'

/** How gateways are reached over TLS, for requests and the stream alike. */
export type GatewayNetwork = {
  /**
   * Makes one connection to the host of `url`: through a proxy where one is to be used, its certificate always verified
   * against the gateway's own name. `onWay` is told before each attempt, with how it is called where it is not direct.
   */
  agent(url: string, onWay?: (via: string | undefined) => void): Agent
  /** Whether the newest chain that was verified ends at an authority that is not publicly known; undefined before one. */
  isInspected(): boolean | undefined
  /** For diagnostics: what would be tried to reach `url`, in order. `direct`, the name of a proxy, or why there is none. */
  nameWays(url: string): Promise<readonly string[]>
}

/** The code of the error when a gateway shows none of the keys that an organisation pinned. */
export const notPinnedCode = 'POSTERN_NOT_PINNED'

const choiceMs = 3000

export function gatewayNetwork(ports: {
  readonly clock: Clock
  /** The way to a URL; direct where nobody says. */
  readonly choose?: (url: string) => Promise<ProxyChoice>
  /** SHA-256 of public keys, one of which must be in the chain (RFC 7469); empty: any will do. */
  readonly pins?: () => readonly string[]
  /** Authorities that are publicly known, as PEM. */
  readonly publicRoots?: readonly string[]
}): GatewayNetwork {
  const { clock, choose = () => Promise.resolve(direct), pins = () => [], publicRoots = rootCertificates } = ports
  const isKnown = publiclyKnown(publicRoots)
  let isInspected: boolean | undefined

  function check(host: string, certificate: DetailedPeerCertificate): Error | undefined {
    const fault = checkServerIdentity(host, certificate)
    if (fault !== undefined) return fault
    const chain = signedChain(certificate)
    if (pins().length > 0 && !isPinned(chain, pins()))
      return Object.assign(new Error('none of the pinned keys'), { code: notPinnedCode })
    isInspected = !isKnown(chain)
    return undefined
  }
  async function waysTo(url: string): Promise<ProxyChoice> {
    const limit = new AbortController()
    const late = pause(clock, choiceMs, limit.signal).then((): ProxyChoice => [{ kind: 'unusable', reason: noWord }])
    const chosen = choose(url).catch((): ProxyChoice => [{ kind: 'unusable', reason: noWord }])
    const ways = await Promise.race([chosen, late])
    limit.abort()
    return ways
  }

  return {
    agent(url, onWay = () => {}) {
      // Without kept sessions every connection shows its certificates, so that pins of this moment count.
      // Said aloud: left to its default, a variable of the environment could switch verification off.
      const agent = new nodeHttps.Agent({ keepAlive: false, maxCachedSessions: 0, rejectUnauthorized: true })
      const connect = agent.createConnection.bind(agent)
      const target = targetOf(url)
      const open = async (options: Parameters<Agent['createConnection']>[0]): Promise<Duplex> => {
        let trouble: ProxyTrouble | undefined
        for (const way of await waysTo(url)) {
          onWay(viaOf(way))
          try {
            const through = way.kind === 'proxy' ? { socket: await openTunnel(way, target, clock) } : {}
            if (way.kind === 'unusable') throw new ProxyTrouble(way.reason, true)
            const socket = connect({ ...options, ...through, checkServerIdentity: check })
            if (socket) return socket
          } catch (thrown) {
            if (!(thrown instanceof ProxyTrouble) || !thrown.isAbsent) throw thrown
            trouble ??= thrown
          }
        }
        throw trouble ?? new ProxyTrouble(noWord)
      }
      agent.createConnection = (options, callback) => {
        if (callback === undefined) return connect({ ...options, checkServerIdentity: check })
        open(options).then(
          (socket) => callback(null, socket),
          (thrown: unknown) => Reflect.apply(callback, undefined, [thrown]), // no stream came about
        )
        return undefined
      }
      return agent
    },
    isInspected: () => isInspected,
    nameWays: async (url) =>
      (await waysTo(url)).map((way) => (way.kind === 'unusable' ? way.reason : (viaOf(way) ?? 'direct'))),
  }
}

const noWord = 'This system does not say whether a proxy is to be used. Try again'

function viaOf(way: Way): string | undefined {
  return way.kind === 'proxy' ? proxyName(way) : undefined
}

/** As it stands in CONNECT: an IPv6 address in brackets, and always the port. */
function targetOf(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port === '' ? '443' : port}`
}
