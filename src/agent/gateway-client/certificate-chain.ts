import { createHash, X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate } from 'node:tls'

const longestChain = 10

/** The certificate and those above it, each signed by the next: what was verified, and nothing that was only sent along. */
export function signedChain(shown: DetailedPeerCertificate): readonly X509Certificate[] {
  const chain = [new X509Certificate(shown.raw)]
  for (let at = shown; chain.length < longestChain; ) {
    const above: DetailedPeerCertificate | undefined = at.issuerCertificate
    const below = chain.at(-1)
    if (above === undefined || above === at || below === undefined) break // a root is its own issuer
    const next = new X509Certificate(above.raw)
    if (next.fingerprint256 === below.fingerprint256 || !below.verify(next.publicKey)) break
    chain.push(next)
    at = above
  }
  return chain
}

/** `sha256/` pins of RFC 7469, with or without the prefix: whether one of them is the key of a certificate of the chain. */
export function isPinned(chain: readonly X509Certificate[], pins: readonly string[]): boolean {
  const wanted = new Set(pins.map((pin) => pin.replace(/^sha256\//, '')))
  return chain.some((one) => wanted.has(keyDigest(one)))
}

/** SHA-256 of the SubjectPublicKeyInfo, base64 (RFC 7469, section 2.4). */
export function keyDigest(of: X509Certificate): string {
  return createHash('sha256')
    .update(of.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
}

/**
 * Whether a chain ends at an authority that is publicly known: one of `roots` (PEM), or its key where another authority
 * signed it too. The roots are read when first needed; what was found of a certificate is kept while it is shown again.
 */
export function publiclyKnown(roots: readonly string[]): (chain: readonly X509Certificate[]) => boolean {
  let read: readonly X509Certificate[] | undefined
  let last: { readonly fingerprint: string; readonly isKnown: boolean } | undefined
  return (chain) => {
    const fingerprint = chain.map((one) => one.fingerprint256).join()
    if (last?.fingerprint === fingerprint) return last.isKnown
    read ??= roots.map((pem) => new X509Certificate(pem))
    const isKnown = chain.some((one) => {
      const of = (subject: string) => read?.filter((root) => root.subject === subject) ?? []
      const isBelow = of(one.issuer).some((root) => one.verify(root.publicKey))
      return isBelow || of(one.subject).some((root) => root.publicKey.equals(one.publicKey))
    })
    last = { fingerprint, isKnown }
    return isKnown
  }
}
