import { createECDH, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import {
  base64url,
  compactJws,
  deviceUrn,
  id22,
  id43,
  issuer,
  publicJwk,
  semver,
  softwareVersion,
  sueid,
  time,
  uuid,
  uuid7,
} from '#contract/wire-types.ts'
import { delegateJwk, deviceJwk } from '#test/support/a-wire.ts'

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success

describe('The small types of the wire', () => {
  it.each([
    ['id22', id22, ['Zk3vQ0mXr8LwT1yHc9bNeg', 'AAAAAAAAAAAAAAAAAAAAAA']],
    ['id43', id43, ['oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U']],
    ['uuid7', uuid7, ['01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1']],
    ['uuid', uuid, ['01998a6e-7c3b-4d1e-9f52-3a7b64c0d8e1']],
    ['deviceUrn', deviceUrn, ['urn:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1']],
    ['sueid', sueid, ['AZ08Hwt6Xkwti28QITJDVGo']],
    [
      'issuer',
      issuer,
      [
        'https://gate.example.com',
        'https://gate.example.com:8443',
        'http://localhost:8180',
        'https://[2001:db8::1]:8443',
        'https://xn--bcher-kva.example',
        'https://10.0.0.1',
      ],
    ],
    ['semver', semver, ['1.0.0', '0.0.0', '10.20.30-rc.1+build.5', '1.0.0-alpha-1', '1.0.0+20130313144700']],
    ['softwareVersion', softwareVersion, [['1.0.0', 16384]]],
    ['compactJws', compactJws, ['e30.e30.AA']],
    ['time', time, [0, 1_795_510_812]],
    ['base64url', base64url(3), ['', 'Zg', 'Zm9v']],
  ] as const)('%s takes what it should', (_name, schema, values) => {
    for (const value of values) expect(takes(schema, value), String(value)).toBe(true)
  })

  it.each([
    [
      'id22',
      id22,
      [
        '',
        'Zk3vQ0mXr8LwT1yHc9bNe',
        'Zk3vQ0mXr8LwT1yHc9bNegA',
        'Zk3vQ0mXr8LwT1yHc9bNeh',
        'Zk3vQ0mXr8LwT1yHc9bNe=',
        'Zk3vQ0mXr8LwT1yHc9bNeg\n',
        ' Zk3vQ0mXr8LwT1yHc9bNe',
      ],
    ],
    [
      'id43',
      id43,
      [
        'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-V',
        'oKIywvGUpTVTyxMQ3bwIIeQUudfr+CkLMjCE19ECD-U',
        'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-',
        'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U=',
      ],
    ],
    [
      'uuid7',
      uuid7,
      [
        '01998A6E-7c3b-7d1e-9f52-3a7b64c0d8e1',
        '01998a6e-7c3b-4d1e-9f52-3a7b64c0d8e1',
        '01998a6e-7c3b-7d1e-7f52-3a7b64c0d8e1',
        '01998a6e7c3b7d1e9f523a7b64c0d8e1',
        '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1\n',
      ],
    ],
    [
      'deviceUrn',
      deviceUrn,
      ['URN:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1', 'urn:uuid:', '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1'],
    ],
    [
      'sueid',
      sueid,
      ['AZ08Hwt6Xkwti28QITJDVG', 'AZ08Hwt6Xkwti28QITJDVGp', 'Ap08Hwt6Xkwti28QITJDVGo', 'BZ08Hwt6Xkwti28QITJDVGo'],
    ],
    [
      'issuer',
      issuer,
      [
        'https://gate.example.com/',
        'https://gate.example.com/path',
        'https://gate.example.com?x',
        'https://gate.example.com#x',
        'https://user@gate.example.com',
        'ftp://gate.example.com',
        'https://',
        'HTTPS://gate.example.com',
        ' https://gate.example.com',
        'https://evil.example\\.gate.example.com',
        'https://gate.example.com:',
        'https://gate.example.com:0',
        'https://gate.example.com:99999x',
        'https://Gate.example.com',
        'https://b\u00fccher.example',
        'https://gate.example.com\u3002evil',
        'https://gate%2eexample.com',
        'https://[::1',
        'https://a,b',
        "https://a'b",
        'https://a<b',
        'https://..',
        'https://a..b',
        `https://${'a'.repeat(300)}`,
      ],
    ],
    [
      'semver',
      semver,
      [
        '1',
        '1.0',
        'v1.0.0',
        '01.0.0',
        '1.0.0-',
        '1.0.0+',
        '1.0.0-01',
        '1.0.0-a..b',
        '1.0.0-\u00e9',
        '1.0.0\n',
        `1.0.0-${'a'.repeat(64)}`,
      ],
    ],
    ['softwareVersion', softwareVersion, [['1.0.0'], ['1.0.0', 1], ['1.0.0', 16384, 0], '1.0.0', ['1.0', 16384]]],
    ['compactJws', compactJws, ['e30.e30', 'e30.e30.', 'e30.e30.AA.AA', 'e30.e30.AA\n', 'e30.e3 0.AA']],
    ['time', time, [-1, 1.5, '1795510812', null, 2 ** 53, Number.NaN]],
    ['base64url', base64url(3), ['Zm9vYg', 'Zh', 'Zg==', 7]],
  ] as const)('%s refuses what it should not take', (_name, schema, values) => {
    for (const value of values) expect(takes(schema, value), JSON.stringify(value)).toBe(false)
  })
})

describe('A public key', () => {
  it('is any point that a P-256 key pair has', () => {
    for (let turn = 0; turn < 50; turn += 1) {
      const pair = createECDH('prime256v1')
      const point = pair.generateKeys()
      const jwk = {
        kty: 'EC',
        crv: 'P-256',
        x: point.toString('base64url', 1, 33),
        y: point.toString('base64url', 33, 65),
      }
      expect(takes(publicJwk, jwk)).toBe(true)
    }
  })

  it('is not a point beside the curve', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (y) => {
        const text = Buffer.from(y).toString('base64url')
        if (text !== deviceJwk.y) expect(takes(publicJwk, { ...deviceJwk, y: text })).toBe(false)
      }),
    )
    const zero = Buffer.alloc(32).toString('base64url')
    expect(takes(publicJwk, { ...deviceJwk, x: zero, y: zero })).toBe(false)
  })

  it('is not a coordinate beyond the field, though it is the same number', () => {
    const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
    // x = 5 lies on the curve; x = 5 + p does not fit 32 bytes only if it were larger: it fits, and is another spelling.
    const spelled = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').toString('base64url')
    const y = 31468013646237722594854082025316614106172411895747863909393730389177298123724n
    expect(takes(publicJwk, { kty: 'EC', crv: 'P-256', x: spelled(5n), y: spelled(y) })).toBe(true)
    expect(takes(publicJwk, { kty: 'EC', crv: 'P-256', x: spelled(5n + p), y: spelled(y) })).toBe(false)
  })

  it.each([
    ['a private part', { ...deviceJwk, d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }],
    ['any other member', { ...deviceJwk, kid: 'x' }],
    ['another curve', { ...deviceJwk, crv: 'P-384' }],
    ['another type', { ...deviceJwk, kty: 'RSA' }],
    ['no y', { kty: 'EC', crv: 'P-256', x: deviceJwk.x }],
    ['coordinates of two keys', { ...deviceJwk, y: delegateJwk.y }],
    ['a short coordinate', { ...deviceJwk, x: randomBytes(31).toString('base64url') }],
  ])('has nothing else in it: %s is refused', (_what, jwk) => {
    expect(takes(publicJwk, jwk)).toBe(false)
  })
})
