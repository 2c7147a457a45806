import { Failure } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'

const longest = 300
const developmentForm = /^http:\/\/(?:localhost|127\.0\.0\.1):([1-9]\d{0,4})$/
const httpsForm = /^https:\/\/[a-z0-9.\-[\]:]+$/

/** Whether this is one of the loopback addresses that development alone may use (architecture.md section 10). */
export function isDevelopmentIssuer(issuer: string): boolean {
  const port = developmentForm.exec(issuer)?.[1]
  return port !== undefined && Number(port) <= 65_535
}

/**
 * The issuer itself where it is `https://host[:port]` spelled in the one way that is compared, or a loopback form in
 * development mode. Everything else throws `issuer_not_allowed` with what to do.
 */
export function checkIssuer(issuer: string, development: boolean): string {
  const reason = whyNot(issuer, development)
  if (reason === undefined) return issuer
  throw new Failure('issuer_not_allowed', { issuer: shown(issuer), reason })
}

function whyNot(issuer: string, development: boolean): Reason | undefined {
  if (isDevelopmentIssuer(issuer))
    return development
      ? undefined
      : 'It is not encrypted and for development alone: give the gateway a certificate and an https address, or start the agent with --development'
  if (issuer.startsWith('http:'))
    return 'It is not encrypted. Ask your administrator for an address that begins with https://'
  if (issuer.length > longest || !URL.canParse(issuer) || !issuer.startsWith('https:'))
    return 'An address looks like https://posture.example.com. Ask your administrator for it'
  const { origin } = new URL(issuer)
  if (httpsForm.test(issuer) && origin === issuer) return undefined
  return origin.startsWith('https://') ? `It must be spelled ${shown(origin)}` : 'It is not the address of a gateway'
}

/** Text from outside, as a sentence may repeat it. */
function shown(text: string): string {
  return text.replace(/[^!-~]/g, '?').slice(0, 200)
}
