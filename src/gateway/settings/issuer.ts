/** What an issuer may be (architecture.md section 10). `development`: plain HTTP, on loopback alone. */
export type IssuerForm =
  | { readonly kind: 'https' }
  | { readonly kind: 'development' }
  | { readonly kind: 'wrong'; readonly instead: string }

export const developmentIssuer = 'http://localhost:8180'

/** `https://host[:port]`, compared as an exact string everywhere, or a loopback form with its port written out. */
export function issuerForm(issuer: string): IssuerForm {
  const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1):([1-9]\d{0,4})$/.exec(issuer)
  if (loopback !== null)
    return Number(loopback[1]) <= 65_535 ? { kind: 'development' } : wrong('write a port of at most 65535')
  if (!URL.canParse(issuer)) return wrong('write https://host, such as https://posture.example.com')
  const { protocol, origin, hostname, username } = new URL(issuer)
  if (protocol === 'http:')
    return wrong(
      hostname === 'localhost' || hostname === '127.0.0.1'
        ? `write the port out and nothing behind it, such as ${developmentIssuer}`
        : 'write https://: plain http is for http://localhost:<port> and http://127.0.0.1:<port> alone',
    )
  if (protocol !== 'https:' || username !== '') return wrong('write https://host, such as https://posture.example.com')
  if (origin !== issuer) return wrong(`write ${origin}: lower case, no path, no slash at the end, no :443`)
  return { kind: 'https' }
}

function wrong(instead: string): IssuerForm {
  return { kind: 'wrong', instead }
}
