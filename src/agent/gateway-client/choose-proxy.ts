import { direct, type ProxyChoice, readProxyAddress } from './proxy-choice.ts'

/** What managed settings say of proxies (desktop.md section 15). */
export type ProxySettings = {
  readonly ProxyMode: 'system' | 'direct' | 'fixed'
  readonly ProxyUrl?: string | undefined
}

const noneFixed = {
  kind: 'unusable',
  reason:
    'The settings of your organisation ask for a fixed proxy and name none. Ask whoever manages this device to set ProxyUrl',
} as const

/** The way to a URL: managed settings first, else what the system says. A gateway on this machine needs no proxy. */
export async function chooseProxy(
  settings: ProxySettings,
  system: (url: string) => Promise<ProxyChoice>,
  url: string,
): Promise<ProxyChoice> {
  if (isOnThisMachine(new URL(url).hostname) || settings.ProxyMode === 'direct') return direct
  if (settings.ProxyMode === 'system') return system(url)
  const proxy = settings.ProxyUrl === undefined ? undefined : readProxyAddress(settings.ProxyUrl)
  return [proxy ?? noneFixed]
}

function isOnThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
