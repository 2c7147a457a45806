import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { Failure } from '#domain/failure.ts'
import { systemClock } from '#runtime/clock.ts'
import { aCertificate, type Certificate } from '#test/support/a-certificate.ts'

const authority = aCertificate({ name: 'Example Private CA', isAuthority: true })

/** A gateway that speaks TLS on loopback, and counts what reaches it. */
async function aServer(shown: Certificate, chain: readonly Certificate[] = []) {
  const seen: string[] = []
  const cert = [shown, ...chain].map((one) => one.certificate).join('')
  const server = createServer({ cert, key: shown.key }, (request, response) => {
    seen.push(request.url ?? '')
    response.end('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `https://127.0.0.1:${address.port}/`, seen }
}

/** The authority counts for this process until the test ends, as if the system's store held it. */
function trust(one: Certificate): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, one.certificate])
  onTestFinished(() => setDefaultCACertificates(before))
}

async function get(url: string) {
  return nodeExchange(systemClock())({ method: 'GET', url, headers: {} })
}
async function refusal(url: string) {
  const thrown = await get(url).then(
    () => undefined,
    (failed: unknown) => failed,
  )
  if (!(thrown instanceof Failure)) return expect.fail(`no failure, but ${String(thrown)}`)
  const reason = 'reason' in thrown.details ? String(thrown.details.reason) : ''
  expect((await sayReasonIn('de'))(reason)).not.toBe(reason) // whatever went wrong here, there are German words for it
  return { code: thrown.code, reason }
}

describe('a gateway whose certificate', () => {
  it('comes from an authority of the system store is reached', async () => {
    trust(authority)
    const { url } = await aServer(aCertificate({ name: 'gate', names: ['127.0.0.1'], authority }))
    expect(await get(url)).toMatchObject({ status: 200, body: 'hello' })
  })

  it('comes from an unknown authority is refused by its name, before anything is said', async () => {
    const { url, seen } = await aServer(aCertificate({ name: 'gate', names: ['127.0.0.1'], authority }), [authority])
    const { code, reason } = await refusal(url)
    expect(code).toBe('gateway_untrusted')
    expect(reason).toContain('“Example Private CA”')
    expect(reason).toContain('does not trust')
    expect(seen).toEqual([])
  })

  it('comes from an unknown authority that it does not show is refused by the name it gives', async () => {
    const { url } = await aServer(aCertificate({ name: 'gate', names: ['127.0.0.1'], authority }))
    expect(await refusal(url)).toMatchObject({
      code: 'gateway_untrusted',
      reason: expect.stringContaining('“Example Private CA”'),
    })
  })

  it('is signed by itself is refused as that', async () => {
    const { url } = await aServer(aCertificate({ name: 'gate', names: ['127.0.0.1'] }))
    expect(await refusal(url)).toMatchObject({
      code: 'gateway_untrusted',
      reason: expect.stringContaining('signed by itself'),
    })
  })

  it('is for another name is refused, and both names are said', async () => {
    trust(authority)
    const { url, seen } = await aServer(aCertificate({ name: 'other', names: ['other.example.com'], authority }))
    const { code, reason } = await refusal(url)
    expect(code).toBe('gateway_untrusted')
    expect(reason).toContain('other.example.com')
    expect(reason).toContain('127.0.0.1')
    expect(seen).toEqual([])
  })

  it('has run out is refused', async () => {
    trust(authority)
    const { url } = await aServer(aCertificate({ name: 'gate', names: ['127.0.0.1'], authority, leftMs: -3_600_000 }))
    expect(await refusal(url)).toMatchObject({ code: 'gateway_untrusted', reason: expect.stringContaining('run out') })
  })

  it('names itself in a hostile way is repeated as harmless text', async () => {
    const hostile = aCertificate({ name: '\u202eevil<b>\n\u0007', isAuthority: true })
    const { url } = await aServer(aCertificate({ name: 'gate', names: ['127.0.0.1'], authority: hostile }), [hostile])
    const { reason } = await refusal(url)
    expect(reason).toMatch(/“evilb”/)
  })
})
