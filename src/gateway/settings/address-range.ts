import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

/** `10.0.0.0/8`, `2001:db8::/32`; a single address is `/32` or `/128`, written out. */
export function isAddressRange(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/')
  if (address === undefined || prefix === undefined || rest.length > 0) return false
  const version = isIP(address)
  if (version === 0 || address.includes('%') || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return false
  return Number(prefix) <= (version === 4 ? 32 : 128)
}

/** 127.0.0.0/8, ::1 and the name `localhost`: what never leaves the machine. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')
  return isIPv4(host) ? loopback.check(host, 'ipv4') : isIPv6(host) && loopback.check(host, 'ipv6')
}
