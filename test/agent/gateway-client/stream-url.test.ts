import { describe, expect, it } from 'vitest'
import { streamUrl } from '#agent/gateway-client/stream-url.ts'

const issuer = 'https://gate.example.com'

describe('where the stream is', () => {
  it('is what the configuration names, where that is encrypted', () => {
    expect(streamUrl(issuer, 'wss://stream.example.com/v1/stream')).toEqual({
      called: 'wss://stream.example.com/v1/stream',
      proven: 'https://stream.example.com/v1/stream',
    })
  })

  it.each([
    undefined,
    'ws://gate.example.com/v1/stream',
    'https://gate.example.com',
    'nonsense',
    'wss://a:b@x.example/',
  ])('is the issuer for %s', (named) => {
    expect(streamUrl(issuer, named).called).toBe('wss://gate.example.com/v1/stream')
  })

  it('is not encrypted in development alone', () => {
    expect(streamUrl('http://127.0.0.1:8180', 'ws://127.0.0.1:8180/v1/stream').called).toBe(
      'ws://127.0.0.1:8180/v1/stream',
    )
  })
})
