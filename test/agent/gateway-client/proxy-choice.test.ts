import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseProxy, type ProxySettings } from '#agent/gateway-client/choose-proxy.ts'
import { direct, type ProxyChoice, proxyName, readProxyAddress } from '#agent/gateway-client/proxy-choice.ts'
import { isExcepted, proxyOfEnvironment } from '#agent/gateway-client/proxy-of-environment.ts'
import { readPacAnswer } from '#agent/gateway-client/read-pac-answer.ts'

const gateway = 'https://posture.example.com/v1'
const http = (host: string, port: number) => ({ kind: 'proxy', tls: false, host, port }) as const
const socks = { kind: 'unusable', reason: expect.stringContaining('SOCKS') }

describe('What a system answers about the way to a gateway', () => {
  it.each<[string, ProxyChoice]>([
    ['DIRECT', direct],
    ['PROXY proxy.example.com:8080', [http('proxy.example.com', 8080)]],
    ['PROXY a:1; PROXY b:2; DIRECT', [http('a', 1), http('b', 2), ...direct]],
    ['HTTPS proxy.example.com:443;DIRECT', [{ ...http('proxy.example.com', 443), tls: true }, ...direct]],
    ['HTTP a:1', [http('a', 1)]],
    ['proxy [2001:db8::1]:3128', [http('2001:db8::1', 3128)]],
    ['', direct],
    ['nonsense', direct],
    ['QUIC a:1', direct],
    ['PROXY', direct],
    ['PROXY a', direct],
    ['PROXY a:99999', direct],
    ['PROXY ada:secret@a:1', direct],
    ['PROXY a:1/path; DIRECT', direct],
    ['DIRECT everywhere', direct],
  ])('%j is read as browsers read it', (answer, ways) => {
    expect(readPacAnswer(answer)).toEqual(ways)
  })

  it.each(['SOCKS a:1', 'SOCKS5 a:1', 'socks4 a:1'])('%s is a way that is not served', (answer) => {
    expect(readPacAnswer(answer)).toEqual([socks])
    expect(readPacAnswer(`${answer}; PROXY b:2`)).toEqual([socks, http('b', 2)])
  })

  it('is always a few ways, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 3000 }),
          fc.string().map((text) => `PROXY ${text};`.repeat(20)),
        ),
        (answer) => {
          const ways = readPacAnswer(answer)
          expect(ways.length).toBeGreaterThan(0)
          expect(ways.length).toBeLessThanOrEqual(5)
        },
      ),
    )
  })
})

describe('The address of a proxy', () => {
  it.each([
    ['http://proxy.example.com:8080', http('proxy.example.com', 8080)],
    ['http://proxy.example.com', http('proxy.example.com', 80)],
    ['https://proxy.example.com/', { ...http('proxy.example.com', 443), tls: true }],
    ['proxy.example.com:3128', http('proxy.example.com', 3128)],
    ['http://[::1]:3128', http('::1', 3128)],
    ['http://ada:p%40ss@a:1', { ...http('a', 1), credentials: 'ada:p@ss' }],
    ['http://ada@a:1', { ...http('a', 1), credentials: 'ada:' }],
    ['socks5://a:1', undefined],
    ['ftp://a:1', undefined],
    ['http://', undefined],
    ['http://a:1/path', undefined],
    ['http://a:1?x', undefined],
    ['http://a:1#x', undefined],
    ['http://a:99999', undefined],
    ['not a proxy', undefined],
    [`http://${'a'.repeat(500)}`, undefined],
  ])('%s', (text, proxy) => {
    expect(readProxyAddress(text)).toEqual(proxy)
  })

  it('is shown without what nobody should see', () => {
    const proxy = readProxyAddress('http://ada:secret@[2001:db8::1]:8080')
    expect(proxy && proxyName(proxy)).toBe('[2001:db8::1]:8080')
  })
})

describe('The environment', () => {
  it.each([
    [{}, direct],
    [{ HTTPS_PROXY: '' }, direct],
    [{ HTTPS_PROXY: 'http://a:1' }, [http('a', 1)]],
    [{ https_proxy: 'http://b:2', HTTPS_PROXY: 'http://a:1' }, [http('b', 2)]],
    [{ HTTP_PROXY: 'http://a:1', ALL_PROXY: 'http://a:1' }, direct],
    [{ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'example.com' }, direct],
    [{ HTTPS_PROXY: 'http://a:1', no_proxy: '*' }, direct],
    [{ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'example.org' }, [http('a', 1)]],
    [{ HTTPS_PROXY: 'socks5://a:1' }, [socks]],
  ])('%j', (environment, ways) => {
    expect(proxyOfEnvironment(environment, gateway)).toEqual(ways)
  })

  it('that names no proxy is said, without what it names', () => {
    const [way] = proxyOfEnvironment({ HTTPS_PROXY: 'http://ada:secret@a:1/path' }, gateway)
    expect(way).toMatchObject({ kind: 'unusable' })
    expect(JSON.stringify(way)).not.toContain('secret')
  })
})

describe('NO_PROXY', () => {
  it.each([
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://posture.example.com', true],
    ['.example.com', 'https://posture.example.com', true],
    ['.example.com', 'https://example.com', true],
    ['*.example.com', 'https://posture.example.com', true],
    ['EXAMPLE.com', 'https://posture.example.com', true],
    ['example.com.', 'https://example.com', true],
    ['example.com', 'https://notexample.com', false],
    ['example.com', 'https://example.com.evil.test', false],
    ['a.test,example.com', 'https://example.com', true],
    ['a.test example.com', 'https://example.com', true],
    [' , ,', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['example.com:8443', 'https://example.com', false],
    ['example.com:8443', 'https://example.com:8443', true],
    ['10.0.0.1', 'https://10.0.0.1', true],
    ['10.0.0.1', 'https://10.0.0.10', false],
    ['::1', 'https://[::1]', true],
    ['[2001:db8::1]:443', 'https://[2001:db8::1]', true],
    ['*', 'https://anything.test', true],
    ['*.', 'https://anything.test', false],
    ['.', 'https://anything.test', false],
  ])('%j and %s', (list, url, excepted) => {
    expect(isExcepted(list, new URL(url))).toBe(excepted)
  })
})

describe('Managed settings', () => {
  const system = async () => readPacAnswer('PROXY system:1')
  it.each<[ProxySettings, unknown]>([
    [{ ProxyMode: 'system' }, [http('system', 1)]],
    [{ ProxyMode: 'direct', ProxyUrl: 'http://a:1' }, direct],
    [{ ProxyMode: 'fixed', ProxyUrl: 'http://a:1' }, [http('a', 1)]],
    [{ ProxyMode: 'fixed' }, [{ kind: 'unusable', reason: expect.stringContaining('ProxyUrl') }]],
  ])('%j', async (settings, ways) => {
    expect(await chooseProxy(settings, system, gateway)).toEqual(ways)
  })

  it.each([
    'https://localhost:1',
    'https://a.localhost',
    'https://127.0.0.1:8180',
    'https://127.9.9.9',
    'https://[::1]',
  ])('never lead %s through a proxy', async (url) => {
    const unasked = () => expect.fail('the system was asked')
    expect(await chooseProxy({ ProxyMode: 'system' }, unasked, url)).toEqual(direct)
    expect(await chooseProxy({ ProxyMode: 'fixed', ProxyUrl: 'http://a:1' }, unasked, url)).toEqual(direct)
  })

  it.each(['https://127.evil.test', 'https://localhost.evil.test'])('take %s for another machine', async (url) => {
    expect(await chooseProxy({ ProxyMode: 'system' }, system, url)).toEqual([http('system', 1)])
  })
})
