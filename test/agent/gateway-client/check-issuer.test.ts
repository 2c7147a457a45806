import { describe, expect, it } from 'vitest'
import { checkIssuer, isDevelopmentIssuer } from '#agent/gateway-client/check-issuer.ts'
import { Failure } from '#domain/failure.ts'

function reason(issuer: string, development: boolean): string {
  try {
    checkIssuer(issuer, development)
  } catch (thrown) {
    if (thrown instanceof Failure && 'reason' in thrown.details) return String(thrown.details.reason)
    throw thrown
  }
  return 'accepted'
}

describe('the address of a gateway', () => {
  it.each([
    'https://gate.example.com',
    'https://gate.example.com:8443',
    'https://10.0.0.1',
    'https://[2001:db8::1]:8443',
  ])('%s is taken as it is', (issuer) => {
    expect(checkIssuer(issuer, false)).toBe(issuer)
    expect(checkIssuer(issuer, true)).toBe(issuer)
  })

  it.each([
    'https://gate.example.com/',
    'https://gate.example.com/path',
    'https://Gate.example.com',
    'https://gate.example.com:443',
    'https://gate.example.com:08443',
    'https://user@gate.example.com',
    'https://gate.example.com?x',
    'https://gate.example.com#x',
    'https://gäte.example.com',
    ' https://gate.example.com',
    'https://',
    'https:gate.example.com',
    'ftp://gate.example.com',
    'javascript:alert(1)',
    `https://${'a'.repeat(300)}.example.com`,
  ])('%s is refused, in development as well', (issuer) => {
    expect(reason(issuer, false)).not.toBe('accepted')
    expect(reason(issuer, true)).not.toBe('accepted')
  })

  it('names the spelling that counts', () => {
    expect(reason('https://gate.example.com:443', false)).toContain('https://gate.example.com')
  })

  it.each(['http://localhost:8180', 'http://127.0.0.1:1', 'http://localhost:65535'])(
    '%s is for development alone, and the refusal says so',
    (issuer) => {
      expect(checkIssuer(issuer, true)).toBe(issuer)
      expect(isDevelopmentIssuer(issuer)).toBe(true)
      expect(reason(issuer, false)).toContain('--development')
    },
  )

  it.each([
    'http://localhost',
    'http://localhost:0',
    'http://localhost:65536',
    'http://localhost:8180/',
    'http://127.0.0.2:8180',
    'http://[::1]:8180',
    'http://gate.example.com:8180',
    'http://localhost.example.com:8180',
    'http://localhost:8180@evil.example',
  ])('%s is no loopback form of ours', (issuer) => {
    expect(reason(issuer, true)).not.toBe('accepted')
  })
})
