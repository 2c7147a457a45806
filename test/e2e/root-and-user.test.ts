import { existsSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { documentOf, type PosternPlace, runPostern } from '#test/support/a-postern.ts'
import { startProgram } from '#test/support/a-program.ts'
import { aSeparateMachine, type SeparateMachine } from '#test/support/a-separate-machine.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { whatIsMissing, whyNot } from '#test/support/what-is-here.ts'

// One machine, asked by root and by an ordinary user of its own, made under overlays.

vi.setConfig({ testTimeout: 60_000 })

type Reading = { readonly st?: string; readonly v?: unknown; readonly why?: string; readonly src?: string }
type Readings = ReadonlyMap<string, Reading>
type Both = { readonly root: Readings; readonly user: Readings }

const runuser = existsSync('/usr/sbin/runuser') ? '/usr/sbin/runuser' : '/sbin/runuser'
const home = '/var/lib/postern-test'
const aUser = `echo 'postern-test:x:54321:54321::${home}:/bin/sh' >> /etc/passwd
echo 'postern-test:x:54321:' >> /etc/group
mkdir -m 700 ${home} && chown 54321:54321 ${home}`

/** Of the person, not of the machine: root and a user each have their own. */
const personal = ['ssh-keys', 'screen-lock']

describe('One machine asked by root and by an ordinary user', () => {
  let stage: Stage
  let made: SeparateMachine | string
  let asItIs: Both
  beforeEach((context) => {
    if (typeof made === 'string') context.skip(made)
  })
  beforeAll(async () => {
    stage = await aStage()
    made = whatIsMissing([runuser], { root: true }) ?? (await aSeparateMachine(stage))
    if (typeof made === 'string') return
    await made.run(['/bin/sh', '-c', aUser])
    asItIs = await askBoth()
  })
  afterAll(() => stage.end())

  it('tells the same of it, or says that it could not be read', () => {
    expectNoContradiction(asItIs)
  })

  it('tells the user something of most signals all the same', () => {
    const observed = [...asItIs.user].filter(([, reading]) => reading.st === 'observed').map(([id]) => id)
    expect(observed).toEqual(expect.arrayContaining(['os-version', 'remote-access', 'automatic-login', 'ssh-keys']))
  })

  describe('that holds what only root may read', () => {
    let hidden: Both
    beforeAll(async () => {
      if (typeof made === 'string') return
      const listens = `require('net').createServer().listen(2222, '0.0.0.0', () => console.log('listens'))`
      const server = startProgram([...made.within, process.execPath, '-e', listens], { env: {} })
      stage.onEnd(() => server.stop())
      await server.until(/listens/)
      await made.run(['/bin/sh', '-c', rootOnly])
      hidden = await askBoth()
      await server.stop()
    })

    it('tells the same of it, or says that it could not be read', () => {
      expectNoContradiction(hidden)
    })

    it.each([
      ['remote-access', 'sshd set to port 2222'],
      ['automatic-login', 'automatic sign-in by gdm'],
    ])('says on to root and denied to the user: %s (%s)', (id) => {
      expect(hidden.root.get(id)).toMatchObject({ st: 'observed', v: { state: 'on' } })
      expect(hidden.user.get(id)).toMatchObject({ st: 'unknown', why: 'denied' })
    })

    it('says nothing to the user of apt settings that he may not read', (context) => {
      if (!existsSync('/usr/bin/apt-config')) context.skip(whyNot('no program', '/usr/bin/apt-config'))
      expect(hidden.root.get('automatic-updates')).toMatchObject({ st: 'observed', v: { by: 'user' } })
      for (const id of ['automatic-updates', 'os-updates'])
        expect(hidden.user.get(id)).toMatchObject({ st: 'unknown', why: 'denied' })
    })

    it('says block to root and denied to the user of a packet filter', (context) => {
      if (!existsSync('/usr/sbin/nft')) context.skip(whyNot('no program', '/usr/sbin/nft'))
      expect(hidden.root.get('firewall')).toMatchObject({ st: 'observed', v: { state: 'on', inbound: 'block' } })
      expect(hidden.user.get('firewall')).toMatchObject({ st: 'unknown', why: 'denied' })
    })
  })

  it('tells each of them of their own SSH keys', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n'
    const write = `mkdir -m 700 -p ${home}/.ssh && printf %s "$1" > ${home}/.ssh/id && chmod 600 ${home}/.ssh/id`
    await machine().run(['/bin/sh', '-c', `${write} && chown -R 54321:54321 ${home}/.ssh`, 'sh', key])
    const { root, user } = await askBoth()
    expect(user.get('ssh-keys')?.v).toEqual({ unprotected: 1, protected: 0 })
    expect(root.get('ssh-keys')).toEqual(expect.objectContaining({ v: asItIs.root.get('ssh-keys')?.v }))
  })

  function machine(): SeparateMachine {
    if (typeof made === 'string') throw new Error(made)
    return made
  }
  async function askBoth(): Promise<Both> {
    const place = machine().place()
    const asUser = [...place.within, runuser, '-u', 'postern-test', '--']
    return {
      root: await ask(place),
      user: await ask({ ...place, env: { ...place.env, HOME: home }, within: asUser }),
    }
  }
})

const rootOnly = `umask 077
mkdir -p -m 755 /etc/ssh /etc/gdm3 /etc/apt/apt.conf.d
echo 'Port 2222' > /etc/ssh/sshd_config
chmod 600 /etc/ssh/sshd_config
printf '[daemon]\\nAutomaticLoginEnable=true\\nAutomaticLogin=ada\\n' > /etc/gdm3/daemon.conf
chmod 600 /etc/gdm3/daemon.conf
rm -f /etc/apt/apt.conf.d/20auto-upgrades
echo 'APT::Periodic::Unattended-Upgrade "1";' > /etc/apt/apt.conf.d/20auto-upgrades
if [ -x /usr/sbin/nft ]; then
  nft add table inet postern
  nft 'add chain inet postern input { type filter hook input priority 0; policy drop; }'
fi`

async function ask(place: PosternPlace): Promise<Readings> {
  const ended = await runPostern(['check', '--json'], place)
  expect([0, 3], ended.stderr).toContain(ended.code)
  const signals: unknown = documentOf(ended)['signals']
  if (!Array.isArray(signals)) throw new Error(ended.stdout)
  return new Map(signals.map((signal: unknown) => [String(Object(signal).id), { ...Object(signal) }]))
}

/** What both observed is the same; what one of them did not observe carries a reason. */
function expectNoContradiction({ root, user }: Both): void {
  expect([...user.keys()]).toEqual([...root.keys()])
  expect(root.size).toBe(16)
  for (const [id, ofUser] of user) {
    const ofRoot = root.get(id) ?? {}
    for (const { st, why } of [ofUser, ofRoot]) if (st !== 'observed') expect(why, id).toMatch(/^[a-z-]+$/)
    if (personal.includes(id)) continue
    if (ofRoot.st === 'observed' && ofUser.st === 'observed') expect(lasting(ofUser.v), id).toEqual(lasting(ofRoot.v))
    if (ofRoot.st === 'observed' && ofUser.st !== 'observed') expect(ofUser, id).toMatchObject({ st: 'unknown' })
  }
}

function lasting(value: unknown): unknown {
  const isTime = (name: string) => name === 'scannedAt' || name === 'waitingSince'
  return Object.fromEntries(Object.entries(Object(value)).filter(([name]) => !isTime(name)))
}
