import { describe, expect, it } from 'vitest'
import { beforeFirstTls, type HttpAnswer } from '#agent/gateway-client/exchange.ts'

describe('what an encrypted exchange needs', () => {
  it('is prepared once, and not for a loopback gateway of development', async () => {
    const done: string[] = []
    const answer: HttpAnswer = { status: 200, header: () => undefined, body: '', sentAtMs: 0, receivedAtMs: 0 }
    const exchange = beforeFirstTls(
      async ({ url }) => {
        done.push(url)
        return answer
      },
      () => done.push('prepared'),
    )
    for (const url of ['http://localhost:1/', 'https://a.example/', 'https://a.example/'])
      await exchange({ method: 'GET', url, headers: {} })
    expect(done).toEqual(['http://localhost:1/', 'prepared', 'https://a.example/', 'https://a.example/'])
  })
})
