import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { parseNote, signNote, verifierKey } from '#gateway/audit/signed-note.ts'
import { makeInvitation } from '#gateway/people/invitations.ts'
import { aBrowser, textAt } from '#test/support/a-console.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aQuietEvent } from '#test/support/a-log.ts'
import { aLogKey } from '#test/support/a-log-key.ts'
import { ada, aRunningGateway, type Person, type RunningGateway } from '#test/support/a-running-gateway.ts'
import { type Ended, runProgram } from '#test/support/run-program.ts'
import { whyNot } from '#test/support/what-is-here.ts'

/**
 * Whether a tlog monitor that others wrote can read our log: `tlog-reader/` is a small program over the client of
 * filippo.io/torchwood and golang.org/x/mod, which knows of C2SP tlog-tiles and signed notes alone. It needs Go and its
 * modules; where they are not to be had, these tests are skipped.
 */

const source = join(import.meta.dirname, 'tlog-reader')
const audra: Person = { email: 'audra@example.com', name: 'Audra', groups: [], admin: true, roles: ['auditor'] }
const fetchMs = 60_000
const buildMs = 120_000
const wholeMs = 120_000

const built = { folder: '', reader: '', missing: '' }

beforeAll(async () => {
  const go = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin']
    .map((folder) => join(folder, 'go'))
    .find(isProgram)
  if (go === undefined) {
    built.missing = whyNot('no program', 'go')
    return
  }
  built.folder = await mkdtemp(join(tmpdir(), 'postern-reader-'))
  const env = { ...definedOnly(process.env), GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' }
  const fetched = runGo(go, ['mod', 'download'], env, fetchMs)
  if (fetched.code !== 0) {
    built.missing = whyNot('no registry', `for the Go modules of the reader: ${fetched.says}`)
    return
  }
  const reader = join(built.folder, 'tlog-reader')
  // From here on a failure is one of ours.
  const made = runGo(go, ['build', '-buildvcs=false', '-o', reader, '.'], env, buildMs)
  if (made.code !== 0) throw new Error(made.says)
  built.reader = reader
}, fetchMs + buildMs)

afterAll(() => (built.folder === '' ? undefined : rm(built.folder, { recursive: true, force: true })))

type ReadLog = { readonly url: string; readonly keys: string; readonly token: string; readonly earlier: string[] }

describe('A tlog monitor of another make', () => {
  it(
    'reads the log of a running gateway: signatures, tiles, entries, inclusion and consistency',
    async (context) => {
      needReader(context)
      const { url, keys, token, earlier } = await aServedLog()
      const sizes = await Promise.all(earlier.map(sizeOf))
      const read = await runReader(['-log', url, '-keys', keys, '-token', token, ...earlier])
      expect(read).toMatchObject({ code: 0, stderr: '' })
      const told = JSON.parse(read.stdout)
      expect(told.checkpoints.slice(0, -1)).toEqual(sizes)
      expect(told.size).toBeGreaterThan(600)
      expect(told.checkpoints.at(-1)).toBe(told.size)
      expect(told.inclusions).toBe(told.checkpoints.reduce((sum: number, size: number) => sum + size, 0))
      // Two full tiles and a partial one of leaves, and one above them.
      expect(told.tiles).toBeGreaterThanOrEqual(4)
      expect(sizes.some((size) => size < 256) && sizes.some((size) => size > 256)).toBe(true)
      expect(await runReader(['-log', url, '-keys', keys])).toMatchObject({ code: 1, stdout: '' })
    },
    wholeMs,
  )

  it(
    'refuses one altered byte of any tile, and what another key signed',
    async (context) => {
      needReader(context)
      const log = await aServedLog()
      const { keys, earlier } = log
      const { folder, names } = await copied(log)
      const onCopy = (vkeys = keys) => runReader(['-log', folder, '-keys', vkeys, ...earlier])
      expect(await onCopy()).toMatchObject({ code: 0, stderr: '' })
      for (const kind of [/^tile\/0\/\d+$/, /^tile\/0\/.*\.p\//, /^tile\/1\//, /^tile\/entries\//])
        expect(names.some((name) => kind.test(name))).toBe(true)

      for (const name of names.filter((each) => each.startsWith('tile/'))) {
        const before = await readFile(join(folder, name))
        for (const at of new Set([0, Math.floor(before.length / 2), before.length - 1])) {
          const after = Buffer.from(before)
          after[at] = (after[at] ?? 0) ^ 1
          await writeFile(join(folder, name), after)
          const read = await onCopy()
          expect(read, `${name} at ${at}`).toMatchObject({ code: 1, stdout: '' })
          expect(read.stderr, `${name} at ${at}`).toMatch(/^refused: /)
        }
        await writeFile(join(folder, name), before)
      }

      const stranger = aLogKey((await readFile(keys, 'utf8')).split('+')[0] ?? '')
      const strange = join(await aFolder(), 'vkeys')
      await writeFile(strange, verifierKey(stranger))
      expect(await onCopy(strange)).toMatchObject({ code: 1, stderr: expect.stringContaining('signature') })
      const checkpoint = join(folder, 'checkpoint')
      const note = await readFile(checkpoint, 'utf8')
      const text = parseNote(note)?.text ?? ''
      await writeFile(checkpoint, signNote(text, stranger))
      expect(await onCopy()).toMatchObject({ code: 1, stderr: expect.stringContaining('signature') })
      // Of another root, signed by nobody anew.
      await writeFile(
        checkpoint,
        note.replace(/^[A-Za-z0-9+/]{42}/m, (root) => root.split('').reverse().join('')),
      )
      expect(await onCopy()).toMatchObject({ code: 1, stderr: expect.stringContaining('signature') })
      await writeFile(checkpoint, note)
      expect(await onCopy()).toMatchObject({ code: 0, stderr: '' })
    },
    wholeMs,
  )
})

/** A gateway with over 600 leaves, its checkpoints at three sizes on the way, and a monitor token of it. */
async function aServedLog(): Promise<ReadLog> {
  const gateway = await aRunningGateway({ people: [ada, audra] })
  const admin = await signedIn(gateway)
  const made = await admin.act(
    'POST /v1/admin/service-tokens',
    {},
    { name: 'monitor', scopes: ['audit'], expires_at: Math.floor(Date.now() / 1000) + 3600 },
  )
  expect(made.status).toBe(201)
  const token = textAt(made.body, 'token')
  const url = `${gateway.api}/audit/`
  const folder = await aFolder()
  const keys = join(folder, 'vkeys')
  const state = await admin.send('/v1/admin/audit/state')
  await writeFile(keys, `${textAt(state.body, 'vkeys', 0)}\n`)
  const earlier: string[] = []
  for (const round of [40, 300, 280]) {
    const path = join(folder, `checkpoint-${earlier.length + 1}`)
    await writeFile(path, await grown(gateway, { url, token }, round))
    earlier.push(path)
  }
  await grown(gateway, { url, token }, 5)
  return { url, keys, token, earlier }
}

async function signedIn({ store, api, issuer }: RunningGateway) {
  const { token } = await store.transact(async (rows) => {
    const person = await rows.people.findByEmail(audra.email)
    if (person === undefined) throw new Error('nobody was listed')
    return await makeInvitation(rows, 'person', person.id, { person: null, nowMs: Date.now() })
  })
  const browser = aBrowser(api, issuer)
  expect(await browser.accept(token)).toMatchObject({ status: 201 })
  return browser
}

/** The checkpoint once so many leaves more are under one. */
async function grown(gateway: RunningGateway, log: Pick<ReadLog, 'url' | 'token'>, leaves: number): Promise<string> {
  const before = sizeIn(await checkpointOf(log))
  const at = Math.floor(Date.now() / 1000)
  await gateway.store.transact(async (rows) => {
    for (let n = 0; n < leaves; n += 1) await recordEvent(rows, aQuietEvent(at))
  })
  await expect
    .poll(async () => sizeIn(await checkpointOf(log)), { timeout: 20_000, interval: 200 })
    .toBeGreaterThanOrEqual(before + leaves)
  return await checkpointOf(log)
}

async function checkpointOf({ url, token }: Pick<ReadLog, 'url' | 'token'>): Promise<string> {
  const answer = await fetch(`${url}checkpoint`, { headers: { authorization: `Bearer ${token}` } })
  if (answer.status !== 200) throw new Error(`no checkpoint: ${answer.status}`)
  return await answer.text()
}

const sizeIn = (note: string) => Number(note.split('\n')[1])
const sizeOf = async (path: string) => sizeIn(await readFile(path, 'utf8'))

/** A folder with what the reader asked the gateway for, byte for byte. */
async function copied(log: ReadLog): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  const folder = await aFolder()
  const names: string[] = []
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '').slice(1)
    const answer = await fetch(log.url + name, { headers: { authorization: request.headers.authorization ?? '' } })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (answer.status === 200) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), bytes)
      names.push(name)
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const url = `http://127.0.0.1:${portOf(server.address())}/`
  const read = await runReader(['-log', url, '-keys', log.keys, '-token', log.token, ...log.earlier])
  expect(read).toMatchObject({ code: 0, stderr: '' })
  return { folder, names: [...new Set(names)].sort() }
}

function portOf(address: AddressInfo | string | null): number {
  return address !== null && typeof address === 'object' ? address.port : 0
}

function needReader(context: TestContext): void {
  if (built.missing !== '') context.skip(built.missing)
}

function runReader(args: readonly string[]): Promise<Ended> {
  return runProgram(built.reader, args, { cwd: built.folder, env: {} })
}

/** A fetch that waits for a network that is not there ends after its time. */
function runGo(go: string, args: readonly string[], env: Readonly<Record<string, string>>, limitMs: number) {
  const { status, stderr } = spawnSync(go, args, { cwd: source, env, timeout: limitMs, encoding: 'utf8' })
  return { code: status, says: stderr.trim().split('\n').at(-1) ?? '' }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const defined: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value
  return defined
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
