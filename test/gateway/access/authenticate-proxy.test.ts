import { describe, expect, it } from 'vitest'
import { authenticateProxy, type Caller } from '#gateway/access/authenticate-proxy.ts'
import { rangesOf } from '#gateway/http/client-address.ts'
import { hash } from '#runtime/digest.ts'

function aCaller(id: string, from: readonly string[], secret: string): Caller {
  return { id, adapter: 'authzen', from: rangesOf(from), secretHash: hash(secret), origins: undefined }
}

const callers = [
  aCaller('edge-1', ['127.0.0.1/32', 'fe80::/10', '2001:db8::/32'], 'first-secret'),
  aCaller('edge-2', ['10.0.0.0/8'], 'second:secret'),
]

const idOf = (peer: string, presented: readonly string[] | undefined) => authenticateProxy(callers, peer, presented)?.id

describe('A proxy that is registered', () => {
  it.each([
    ['127.0.0.1', 'edge-1:first-secret', 'edge-1'],
    ['2001:db8::7', 'edge-1:first-secret', 'edge-1'],
    ['fe80::1%eth0', 'edge-1:first-secret', 'edge-1'],
    ['10.200.0.1', 'edge-2:second:secret', 'edge-2'],
  ])('from %s is known by its id and secret', (peer, presented, id) => {
    expect(idOf(peer, [presented])).toBe(id)
  })
})

describe('Whoever else asks', () => {
  it.each<[string, string, readonly string[] | undefined]>([
    ['from another address', '192.0.2.1', ['edge-1:first-secret']],
    ['with the secret of another', '127.0.0.1', ['edge-1:second:secret']],
    ['by the id of another', '127.0.0.1', ['edge-2:first-secret']],
    ['with the id of another range', '127.0.0.1', ['edge-2:second:secret']],
    ['with no header', '127.0.0.1', undefined],
    ['with no value', '127.0.0.1', []],
    ['with the header twice', '127.0.0.1', ['edge-1:first-secret', 'edge-1:first-secret']],
    ['with an empty secret', '127.0.0.1', ['edge-1:']],
    ['with an empty id', '127.0.0.1', [':first-secret']],
    ['with a secret alone', '127.0.0.1', ['first-secret']],
    ['with the stored hash', '127.0.0.1', [`edge-1:${hash('first-secret')}`]],
    ['with an unknown id', '127.0.0.1', ['edge-3:first-secret']],
    ['with an unknown id and no secret', '127.0.0.1', ['edge-3:']],
    ['with a space', '127.0.0.1', [' edge-1:first-secret']],
    ['from nowhere', '', ['edge-1:first-secret']],
    ['from a name', 'localhost', ['edge-1:first-secret']],
  ])('is nobody: %s', (_what, peer, presented) => {
    expect(idOf(peer, presented)).toBeUndefined()
  })

  it('is nobody where nobody is registered', () => {
    expect(authenticateProxy([], '127.0.0.1', ['edge-1:first-secret'])).toBeUndefined()
  })
})
