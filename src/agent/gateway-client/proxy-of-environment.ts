import { direct, isSocks, type ProxyChoice, readProxyAddress, socksReason } from './proxy-choice.ts'

type Environment = { readonly [name: string]: string | undefined }

/**
 * The way that `HTTPS_PROXY` and `NO_PROXY` name (either case; small letters win). A value that names no proxy is no way
 * at all: it is said, never passed over.
 */
export function proxyOfEnvironment(environment: Environment, url: string): ProxyChoice {
  const named = variable(environment, 'https_proxy')
  if (named === undefined || isExcepted(variable(environment, 'no_proxy') ?? '', new URL(url))) return direct
  const proxy = readProxyAddress(named)
  if (proxy !== undefined) return [proxy]
  if (isSocks(named)) return [{ kind: 'unusable', reason: socksReason }]
  return [{ kind: 'unusable', reason: 'HTTPS_PROXY names no proxy. Its form is http://proxy.example.com:8080' }]
}

function variable(environment: Environment, name: string): string | undefined {
  const value = (environment[name] || environment[name.toUpperCase()])?.trim()
  return value === '' ? undefined : value
}

/**
 * Names between commas or blanks: `*` is everything, `example.com`, `.example.com` and `*.example.com` are that name and
 * what lies below it, an address is itself; with `:port` only that port.
 */
export function isExcepted(list: string, url: URL): boolean {
  const host = bare(url.hostname)
  const port = url.port === '' ? '443' : url.port
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true
    const [, name = '', entryPort] =
      /^(\[[^\]]+\]|[^:]+|[^:]*:[^:]*:.*)(?::(\d{1,5}))?$/.exec(entry.toLowerCase()) ?? []
    if (name === '' || (entryPort !== undefined && entryPort !== port)) return false
    const excepted = bare(name.replace(/^\*?\./, ''))
    return excepted !== '' && (host === excepted || host.endsWith(`.${excepted}`))
  })
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
