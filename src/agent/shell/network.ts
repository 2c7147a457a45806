import { session } from 'electron'
import { readPacAnswer } from '#agent/gateway-client/read-pac-answer.ts'
import type { NetworkPort } from '#agent/ports.ts'

/** Proxies as the system's settings have them, PAC files included. Electron is asked, and opens nothing itself. */
export function networkPort(ready: Promise<unknown>): NetworkPort {
  return {
    async proxyFor(url) {
      await ready
      return readPacAnswer(await session.defaultSession.resolveProxy(url))
    },
  }
}
