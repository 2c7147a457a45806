import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildApp } from '../../src/packaging/build-app.ts'

/**
 * The app for an Electron older than the one it ships on (22: Node 16, Chromium 108). Everything that is filled in for it
 * stands in this file, and nothing of it ships: the same sources, built for Node 16, behind what that Node lacks.
 */
export async function buildForOlderElectron(
  root: string,
  outdir: string,
  define: { readonly [name: string]: string },
): Promise<void> {
  await buildApp({ root, outdir, define, target: 'node16' })
  const main = join(outdir, 'main.cjs')
  await writeFile(main, `${fillIns}\n${await readFile(main, 'utf8')}`)
}

/** Each part names the product's line that it stands in for. */
const fillIns = String.raw`
// Globals that jose, ws and our own code take for granted (Node 18 to 22).
const nodeCrypto = require('node:crypto'), v8 = require('node:v8'), tls = require('node:tls')
const lacking = (object, names) => {
  for (const [name, value] of Object.entries(names))
    if (!(name in object)) Object.defineProperty(object, name, { value, configurable: true, writable: true })
}
lacking(globalThis, {
  crypto: nodeCrypto.webcrypto,
  CryptoKey: nodeCrypto.webcrypto.CryptoKey,
  structuredClone: (value) => v8.deserialize(v8.serialize(value)),
  // app-protocol.ts answers with a Response; what is read of it is below, in protocol.handle
  Response: class Response {
    constructor(body, { status, headers }) {
      Object.assign(this, { body, status, headers })
    }
  },
})
lacking(Array.prototype, {
  toSorted(compare) { return [...this].sort(compare) },
  findLast(fits) { return [...this].reverse().find(fits) },
})
lacking(String.prototype, { isWellFormed() { return !/\p{Surrogate}/u.test(this) } })
lacking(URL, { canParse(...parts) { try { return Boolean(new URL(...parts)) } catch { return false } } })
lacking(process, { getBuiltinModule: require }) // node-http.ts
lacking(nodeCrypto, { hash: (algorithm, data, encoding = 'hex') => nodeCrypto.createHash(algorithm).update(data).digest(encoding) }) // digest.ts
lacking(require('node:diagnostics_channel'), { tracingChannel: () => ({ hasSubscribers: false, traceSync: (act, _, self, ...args) => act.apply(self, args) }) }) // pino
// terminal.ts asks a person by node:readline/promises (Node 17); nobody is there to be asked.
const modules = require('node:module'), load = modules._load
modules._load = (name, ...rest) => load(name === 'node:readline/promises' ? 'readline' : name, ...rest)
// trust-system-certificates.ts: the system's store is the file that Debian keeps, or the one that a test names.
let authorities
lacking(tls, {
  getCACertificates: (kind) => kind !== 'system' ? [...tls.rootCertificates]
    : require('node:fs').readFileSync(process.env.SSL_CERT_FILE ?? '/etc/ssl/certs/ca-certificates.crt', 'utf8').split(/(?=-----BEGIN)/),
  setDefaultCACertificates(all) { authorities = all },
})
const connect = tls.connect
let store // one for all connections, as Node keeps it since 24
tls.connect = (options, ...rest) => connect({ secureContext: store ??= tls.createSecureContext({ ca: authorities }), ...options }, ...rest)
// app-protocol.ts: protocol.handle (Electron 25) over registerBufferProtocol.
const electron = require('electron'), fromPartition = electron.session.fromPartition
electron.session.fromPartition = (...named) => {
  const session = fromPartition.apply(electron.session, named)
  lacking(session.protocol, {
    handle(scheme, handler) {
      session.protocol.registerBufferProtocol(scheme, async (request, answer) => {
        const { body, status, headers } = await handler({ method: request.method, url: request.url })
        answer({ statusCode: status, headers, mimeType: headers['Content-Type'], data: Buffer.from(body) })
      })
    },
  })
  return session
}
`
