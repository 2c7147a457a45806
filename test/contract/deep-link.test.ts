import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enrollmentLink, maxLinkBytes, parseDeepLink } from '#contract/deep-link.ts'
import { issuer } from '#contract/wire-types.ts'

const code = 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'
const id = 'Zk3vQ0mXr8LwT1yHc9bNeg'
const server = 'https://gate.example.com'
const enroll = `postern://enroll?server=${encodeURIComponent(server)}&code=${code}`

describe('A link of ours', () => {
  it.each([
    [enroll, { kind: 'enroll', server, code }],
    [`${enroll}&kid=${code}`, { kind: 'enroll', server, code, kid: code }],
    [`postern://enroll?code=${code}&server=${server}:8443`, { kind: 'enroll', server: `${server}:8443`, code }],
    [`postern://enroll/?server=${server}&code=${code}`, { kind: 'enroll', server, code }],
    [`postern://signed-in?state=${id}&code=${code}`, { kind: 'signed-in', state: id, code }],
    [`postern://handoff?id=${id}`, { kind: 'handoff', id }],
    ['postern://show?screen=privacy', { kind: 'show', screen: 'privacy' }],
    ['postern://show?screen=status&check=firewall', { kind: 'show', screen: 'status', check: 'firewall' }],
    [
      'postern://show?screen=exceptions&request=01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
      { kind: 'show', screen: 'exceptions', request: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771' },
    ],
  ])('is read: %s', (link, read) => {
    expect(parseDeepLink(link)).toEqual(read)
  })

  it('is made so that it is read as what it was made from', () => {
    const host = fc.stringMatching(/^[a-z0-9]{1,20}(\.[a-z0-9]{1,10}){0,3}$/)
    const token = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'))
    fc.assert(
      fc.property(
        host,
        fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
        token,
        fc.option(token, { nil: undefined }),
        (name, port, secret, kid) => {
          const address = `https://${name}${port === undefined ? '' : `:${port}`}`
          expect(issuer.safeParse(address).success).toBe(true)
          expect(parseDeepLink(enrollmentLink(address, secret, kid))).toEqual({
            kind: 'enroll',
            server: address,
            code: secret,
            ...(kid === undefined ? {} : { kid }),
          })
        },
      ),
    )
  })
})

describe('A link that somebody made', () => {
  it.each([
    ['nothing', ''],
    ['another scheme', `https://enroll?server=${server}&code=${code}`],
    ['a scheme in capitals', enroll.replace('postern', 'POSTERN')],
    ['a host in capitals', enroll.replace('enroll', 'Enroll')],
    ['an unknown host', `postern://unenroll?server=${server}&code=${code}`],
    ['no slashes', enroll.replace('//', '')],
    ['user info', enroll.replace('://', '://user@')],
    ['a port', enroll.replace('enroll?', 'enroll:80?')],
    ['a path', enroll.replace('enroll?', 'enroll/now?')],
    ['two slashes behind the host', enroll.replace('enroll?', 'enroll//?')],
    ['a fragment', `${enroll}#x`],
    ['an empty query', 'postern://enroll?'],
    ['no query', 'postern://enroll'],
    ['a second question mark', enroll.replace('?', '??')],
    ['a missing code', `postern://enroll?server=${server}`],
    ['a missing server', `postern://enroll?code=${code}`],
    ['a code twice', `${enroll}&code=${code}`],
    ['a code twice, one of them escaped', `${enroll}&c%6Fde=${code}`],
    ['an unknown parameter', `${enroll}&run=calc`],
    ['a parameter called like a method', `${enroll}&constructor=x`],
    ['a parameter called __proto__', `${enroll}&__proto__=x`],
    ['an empty pair', `${enroll}&`],
    ['a pair with two equal signs', `postern://handoff?id=${id}=`],
    ['a broken escape', `${enroll}&kid=%zz`],
    ['an escape that is no UTF-8', enroll.replace('gate', '%ff')],
    ['a space', `${enroll} `],
    ['a line break', `${enroll}\n`],
    ['an escaped line break behind the code', `${enroll}%0A`],
    ['a NUL', `${enroll}%00`],
    ['a letter of another alphabet', enroll.replace('gate', 'g\u0430te')],
    ['an escaped letter of another alphabet', enroll.replace('gate', 'g%D0%B0te')],
    ['a server with a path', `postern://enroll?server=${server}/x&code=${code}`],
    ['a server with user info', `postern://enroll?server=https://gate.example.com@evil.example&code=${code}`],
    ['a server with a backslash', `postern://enroll?server=https://evil.example%5C.gate.example.com&code=${code}`],
    ['a server that is a script', `postern://enroll?server=javascript:alert(1)&code=${code}`],
    ['a server that is a file', `postern://enroll?server=file:///etc/passwd&code=${code}`],
    ['a short code', `postern://enroll?server=${server}&code=${code.slice(1)}`],
    ['a code whose unused bits are set', `postern://enroll?server=${server}&code=${code.slice(0, -1)}V`],
    ['a long handoff id', `postern://handoff?id=${id}A`],
    ['more than an id for a handoff', `postern://handoff?id=${id}&server=${server}`],
    ['an unknown screen', 'postern://show?screen=terminal'],
    ['a check with a slash', 'postern://show?screen=status&check=a%2Fb'],
    ['a request that is no id', 'postern://show?screen=status&request=1'],
    ['a link of more than 512 bytes', `postern://show?screen=status&check=${'a'.repeat(maxLinkBytes)}`],
  ])('is refused: %s', (_what, link) => {
    expect(parseDeepLink(link)).toBeUndefined()
  })

  it('never throws, and what is read has only what its kind allows', () => {
    const part = fc.constantFrom(
      'postern://',
      'enroll',
      'handoff',
      'show',
      'signed-in',
      '?',
      '&',
      '=',
      '/',
      '#',
      '%',
      '%41',
      'server',
      'code',
      'id',
      'screen',
      'status',
      'state',
      id,
      code,
      server,
      'a',
      '\u00e9',
      '\0',
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 14 }).map((parts) => parts.join('')),
        (link) => {
          const read = parseDeepLink(link)
          if (read?.kind === 'enroll') expect(issuer.safeParse(read.server).success).toBe(true)
        },
      ),
      { numRuns: 5000 },
    )
  })
})
