import { Failure } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'
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

/** Nothing came in time. */
export class TimeLimit extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

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
    return new Failure('gateway_unreachable', { reason: thrown.reason }, { cause: thrown })
  const code = codeOf(thrown)
  const untrusted = certificateReasons[code]?.(host, certificate)
  if (untrusted !== undefined) return new Failure('gateway_untrusted', { reason: untrusted }, { cause: thrown })
  const reason = thrown instanceof TimeLimit ? thrown.reason : (networkReasons[code]?.(host) ?? brokenReason(host))
  return new Failure('gateway_unreachable', { reason: throughProxy(reason, via) }, { cause: thrown })
}

function throughProxy(reason: Reason, via: string | undefined): Reason {
  return via === undefined ? reason : `${reason}, through the proxy ${via}. Check the proxy settings of this system`
}

const brokenReason = (host: string): Reason => `The connection to ${host} broke`

type Reasons<Args extends readonly unknown[]> = { readonly [code: string]: ((...args: Args) => Reason) | undefined }

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

function unknownAuthority(host: string, shown: ShownCertificate | undefined): Reason {
  const authority = printable(shown?.authority)
  return authority === undefined
    ? `The certificate of ${host} was issued by an authority that this system does not trust`
    : `The certificate of ${host} was issued by “${authority}”, which this system does not trust`
}

function signedByItself(host: string, shown: ShownCertificate | undefined): Reason {
  const subject = printable(shown?.subject)
  return subject === undefined
    ? `The certificate of ${host} is signed by itself, not by an authority that this system trusts`
    : `The certificate of ${host} (“${subject}”) is signed by itself, not by an authority that this system trusts`
}

function forAnotherName(host: string, shown: ShownCertificate | undefined): Reason {
  const names = printable(shown?.names)
  return names === undefined
    ? `The certificate is for another name, not for ${host}. Check the address for spelling`
    : `The certificate is for “${names}”, not for ${host}. Check the address for spelling`
}

function notPinned(host: string, shown: ShownCertificate | undefined): Reason {
  const authority = printable(shown?.authority)
  return authority === undefined
    ? `The certificate of ${host} holds none of the keys that your organisation allows. Ask whoever manages this device`
    : `The certificate of ${host}, issued by “${authority}”, holds none of the keys that your organisation allows. Ask whoever manages this device`
}

const certificateReasons: Reasons<[host: string, shown: ShownCertificate | undefined]> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  INVALID_CA: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: signedByItself,
  ERR_TLS_CERT_ALTNAME_INVALID: forAnotherName,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has run out, or the clock of this device is wrong`,
  CERT_NOT_YET_VALID: (host) => `The certificate of ${host} is not valid yet, or the clock of this device is wrong`,
  [notPinnedCode]: notPinned,
  CERT_REVOKED: (host) => `The certificate of ${host} was revoked`,
}

function codeOf(thrown: unknown): string {
  // With several addresses the last error tells no less than the others.
  if (thrown instanceof AggregateError) return codeOf(thrown.errors.at(-1))
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
}

/** A name from a certificate, as a sentence may repeat it: printable, short. */
function printable(name: string | undefined): string | undefined {
  const kept = name?.replace(/[^\p{L}\p{N} .,:*()@_/-]/gu, '').slice(0, 80)
  return kept === '' ? undefined : kept
}
