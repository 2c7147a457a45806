import { BlockList, isIP, isIPv6 } from 'node:net'
import { isAddressRange } from '#gateway/settings/address-range.ts'

export type FrontProxy = { readonly from: readonly string[]; readonly clientAddressHeader: string }

export type RequestOrigin = {
  readonly peer: string
  /** The raw value of a header, all lines joined as they came; `undefined` when absent. */
  readonly header: (name: string) => string | undefined
}

/**
 * The address that limits count by: the peer's, or, where the peer is a front proxy of the settings, the last hop that
 * this proxy wrote. A header from anybody else says nothing, and one that is no address falls back to the peer.
 */
export function clientAddressReader(proxies: readonly FrontProxy[]): (origin: RequestOrigin) => string {
  const known = proxies.map((proxy) => ({
    ranges: rangesOf(proxy.from),
    header: proxy.clientAddressHeader.toLowerCase(),
  }))
  return ({ peer, header }) => {
    const address = unmapped(peer)
    for (const proxy of known) {
      if (!contains(proxy.ranges, address)) continue
      const last = header(proxy.header)?.split(',').at(-1)?.trim()
      return last !== undefined && isIP(last) !== 0 ? unmapped(last) : address
    }
    return address
  }
}

/** CIDR ranges as one list. Throws a TypeError on anything that is none. */
export function rangesOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    // An absent prefix would count as 0 and hold every address.
    if (!isAddressRange(range)) throw new TypeError(`not an address range: ${range}`)
    const [network = '', prefix = ''] = range.split('/')
    list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4')
  }
  return list
}

export function contains(ranges: BlockList, address: string): boolean {
  const kind = isIP(address)
  return kind !== 0 && ranges.check(address, kind === 6 ? 'ipv6' : 'ipv4')
}

/** An IPv4 address that came in over an IPv6 socket, as itself. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}
