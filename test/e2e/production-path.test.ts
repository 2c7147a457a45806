import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aDesktop, type Desktop, desktopPrograms } from '#test/support/a-desktop.ts'
import { aGatewayProgram, type GatewayProgram } from '#test/support/a-gateway-program.ts'
import { documentOf, type PosternPlace, runPostern, startAtTerminal, startPostern } from '#test/support/a-postern.ts'
import { aPrivateAuthority, openssl, type PrivateAuthority } from '#test/support/a-private-authority.ts'
import { aSeparateMachine, type SeparateMachine } from '#test/support/a-separate-machine.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'

// Gateway and agent each in a network of their own, a cable between them; TLS by a private authority, which the agent's
// machine takes into its system store.

vi.setConfig({ testTimeout: 60_000 })

const trust = '/usr/sbin/update-ca-certificates'
const missing = whatIsMissing([...desktopPrograms, openssl, trust, '/usr/bin/script'], { keytar: true, root: true })
const gatewayAddress = '10.203.77.1'
const agentAddress = '10.203.77.2'
const name = 'posture.example.test'
const issuer = `https://${name}:8443`

describe('A gateway on https and an agent, each in a network of its own', () => {
  let stage: Stage
  let laptop: SeparateMachine | string
  let gateway: GatewayProgram
  let desktop: Desktop
  let place: PosternPlace
  let authority: PrivateAuthority
  let link: string
  beforeEach((context) => {
    if (typeof laptop === 'string') context.skip(laptop)
  })
  beforeAll(async () => {
    stage = await aStage()
    laptop = missing ?? (await aSeparateMachine(stage, 'laptop'))
    if (typeof laptop === 'string') return
    const server = await aSeparateMachine(stage, 'server')
    if (typeof server === 'string') throw new Error(server)
    await connect(server, laptop)
    authority = await aPrivateAuthority(join(stage.folder, 'authority'), name)
    gateway = await aGatewayProgram(stage, server.place(), {
      issuer,
      listen: { api: `${gatewayAddress}:8443`, check: `${gatewayAddress}:8444` },
      tls: { certificate: authority.certificate, key: authority.key },
    })
    link = await gateway.link()
    desktop = await aDesktop(stage)
    place = { ...laptop.place(desktop.env), env: desktop.env }
  }, 60_000)
  afterAll(() => stage.end())

  it('is a gateway in production', () => {
    expect(gateway.ready).toMatchObject({ issuer, development: false })
  })

  it('sends no packet at all before Continue?', async () => {
    const before = await packetsSent()
    const enrolling = startAtTerminal(stage, ['agent', 'enroll', link], place)
    await enrolling.until(/Continue\? \[y\/N\]/)
    enrolling.write('n\n')
    expect(await enrolling.ended).toMatchObject({ code: 1 })
    expect(await packetsSent()).toEqual(before)
  })

  it.each([
    [
      'plain HTTP on loopback',
      'http://localhost:8180',
      2,
      'The address http://localhost:8180 cannot be used It is not encrypted and for development alone: give the gateway a certificate and an https address, or start the agent with --development.',
    ],
    [
      'plain HTTP by name',
      `http://${name}:8443`,
      2,
      `The address http://${name}:8443 cannot be used It is not encrypted. Ask your administrator for an address that begins with https://.`,
    ],
    [
      'an authority that the system does not know',
      issuer,
      4,
      `The certificate of ${name}:8443 was issued by “Postern Test Authority”, which this system does not trust. Nothing was sent. Ask your administrator; a private authority belongs in the system's certificate store.`,
    ],
  ])('refuses %s and says what to do', async (_, server, code, says) => {
    const ended = await enroll(linkTo(server))
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(unwrapped(ended.stderr)).toContain(says)
    await expectNothingEnrolled()
  })

  describe('once the system store of the laptop holds the authority', () => {
    beforeAll(async () => {
      if (typeof laptop === 'string') return
      const file = '/usr/local/share/ca-certificates/postern-test.crt'
      await laptop.run([
        '/bin/sh',
        '-c',
        `mkdir -p "\${2%/*}" && cp "$1" "$2" && ${trust}`,
        'sh',
        authority.authority,
        file,
      ])
    }, 60_000)

    it('refuses a name that the certificate is not for, and says what to do', async () => {
      const ended = await enroll(linkTo('https://elsewhere.example.test:8443'))
      expect(ended).toMatchObject({ code: 4, stdout: '' })
      expect(unwrapped(ended.stderr)).toContain(
        `The certificate is for “${name}”, not for elsewhere.example.test:8443. Check the address for spelling. Nothing was sent.`,
      )
      await expectNothingEnrolled()
    })

    it('enrols with the link that was never used up, attests, and holds a live stream', async () => {
      const agent = startPostern(stage, ['agent', '--json'], place)
      expect(await agent.untilLine((line) => line['ready'] === true)).toMatchObject({ development: false })
      const ended = await enroll(link)
      expect(ended, ended.stderr).toMatchObject({ code: 0 })
      await agent.untilLine((line) => line['state'] === 'healthy')
      const status = await untilStreamed()
      expect(status).toMatchObject({ issuer, tier: 'T1', key_store: 'keytar', stream: 'open' })
      expect(status['result']).toMatchObject({ iss: issuer, status: 'affirming' })

      const sent = new Map(payloadsOf(status))
      expect(sent.get('eat+jwt')).toMatchObject({ aud: issuer, submods: { agent: { channel: 'stable' } } })
      expect(sent.get('dpop+jwt')).toMatchObject({ htm: 'GET', htu: `${issuer}/v1/stream` })
      expect(await agent.stop()).toMatchObject({ code: 0 })
    })

    it('finds with doctor nothing wrong about the gateway', async () => {
      const found = documentOf(await runPostern(['doctor', '--json'], place))['findings']
      expect(found).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ id: 'gateway/reached', state: 'fine' }),
          expect.objectContaining({ id: 'clock/fine', state: 'fine' }),
          expect.objectContaining({ id: 'key-store/fine', state: 'fine' }),
        ]),
      )
    })
  })

  it.each([
    [
      'an http issuer by name',
      `http://${name}:8180`,
      '--issuer: write https://: plain http is for http://localhost:<port> and http://127.0.0.1:<port> alone',
    ],
    [
      'listeners off loopback in development mode',
      'http://localhost:8180',
      'the issuer http://localhost:8180 is for development, on loopback alone: write 127.0.0.1:8443, or an https issuer',
    ],
  ])('refuses to be a gateway with %s, and says what to write', async (_, named, says) => {
    const ended = await runPostern(['gateway', '--config', gateway.config, '--issuer', named], place)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(unwrapped(ended.stderr)).toContain(says)
  })

  function enroll(by: string) {
    return runPostern(['agent', 'enroll', '--yes', by], place)
  }
  /** The same code and key, but another address. */
  function linkTo(server: string): string {
    const url = new URL(link)
    url.searchParams.set('server', server)
    return url.href
  }
  async function expectNothingEnrolled(): Promise<void> {
    const state = join(desktop.home, 'state', 'postern')
    const files = existsSync(state) ? await readdir(state) : []
    for (const file of ['enrollment.json', 'consent.json', 'key-record.json']) expect(files).not.toContain(file)
    expect(await desktop.countEntries('dev.postern.agent')).toBe(0)
  }
  async function untilStreamed() {
    for (let tries = 0; tries < 20; tries += 1) {
      const status = documentOf(await runPostern(['status', '--json'], place))
      if (status['stream'] === 'open') return status
    }
    throw new Error('no stream came about')
  }
  /** Packets that left any network device of the laptop, its loopback included. */
  async function packetsSent(): Promise<readonly string[]> {
    if (typeof laptop === 'string') throw new Error(laptop)
    const { stdout } = await laptop.run(['/bin/cat', '/proc/net/dev'])
    return stdout.split('\n').flatMap((line) => {
      const [device, ...counts] = line.trim().split(/[:\s]+/)
      return counts.length < 16 ? [] : [`${device} ${counts[9]}`]
    })
  }
})

/** A cable between two machines, and names on the second; no IPv6, which speaks by itself. */
async function connect(server: SeparateMachine, laptop: SeparateMachine): Promise<void> {
  await server.run(['ip', 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', String(laptop.pid)])
  const up = (address: string) => `echo 1 > /proc/sys/net/ipv6/conf/cable/disable_ipv6
ip address add ${address}/24 dev cable
ip link set cable up`
  await server.run(['/bin/sh', '-c', up(gatewayAddress)])
  await laptop.run(['/bin/sh', '-c', up(agentAddress)])
  await laptop.run(['/bin/sh', '-c', `echo '${gatewayAddress} ${name} elsewhere.example.test' >> /etc/hosts`])
}

function payloadsOf(status: { readonly [member: string]: unknown }): readonly (readonly [string, object])[] {
  const { sent } = status
  if (!Array.isArray(sent)) return []
  return sent.map((one: unknown) => [String(Object(one).typ), Object(JSON.parse(String(Object(one).payload)))] as const)
}

function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ')
}
