import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageHash } from '#gateway/keys/sign-message.ts'
import {
  anAssertion,
  aResult,
  delegateJwk,
  deviceId,
  deviceJwk,
  deviceKid,
  exampleClaims,
  signClaims,
  strangerJwk,
  strangerKey,
} from '#test/support/a-wire.ts'
import { keySetOf } from '#verify/key-set.ts'

/** The page's programs, as another service would run them: written to files, started under Node, against a real server. */

const page = await readFile('docs/verify-reports.md', 'utf8')
const library = pathToFileURL(resolve('src/verify/index.ts')).href
const blocks = [...page.matchAll(/^```js\n\/\/ (\S+\.js)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => ({
  name,
  code: code.replaceAll("'postern/verify'", `'${library}'`),
}))

let folder = ''
let server: Server
let issuer = ''
let fetched = 0
const gatewayKid = [...(await keySetOf([strangerJwk])).keys()][0] ?? ''

beforeAll(async () => {
  const key = { ...strangerJwk, kid: gatewayKid, alg: 'ES256', use: 'sig', postern_use: 'agent' }
  const assertionKid = deviceKid
  const other = { ...deviceJwk, kid: assertionKid, alg: 'ES256', use: 'sig', postern_use: 'assertion' }
  server = createServer((request, response) => {
    fetched += 1
    if (request.url !== '/.well-known/postern/jwks.json') return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [key, other] }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  folder = await mkdtemp(join(tmpdir(), 'postern-page-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  for (const { name, code } of blocks) await writeFile(join(folder, name), code)
})

afterAll(async () => {
  await new Promise((closed) => server.close(closed))
  await rm(folder, { recursive: true })
})

/** Runs a few lines as a service's own module beside the page's; what they export as `said` comes back. */
async function run(lines: string, given: object): Promise<unknown> {
  const program = `const given = ${JSON.stringify(given)}\n${lines}\nprocess.stdout.write(JSON.stringify(said))\n`
  const file = join(folder, `run-${Math.abs(fetched)}-${lines.length}.js`)
  await writeFile(file, program)
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 15_000 })
  return JSON.parse(stdout)
}

const now = Math.floor(Date.now() / 1000)
const refusal = `const tried = (act) => act().catch((thrown) => thrown.details?.reason ?? String(thrown))\n`

describe('The page about signed reports', () => {
  it('has its four programs', () => {
    expect(blocks.map(({ name }) => name)).toEqual(['gateway-keys.js', 'may-reach.js', 'read-report.js', 'service.js'])
    expect([...page.matchAll(/^```/gm)]).toHaveLength(8)
  })

  it('shows a service that reads a result: allowed, refused, not named, forged', async () => {
    const members = { iss: issuer, iat: now, exp: now + 2700, recheck_at: now + 60, next_due: now + 1800 }
    const claims = aResult({
      ...members,
      resources: [...aResult().resources, { id: 'wiki', name: 'Wiki', access: 'allow', findings: [] }],
    })
    const before = fetched
    const said = await run(
      `${refusal}
       import { gatewayKeys } from './gateway-keys.js'
       import { mayReach } from './may-reach.js'
       const keys = gatewayKeys(given.issuer, 'agent')
       const ask = (token, resource) => tried(() => mayReach(token, { ...given, keys, resource }))
       const said = [
         await ask(given.result, 'wiki'), await ask(given.result, 'payments'), await ask(given.result, 'elsewhere'),
         await ask(given.forged, 'wiki'), await ask(given.old, 'wiki'),
       ]`,
      {
        issuer,
        deviceId,
        result: signClaims('posture-result+jwt', gatewayKid, claims, strangerKey),
        forged: signClaims('posture-result+jwt', gatewayKid, claims),
        old: signClaims('posture-result+jwt', gatewayKid, { ...claims, iat: now - 901 }, strangerKey),
      },
    )
    expect(said).toEqual([true, false, false, 'signature does not verify', 'too old'])
    expect(fetched - before).toBe(1)
  })

  it('shows a service that reads a report, and holds it against its result', async () => {
    const report = signClaims('eat+jwt', deviceKid, { ...exampleClaims(), aud: issuer, iat: now, exp: now + 120 })
    const result = { evidence: { seq: 42, hash: messageHash(report) } }
    const said = await run(
      `${refusal}
       import { judged, readReport } from './read-report.js'
       const said = [
         await readReport(given.report, given),
         await tried(() => readReport(given.report, { ...given, deviceKey: given.otherKey })),
         await judged(given.result, given.report),
         await judged({ evidence: { hash: 'another' } }, given.report),
       ]`,
      { report, result, deviceKey: deviceJwk, otherKey: delegateJwk, deviceId, issuer },
    )
    expect(said).toEqual([
      {
        'os-version': { name: 'macOS', version: '26.5.1', build: '25F80' },
        'disk-encryption': { state: 'on' },
        firewall: { state: 'on', blockAll: false },
        enrollment: 'timed-out',
      },
      'signed by a key that is not trusted',
      true,
      false,
    ])
  })

  it('shows a service that answers only with an assertion', async () => {
    const claims = anAssertion({ iss: issuer, iat: now, exp: now + 60 })
    const said = await run(
      `import { gatewayKeys } from './gateway-keys.js'
       import { createService } from './service.js'
       const keys = gatewayKeys(given.issuer, 'assertion')
       const service = createService({ keys, issuer: given.issuer, origin: 'https://pay.example.com' })
       await new Promise((listening) => service.listen(0, '127.0.0.1', listening))
       const url = 'http://127.0.0.1:' + service.address().port
       const ask = async (headers) => { const answer = await fetch(url, { headers }); return [answer.status, await answer.text()] }
       const said = []
       for (const token of given.tokens) said.push(await ask(token === null ? {} : { 'x-postern-assertion': token }))
       service.close()
       service.closeAllConnections()`,
      {
        issuer,
        tokens: [
          signClaims('posture-assertion+jwt', deviceKid, claims),
          null,
          signClaims('posture-assertion+jwt', deviceKid, { ...claims, aud: 'https://other.example.com' }),
          signClaims('posture-assertion+jwt', gatewayKid, claims, strangerKey), // an `agent` key
        ],
      },
    )
    expect(said).toEqual([
      [200, `hello ${claims.sub}, on a device of tier T1\n`],
      [403, 'no assertion\n'],
      [403, 'not accepted\n'],
      [403, 'not accepted\n'],
    ])
  })

  it('shows a service that goes on with no keys where the gateway gives none', async () => {
    const said = await run(
      `${refusal}
       import { gatewayKeys } from './gateway-keys.js'
       const said = await tried(gatewayKeys(given.issuer + '/nowhere', 'agent'))`,
      { issuer },
    )
    expect(said).toBe(`Error: the key set of ${issuer}/nowhere: status 404`)
  })
})
