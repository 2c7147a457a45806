import { gatewayApi } from '#contract/gateway-api.ts'
import { isDevelopmentIssuer } from './check-issuer.ts'

/** Where the stream is: `called` is opened, `proven` (the issuer's scheme) stands in the DPoP proof. */
export type StreamUrl = { readonly called: string; readonly proven: string }

/**
 * The address that the gateway's configuration names, where it is encrypted as the issuer is; otherwise, and where none
 * is named yet, the issuer's own.
 */
export function streamUrl(issuer: string, named: string | undefined): StreamUrl {
  const scheme = isDevelopmentIssuer(issuer) ? 'ws:' : 'wss:'
  const url = named !== undefined && URL.canParse(named) ? new URL(named) : undefined
  const isGood =
    url?.protocol === scheme && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  const called = isGood ? url.href : `${issuer}${gatewayApi.stream.path}`.replace(/^http/, 'ws')
  return { called, proven: called.replace(/^ws/, 'http') }
}
