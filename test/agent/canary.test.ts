import { createPrivateKey } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requests } from '#contract/ipc.ts'
import { createLog } from '#runtime/log.ts'
import { aGateway } from '#test/support/a-gateway.ts'
import { anAgent, theGatewayOn } from '#test/support/an-agent.ts'

/** Every way in which a secret could stand in an output: as it is kept, and the number alone, in whatever spelling. */
function spellingsOf(secret: string): readonly string[] {
  const key = createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' })
  const { d = '' } = key.export({ format: 'jwk' })
  const number = Buffer.from(d, 'base64url')
  // Base64 of something longer that holds it: three places it may begin at, the ends cut off.
  const inside = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), number])
      .toString('base64')
      .slice(4, 40),
  )
  return [secret, d, number.toString('hex'), number.toString('base64'), ...inside].flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    Buffer.from(text).toString('base64url').slice(0, 40),
  ])
}

const holds = (text: string, spellings: readonly string[]) =>
  spellings.filter((spelling) => text.toLowerCase().includes(spelling.toLowerCase()))

describe('The secret of a device key', () => {
  it('is found in each of its spellings, so that a search for it can fail', async () => {
    const agent = await anAgent()
    await enrolled(agent)
    const [secret = ''] = agent.keyring.entries.values()
    const d =
      createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
        .d ?? ''
    const spellings = spellingsOf(secret)
    for (const leak of [
      `{"pkcs8":"${secret}"}`,
      `d=${d}`,
      Buffer.from(d, 'base64url').toString('hex').toUpperCase(),
      Buffer.concat([Buffer.from('ab'), Buffer.from(d, 'base64url'), Buffer.from('c')]).toString('base64url'),
      Buffer.from(secret).toString('base64url'),
    ])
      expect(holds(leak, spellings)).not.toEqual([])
  })

  it('stands in no log, no file, no answer and no message, after enrolment, reports, trouble and a restart', async () => {
    const { outputs, spellings } = await everythingThatLeaves()
    const least = {
      log: 1,
      'agent/snapshot': 1,
      'diagnostics/preview': 1,
      'settings/read': 1,
      'history/page': 1,
      'privacy/payload': 2,
      '/v1/attestations': 1,
      stream: 1,
      'sent-ledger/': 2,
      'key-record.json': 1,
    }
    for (const [what, count] of Object.entries(least))
      expect([what, outputs.filter((output) => output.what.includes(what)).length]).toEqual([
        what,
        expect.toSatisfy((found) => found >= count),
      ])
    expect(outputs.find(({ what }) => what === 'log')?.text.split('\n').length).toBeGreaterThan(4)
    for (const { what, text } of outputs.filter(({ what }) => Object.hasOwn(requests, what)))
      expect([what, text.slice(0, 10)]).toEqual([what, '{"ok":true'])

    expect(spellings.length).toBeGreaterThan(10)
    for (const { what, text } of outputs) expect([what, holds(text, spellings)]).toEqual([what, []])
  })
})

/** Plays an agent through its life, and gathers all that it wrote, answered and sent. */
async function everythingThatLeaves() {
  const outputs: { readonly what: string; readonly text: string }[] = []
  const lines: string[] = []
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const agent = await anAgent({ log })
  const { gateway, running, device } = await enrolled(agent)
  const [secret = ''] = agent.keyring.entries.values()
  const spellings = spellingsOf(secret)
  await expect.poll(() => agent.streams.length).toBe(1)
  device.hello()
  device.snapshot(5, { result: null, config: null, state: 'active' })
  await running.ask('posture/check-now', undefined)
  agent.secretService.says({ kind: 'reachable', locked: true, hasCollection: true })
  await running.ask('posture/check-now', undefined)
  agent.secretService.says({ kind: 'reachable', locked: false, hasCollection: true })
  agent.keyring.breakDown()
  await running.ask('posture/check-now', undefined)
  agent.keyring.breakDown('no')
  await running.ask('key/try-again', undefined)

  const window = running.core.answers('window')
  for (const name of ['agent/snapshot', 'privacy/catalogue', 'settings/read', 'route/take'] as const)
    outputs.push({ what: name, text: JSON.stringify(await window(name, undefined)) })
  outputs.push({
    what: 'diagnostics/preview',
    text: JSON.stringify(await window('diagnostics/preview', { language: 'en' })),
  })
  outputs.push({ what: 'history/page', text: JSON.stringify(await window('history/page', {})) })
  const sent = await window('privacy/sent', {})
  outputs.push({ what: 'privacy/sent', text: JSON.stringify(sent) })
  for (const id of JSON.stringify(sent).match(/(?<="id":")[\w-]{22}(?=")/g) ?? [])
    outputs.push({ what: 'privacy/payload', text: JSON.stringify(await window('privacy/payload', { id })) })
  await running.core.stop()
  await (await agent.aProcess()).core.stop()

  outputs.push({ what: 'log', text: lines.join('\n') })
  for (const request of gateway.seen) outputs.push({ what: request.path, text: JSON.stringify(request) })
  for (const stream of agent.streams)
    outputs.push({ what: 'stream', text: JSON.stringify([stream.headers, stream.sent]) })
  for (const file of await filesUnder(agent.folder))
    outputs.push({ what: file, text: await readFile(join(agent.folder, file), 'latin1') })
  return { outputs, spellings }
}

async function enrolled(agent: Awaited<ReturnType<typeof anAgent>>) {
  const gateway = await aGateway()
  const running = await agent.aProcess()
  const { sha256: consent } = gateway.configuration().consent
  expect(await running.ask('enrollment/confirm', { link: gateway.link(), consent })).toMatchObject({ ok: true })
  await running.until((now) => now.result !== null)
  return { gateway, running, device: theGatewayOn(agent) }
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
