import { direct, type ProxyChoice, readProxyAddress, socksReason, type Way } from './proxy-choice.ts'

const mostWays = 5

/**
 * What a system says of the way to a URL, in the form of PAC files and of Electron's `resolveProxy`:
 * `PROXY host:port; HTTPS host:port; DIRECT`. What is not understood is passed over; where nothing is left, the way is
 * direct, as browsers have it.
 */
export function readPacAnswer(answer: string): ProxyChoice {
  const ways = answer.slice(0, 2000).split(';').flatMap(readWay)
  return ways.length === 0 ? direct : ways.slice(0, mostWays)
}

function readWay(text: string): readonly Way[] {
  const [, kind = '', place = ''] = /^\s*([A-Za-z0-9]+)(?:\s+(\S+))?\s*$/.exec(text) ?? []
  switch (kind.toUpperCase()) {
    case 'DIRECT':
      return place === '' ? direct : []
    case 'PROXY':
    case 'HTTP':
      return proxyAt(`http://${place}`)
    case 'HTTPS':
      return proxyAt(`https://${place}`)
    case 'SOCKS':
    case 'SOCKS4':
    case 'SOCKS5':
      return [{ kind: 'unusable', reason: socksReason }]
    default:
      return []
  }
}

/** No credentials come this way, and a port always does. */
function proxyAt(address: string): readonly Way[] {
  const proxy = /:\d{1,5}$/.test(address) && !address.includes('@') ? readProxyAddress(address) : undefined
  return proxy === undefined ? [] : [proxy]
}
