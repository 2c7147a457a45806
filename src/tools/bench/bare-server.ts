import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * The yardstick, a program of its own: bare node:http that reads the request and answers a constant body. Told to, it makes
 * for each answer what nobody can do without: a P-256 verification and signatures over as many bytes as named.
 */
export type BareWish = {
  readonly bodyBytes: number
  readonly headers: { readonly [name: string]: string }
  /** Sizes of what is verified and signed per answer; left out, nothing is. */
  readonly signatures?: { readonly verified: number; readonly signed: readonly number[] }
}

const wish: BareWish = JSON.parse(process.argv[2] ?? '')
const body = Buffer.alloc(wish.bodyBytes, 'x')
const work = wish.signatures === undefined ? () => undefined : signatureWork(wish.signatures)

const server = createServer((request, response) => {
  request.on('data', () => undefined)
  request.on('end', () => {
    work()
    response.writeHead(200, { ...wish.headers, 'content-length': body.length })
    response.end(body)
  })
})
server.keepAliveTimeout = 75_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`)
})

/** As JWS needs them: r ‖ s. */
function signatureWork({ verified, signed }: NonNullable<BareWish['signatures']>): () => void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signing = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const verifying = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const received = Buffer.alloc(verified, 'x')
  const signature = sign('sha256', received, signing)
  const texts = signed.map((bytes) => Buffer.alloc(bytes, 'x'))
  return () => {
    if (!verify('sha256', received, verifying, signature)) throw new Error('a signature that does not verify')
    for (const text of texts) sign('sha256', text, signing)
  }
}
