import { Failure } from '#domain/failure.ts'
import { notPinnedCode } from './gateway-network.ts'
import { ProxyTrouble } from './open-tunnel.ts'

/** What is known of the certificate that a gateway showed; names are untrusted text. */
export type ShownCertificate = {
  readonly subject: string | undefined
  /** The topmost authority of the chain that was shown. */
  readonly authority: string | undefined
  /** Names it is for, as OpenSSL lists them. */
  readonly names: string | undefined
}

export class TimeLimit extends Error {}

/** Why no answer came, as a failure with a sentence that says what to do. Nothing was believed, nothing was sent twice. */
export function explainFailure(
  thrown: unknown,
  at: {
    readonly host: string
    /** The proxy between, by its name. */
    readonly via?: string | undefined
    readonly certificate?: ShownCertificate | undefined
  },
): Failure<'gateway_unreachable' | 'gateway_untrusted'> {
  const { host, via, certificate } = at
  if (thrown instanceof ProxyTrouble)
    return new Failure('gateway_unreachable', { reason: thrown.message }, { cause: thrown })
  const code = codeOf(thrown)
  const untrusted = certificateReasons[code]?.(host, certificate)
  if (untrusted !== undefined) return new Failure('gateway_untrusted', { reason: untrusted }, { cause: thrown })
  const reason =
    thrown instanceof TimeLimit ? thrown.message : (networkReasons[code]?.(host) ?? `The connection to ${host} broke`)
  const through = via === undefined ? '' : `, through the proxy ${via}. Check the proxy settings of this system`
  return new Failure('gateway_unreachable', { reason: reason + through }, { cause: thrown })
}

type Reasons<Args extends readonly unknown[]> = { readonly [code: string]: ((...args: Args) => string) | undefined }

const networkReasons: Reasons<[host: string]> = {
  ECONNREFUSED: (host) => `Nothing answers at ${host}`,
  ENOTFOUND: (host) => `The name ${host} is not known on this network`,
  EAI_AGAIN: (host) => `The name ${host} could not be looked up`,
  ENETUNREACH: () => 'There is no network',
  EHOSTUNREACH: (host) => `There is no way to ${host}`,
  ETIMEDOUT: (host) => `No connection to ${host} came about`,
  ECONNRESET: (host) => `${host} cut the connection`,
  EPIPE: (host) => `${host} cut the connection`,
  EPROTO: (host) => `What answers at ${host} does not speak TLS 1.2 or newer`,
}

const unknownAuthority = (host: string, shown: ShownCertificate | undefined) =>
  `The certificate of ${host} was issued by ${quoted(shown?.authority) ?? 'an authority'}, which this system does not trust`
const signedByItself = (host: string, shown: ShownCertificate | undefined) =>
  `The certificate of ${host}${shown?.subject === undefined ? '' : ` (${quoted(shown.subject)})`} is signed by itself, not by an authority that this system trusts`

const certificateReasons: Reasons<[host: string, shown: ShownCertificate | undefined]> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  INVALID_CA: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: signedByItself,
  ERR_TLS_CERT_ALTNAME_INVALID: (host, shown) =>
    `The certificate is for ${quoted(shown?.names) ?? 'another name'}, not for ${host}. Check the address for spelling`,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has run out, or the clock of this device is wrong`,
  CERT_NOT_YET_VALID: (host) => `The certificate of ${host} is not valid yet, or the clock of this device is wrong`,
  [notPinnedCode]: (host, shown) =>
    `The certificate of ${host}, issued by ${quoted(shown?.authority) ?? 'an authority'}, holds none of the keys that your organisation allows. Ask whoever manages this device`,
  CERT_REVOKED: (host) => `The certificate of ${host} was revoked`,
}

function codeOf(thrown: unknown): string {
  // With several addresses the last error tells no less than the others.
  if (thrown instanceof AggregateError) return codeOf(thrown.errors.at(-1))
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
}

/** A name from a certificate, as a sentence may repeat it: printable, short. */
function quoted(name: string | undefined): string | undefined {
  const printable = name?.replace(/[^\p{L}\p{N} .,:*()@_/-]/gu, '').slice(0, 80)
  return printable === undefined || printable === '' ? undefined : `“${printable}”`
}
