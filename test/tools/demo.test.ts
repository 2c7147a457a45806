import { readdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { reportedSignal } from '#contract/attestation-claims.ts'
import { postureResultClaims } from '#contract/gateway-messages.ts'
import { uuid7 } from '#contract/wire-types.ts'
import { accessWords } from '#domain/access/decision.ts'
import { signalIds } from '#domain/signals.ts'
import { openBundle } from '#gateway/audit/bundle-reader.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { type Ended, runProgram } from '#test/support/run-program.ts'

const demo = join(import.meta.dirname, '..', '..', 'src', 'tools', 'demo.ts')
const limitMs = 240_000

const whole = z.int().min(0)
const demoOutput = z.strictObject({
  key_store: z.string(),
  tier: z.string(),
  signals: z.array(z.looseObject({ id: z.string(), st: z.string(), ms: whole, src: z.string() })),
  result: postureResultClaims,
  decisions: z.array(
    z.strictObject({ resource: z.string(), access: z.enum(accessWords), code: z.string().exactOptional() }),
  ),
  exception: z.strictObject({
    request_id: uuid7,
    states: z.array(z.string()),
    granted_ms: whole,
    ended_by: z.string(),
    decisions: z.array(
      z.strictObject({ when: z.enum(['before', 'during', 'after']), access: z.enum(accessWords), decision_id: uuid7 }),
    ),
    log: z.strictObject({ leaves: whole, bundle: z.string(), keys: z.string(), verify_exit: z.int() }),
  }),
  ms: z.strictObject({ enroll: whole, scan: whole, attest: whole, total: whole }),
})

function runDemo(args: readonly string[]): Promise<Ended> {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(VITEST|NODE_OPTIONS|POSTERN_)/.test(name) ? [] : [[name, value]],
    ),
  )
  return runProgram(process.execPath, [demo, ...args], { cwd: join(demo, '..', '..', '..'), env })
}

function foldersOfDemos(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('postern-demo-'))
}

describe('The demo, once, as one document', () => {
  let ended: Ended
  let output: z.infer<typeof demoOutput>
  let foldersBefore: readonly string[]

  beforeAll(async () => {
    foldersBefore = foldersOfDemos()
    ended = await runDemo(['--once', '--json'])
    output = demoOutput.parse(JSON.parse(ended.stdout))
  }, limitMs)
  afterAll(async () => {
    await rm(dirname(output.exception.log.bundle), { recursive: true })
  })

  it('ends with 0', () => {
    expect([ended.code, ended.stderr]).toEqual([0, ''])
  })

  it('keeps the device key in a real keychain', () => {
    expect([output.key_store, output.tier]).toEqual(['keytar', 'T1'])
  })

  it('reports every signal of this machine', () => {
    expect(output.signals.map(({ id }) => id)).toEqual(signalIds)
  })

  it('reports readings as an agent sends them, without their times', () => {
    expect(output.signals.every((signal) => reportedSignal.safeParse({ ...signal, at: 0 }).success)).toBe(true)
  })

  it('is judged by the gateway, over both resources', () => {
    expect(output.result.resources.map(({ id }) => id)).toEqual(['payments', 'wiki'])
  })

  it('keeps both resources shut, each by one check', () => {
    const stopping = output.result.resources.map(
      ({ findings }) => findings.filter(({ enforce }) => enforce === 'approval' || enforce === 'block').length,
    )
    expect(stopping).toEqual([1, 1])
  })

  it('is told the same by AuthZEN as by the verdict', () => {
    const judged = output.result.resources.map(({ id, access }) => [id, access])
    expect(output.decisions.map(({ resource, access }) => [resource, access]).sort()).toEqual(judged)
  })

  it('offers an exception from the one check, and none from the other', () => {
    const offers = output.result.resources.map(
      ({ findings }) =>
        findings.find(({ enforce }) => enforce === 'approval' || enforce === 'block')?.exception?.offered ?? false,
    )
    expect(offers).toEqual([false, true])
  })

  it('opens the one resource by an exception, for a minute, and shuts it again', () => {
    const { states, decisions, granted_ms: grantedMs, ended_by: endedBy } = output.exception
    expect(states).toEqual(['step_up_required', 'pending', 'approved', 'active', 'expired'])
    expect(decisions.map(({ when, access }) => [when, access])).toEqual([
      ['before', 'refuse'],
      ['during', 'allow'],
      ['after', 'refuse'],
    ])
    expect(new Set(decisions.map(({ decision_id: id }) => id)).size).toBe(3)
    expect(grantedMs).toBeGreaterThan(50_000)
    expect(grantedMs).toBeLessThanOrEqual(61_000)
    expect(endedBy).toBe('grant-expired')
  })

  it('keeps the evidence, which verifies', async () => {
    const { log } = output.exception
    expect(log.verify_exit).toBe(0)
    const verified = await verifyBundle(log.bundle, { keys: await readFile(log.keys, 'utf8') })
    expect([verified.exit, verified.counts.leaves, verified.counts.grants]).toEqual([0, log.leaves, 1])
    expect(verified.counts.signedVotes).toBe(2)
  })

  it('has in the evidence how the grant ended', async () => {
    const bundle = await openBundle(output.exception.log.bundle)
    const grants = await bundle.text('grants.csv')
    await bundle.close()
    expect(grants?.trim().split('\n')).toHaveLength(2)
    expect(grants).toMatch(new RegExp(`,${output.exception.request_id},.*,wiki,.*,expired,`))
  })

  it('leaves nothing else behind', () => {
    expect(foldersOfDemos()).toEqual(foldersBefore)
  })
})

describe('The demo where nobody can press a key', () => {
  it('says how to agree, and ends with 2', async () => {
    const { code, stderr } = await runDemo([])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')])
  })
})
