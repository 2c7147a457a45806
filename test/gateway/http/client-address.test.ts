import { describe, expect, it } from 'vitest'
import { clientAddressReader, contains, rangesOf, unmapped } from '#gateway/http/client-address.ts'

const read = clientAddressReader([
  { from: ['10.0.0.5/32', 'fe80::/10'], clientAddressHeader: 'X-Forwarded-For' },
  { from: ['10.0.1.0/24'], clientAddressHeader: 'x-real-ip' },
])

const from = (peer: string, headers: { readonly [name: string]: string } = {}) =>
  read({ peer, header: (name) => headers[name] })

describe('The address that limits count by', () => {
  it.each([
    ['the peer, where no proxy stands before us', from('192.0.2.1'), '192.0.2.1'],
    ['the peer, whatever headers it sends', from('192.0.2.1', { 'x-forwarded-for': '203.0.113.9' }), '192.0.2.1'],
    [
      'the last hop that the proxy wrote',
      from('10.0.0.5', { 'x-forwarded-for': '1.1.1.1, 203.0.113.9' }),
      '203.0.113.9',
    ],
    ['a hop without spaces', from('10.0.0.5', { 'x-forwarded-for': '1.1.1.1,203.0.113.9' }), '203.0.113.9'],
    ['an IPv6 hop', from('10.0.0.5', { 'x-forwarded-for': '2001:db8::7' }), '2001:db8::7'],
    ['an IPv4 hop over IPv6, as itself', from('10.0.0.5', { 'x-forwarded-for': '::ffff:203.0.113.9' }), '203.0.113.9'],
    [
      'the header of this proxy alone',
      from('10.0.1.7', { 'x-forwarded-for': '1.1.1.1', 'x-real-ip': '203.0.113.9' }),
      '203.0.113.9',
    ],
    ['the proxy itself, where it wrote nothing', from('10.0.0.5'), '10.0.0.5'],
    ['the proxy itself, where it wrote no address', from('10.0.0.5', { 'x-forwarded-for': 'unknown' }), '10.0.0.5'],
    ['the proxy itself, where its last hop is empty', from('10.0.0.5', { 'x-forwarded-for': '1.1.1.1,' }), '10.0.0.5'],
    ['a proxy over an IPv6 socket', from('::ffff:10.0.0.5', { 'x-forwarded-for': '203.0.113.9' }), '203.0.113.9'],
    ['a proxy on the link', from('fe80::1%eth0', { 'x-forwarded-for': '203.0.113.9' }), '203.0.113.9'],
    ['a peer on the link', from('fe90::1%eth0', {}), 'fe90::1%eth0'],
    ['nothing, where the peer is gone', from(''), ''],
  ])('is %s', (_what, seen, address) => {
    expect(seen).toBe(address)
  })
})

describe('Ranges of addresses', () => {
  it('hold what lies in them', () => {
    const ranges = rangesOf(['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32'])
    for (const address of ['10.255.0.1', '192.0.2.7', '2001:db8:ffff::1']) expect(contains(ranges, address)).toBe(true)
    for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::1', '', 'x', '::ffff:192.0.2.8'])
      expect(contains(ranges, address)).toBe(false)
  })

  it('may hold everything only where that is written out', () => {
    expect(contains(rangesOf(['0.0.0.0/0']), '203.0.113.9')).toBe(true)
    expect(contains(rangesOf([]), '203.0.113.9')).toBe(false)
  })

  it.each([
    '10.0.0.5',
    '10.0.0.5/',
    '10.0.0.5/33',
    '10.0.0.5/-1',
    '10.0.0.5/8.0',
    '10.0.0.5/0x8',
    '10.0.0.5/ 8',
    '10.0.0.5/08',
    '10.0.0.5/8/8',
    '10.0.0/8',
    '2001:db8::/129',
    'localhost/8',
    '/8',
    '',
    '*',
    'fe80::1%eth0/64',
  ])('are none: %j', (range) => {
    expect(() => rangesOf([range])).toThrow(TypeError)
  })
})

describe('An IPv4 address that came over IPv6', () => {
  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:x', '::ffff:x'],
    ['', ''],
  ])('%s is %s', (address, plain) => {
    expect(unmapped(address)).toBe(plain)
  })
})
