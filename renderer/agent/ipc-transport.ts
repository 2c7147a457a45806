import type { Transport } from '#contract/transport.ts'

declare global {
  interface Window {
    /** What the preload exposes: `ask` and `on`, nothing else. */
    readonly postern?: Transport
  }
}

/** The window's carrier. Without a preload there is nobody to ask: that is a broken build, not a state to show. */
export function ipcTransport(page: Window): Transport {
  if (page.postern === undefined) throw new Error('the preload did not expose the agent')
  return page.postern
}
