import { describe, expect, it } from 'vitest'
import { networkFacts } from '#agent/window-api/network-facts.ts'

const issuer = 'https://posture.example.com'

describe('How a gateway is reached, for diagnostics', () => {
  it('names the ways in their order, and whether TLS is inspected', async () => {
    const network = { nameWays: async () => ['proxy.example.com:8080', 'direct'], isInspected: () => true }
    expect(await networkFacts(network, issuer)).toEqual([
      { name: 'proxy', value: 'proxy.example.com:8080; direct' },
      { name: 'tls_inspected', value: 'yes' },
    ])
  })

  it.each([
    [undefined, '?'],
    [false, 'no'],
  ])('says what is known of inspection: %s', async (isInspected, value) => {
    const network = { nameWays: async () => ['direct'], isInspected: () => isInspected }
    expect(await networkFacts(network, issuer)).toContainEqual({ name: 'tls_inspected', value })
  })

  it.each([undefined, 'http://localhost:8180'])('asks nobody about %s', async (nowhere) => {
    const network = { nameWays: () => expect.fail('asked'), isInspected: () => undefined }
    expect(await networkFacts(network, nowhere)).toContainEqual({ name: 'proxy', value: '-' })
  })
})
