import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '#cli/run-command.ts'
import { buildGatewayCore } from '#gateway/gateway-core.ts'
import { readSettings } from '#gateway/settings/read-settings.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aTerminal } from '#test/support/a-terminal.ts'
import { freePort } from '#test/support/free-port.ts'

async function aPlace() {
  const folder = await aFolder()
  const [api, check] = [await freePort(), await freePort()]
  const config = join(folder, 'gateway.yaml')
  await writeFile(
    config,
    `organisation: { name: Example, contact: it@example.com, privacyUrl: https://example.com/privacy }
issuer: http://localhost:${api}
listen: { api: '127.0.0.1:${api}', check: '127.0.0.1:${check}' }
people:
  - { email: ada@example.com, name: Ada, admin: true }
  - { email: bob@example.com, name: Bob }
`,
  )
  return { config, data: join(folder, 'data'), api }
}
type Place = Awaited<ReturnType<typeof aPlace>>

async function run({ config, data }: Place, ...typed: readonly string[]) {
  const told = aTerminal()
  const exit = await runCommand(['gateway', ...typed, '--config', config, '--data', data], told.terminal)
  return { exit, out: told.outLines.join('\n'), err: told.errLines.join('\n') }
}

/** A gateway of this place that ran once. */
async function ran({ config, data }: Place) {
  const settings = await readSettings({ options: { config, data }, environment: {}, os: 'linux', home: data })
  const core = await buildGatewayCore(settings, { clock: systemClock(), log: silentLog, version: '0.1.0' })
  await core.start()
  await core.stop()
  return settings
}

describe('postern gateway new-log', () => {
  it('is explained by --help', async () => {
    const told = aTerminal()
    expect(await runCommand(['gateway', 'new-log', '--help'], told.terminal)).toBe(0)
    expect(told.outLines.join('\n')).toMatch(/postern gateway new-log[\s\S]*--reason <text>/)
  })

  it('begins a log that names the one before, keeps the reason, and tells every admin', async () => {
    const place = await aPlace()
    const settings = await ran(place)
    const { exit, out } = await run(place, 'new-log', '--reason', 'the disk was replaced')
    expect([exit, out]).toEqual([0, expect.stringContaining(`localhost:${place.api}/audit-2`)])
    await ran(place)
    const store = await openStore(settings.data.database)
    const seen = await store.read(async (rows) => {
      const [first] = await rows.log.leaves(2, 0, 1)
      const attached = await rows.audit.attachmentsOf(first?.eventId ?? 0)
      const ada = await rows.people.findByEmail('ada@example.com')
      const bob = await rows.people.findByEmail('bob@example.com')
      const [own, others] = [await rows.notices.unseen(ada?.id ?? ''), await rows.notices.unseen(bob?.id ?? '')]
      const started = (await rows.log.leaves(2, 0, 100)).filter(({ event }) => event.type === 'log-started')
      return { first, attached, own, others, started }
    })
    await store.close()
    expect(seen.started).toHaveLength(1)
    expect(JSON.parse(seen.first?.event.body ?? '{}')).toMatchObject({
      type: 'log-started',
      previous: expect.stringMatching(new RegExp(`^localhost:${place.api}/audit\n`)),
    })
    expect(seen.attached).toMatchObject([{ name: 'reason', content: { text: 'the disk was replaced' } }])
    expect(seen.own.map(({ type }) => type)).toContain('log-started')
    expect(seen.others).toEqual([])
  })

  it('says the same as data', async () => {
    const place = await aPlace()
    await ran(place)
    const { exit, out } = await run(place, 'new-log', '--reason', 'x', '--json')
    expect([exit, JSON.parse(out)]).toEqual([0, { log_id: `localhost:${place.api}/audit-2` }])
  })

  it.each<readonly [string, readonly string[], string]>([
    ['without a reason', [], '--reason'],
    ['with an empty one', ['--reason', '  '], '--reason'],
    ['where no log is', ['--reason', 'x'], 'no audit log'],
  ])('ends with 2 %s', async (_, typed, says) => {
    const { exit, err } = await run(await aPlace(), 'new-log', ...typed)
    expect([exit, err]).toEqual([2, expect.stringContaining(says)])
  })
})

describe('postern gateway over the log of another issuer', () => {
  it('ends with 2 and says which it was', async () => {
    const place = await aPlace()
    await ran(place)
    const { exit, err } = await run(place, '--issuer', 'http://localhost:1')
    expect(exit).toBe(2)
    expect(err.replaceAll(/\s+/g, ' ')).toContain(`the log is one of localhost:${place.api}`)
  })
})
