import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aDesktop, type Desktop, desktopPrograms } from '#test/support/a-desktop.ts'
import { aGatewayProgram, type GatewayProgram } from '#test/support/a-gateway-program.ts'
import { documentOf, runPostern, startPostern } from '#test/support/a-postern.ts'
import { aPrivateAuthority, openssl } from '#test/support/a-private-authority.ts'
import { aProxy, type ProxyAct } from '#test/support/a-proxy.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { freePort } from '#test/support/free-port.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'

// The gateway's name is known to nobody but the proxy: whatever reaches it went through there.

vi.setConfig({ testTimeout: 60_000 })

const missing = whatIsMissing([...desktopPrograms, openssl], { keytar: true })
const name = 'posture.example.test'

describe('A device that reaches its gateway through a proxy alone', () => {
  let stage: Stage
  let desktop: Desktop
  let gateway: GatewayProgram
  let port: number
  let authority: string
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    desktop = await aDesktop(stage)
    port = await freePort()
    const made = await aPrivateAuthority(join(stage.folder, 'authority'), name)
    authority = made.authority
    gateway = await aGatewayProgram(stage, desktop, {
      issuer: `https://${name}:${port}`,
      listen: { api: `127.0.0.1:${port}`, check: `127.0.0.1:${await freePort()}` },
      tls: { certificate: made.certificate, key: made.key },
    })
  }, 60_000)
  afterAll(() => stage.end())

  it('is told what stands in the way where that wants NTLM, and can enrol by the same link afterwards', async () => {
    const link = await gateway.link()
    const refusing = await enrolling((socket) =>
      socket.end('HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n'),
    )
    const refused = await refusing.enroll(link)
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain(
      `The proxy 127.0.0.1:${refusing.proxy.port} wants NTLM or Negotiate, which Postern does not support. Ask whoever runs it to let ${name}:${port} through without sign-in`,
    )
    await refusing.agent.stop()

    const { agent, proxy, enroll, place } = await enrolling((_socket, lead) => lead(port))
    const enrolled = await enroll(link)
    expect(enrolled, enrolled.stderr).toMatchObject({ code: 0 })
    await agent.untilLine((line) => line['state'] === 'healthy')
    let status = documentOf(await runPostern(['status', '--json'], place))
    for (let tries = 0; tries < 20 && status['stream'] !== 'open'; tries += 1)
      status = documentOf(await runPostern(['status', '--json'], place))
    expect(status['stream']).toBe('open')
    expect(JSON.stringify(status['sent'])).toContain('tls_inspected')
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set([`${name}:${port}`]))

    const findings = documentOf(await runPostern(['doctor', '--json'], place))['findings']
    expect(findings).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'gateway/reached', state: 'fine' })]),
    )
    expect(await agent.stop()).toMatchObject({ code: 0 })
  })

  async function enrolling(act: ProxyAct) {
    const proxy = await aProxy(act)
    // The second variable is where OpenSSL, and so the system's store, is looked for.
    const env = { ...desktop.env, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, SSL_CERT_FILE: authority }
    const place = { env }
    const agent = startPostern(stage, ['agent', '--json'], place)
    await agent.untilLine((line) => line['ready'] === true)
    return { agent, proxy, place, enroll: (link: string) => runPostern(['agent', 'enroll', '--yes', link], place) }
  }
})
