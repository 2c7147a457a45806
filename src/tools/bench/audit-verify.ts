import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { runChild } from '#tools/children.ts'
import { atMostTimes, type Bench, type Figure, withinPercent } from './figure.ts'
import { median } from './median.ts'

const many = { leaves: 100_000, requests: 2500 }
/** As many requests in ten times the leaves. */
const narrow = { leaves: 10_000, requests: 250 }
const wide = { leaves: 100_000, requests: 250 }
/** So that what is kept is measured, and not what V8 has not collected yet. */
const smallHeap = ['--max-old-space-size=40', '--max-semi-space-size=4']
const rounds = 3

/**
 * `postern audit verify` of a bundle of 100,000 leaves with 5,000 signed votes, against hashing all its bytes and verifying
 * all its signatures once; and the most memory it takes with a heap of 40 MB, against that of a tenth of the leaves.
 */
export const auditVerify: Figure = {
  names: ['audit-verify', 'audit-verify-memory'],
  async measure(bench) {
    const large = await bundleOf(bench, 'large', many)
    const small = await bundleOf(bench, 'narrow', narrow)
    const larger = await bundleOf(bench, 'wide', wide)
    const tookMs: number[] = []
    const bareMs: number[] = []
    const mb = { small: [] as number[], larger: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      bench.say(`verifying, round ${round + 1} of ${rounds}`)
      const run = await verifyOnce(bench, large)
      tookMs.push(run.ms)
      bareMs.push(await bareOnce(large, run.counts))
      mb.larger.push((await verifyOnce(bench, larger, smallHeap)).mb)
      mb.small.push((await verifyOnce(bench, small, smallHeap)).mb)
    }
    return [
      atMostTimes('audit-verify', median(tookMs), 'ms', median(bareMs), 3),
      withinPercent('audit-verify-memory', median(mb.larger), 'MB', median(mb.small), 20),
    ]
  },
}

/** Written by a program of the tests: the gateway's own log and exporter, with people who do not exist. */
async function bundleOf(bench: Bench, name: string, { leaves, requests }: typeof many): Promise<string> {
  bench.say(`writing a bundle of ${leaves} leaves`)
  const folder = join(bench.folder, `bundle-${name}`)
  const { code, stderr } = await runChild({
    command: bench.node,
    args: [join(bench.root, 'test', 'support', 'write-long-bundle.ts'), folder, String(leaves), String(requests)],
  })
  if (code !== 0) throw new Error(`the bundle was not written: ${stderr}`)
  return folder
}

const verified = z.object({
  exit: z.literal(0),
  counts: z.object({ leaves: z.int(), checkpoints: z.int(), signedActs: z.int() }),
})

/** Wall time of the whole program, and the most memory it had (VmHWM). */
async function verifyOnce(bench: Bench, folder: string, flags: readonly string[] = []) {
  const began = performance.now()
  const child = bench.children.start({
    command: bench.node,
    args: [
      ...flags,
      ...(bench.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${bench.profiles}`]),
      ...[bench.postern, 'audit', 'verify', folder, '--keys', `${folder}.vkeys`, '--json'],
    ],
    ...(bench.cores === undefined ? {} : { core: bench.cores.measured }),
  })
  let mb = 0
  let isRunning = true
  const ended = child.ended.then(() => {
    isRunning = false
    return performance.now() - began
  })
  while (isRunning) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    mb = Math.max(mb, (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024) / 1_000_000)
    await Promise.race([ended, wait(20)])
  }
  const { counts } = verified.parse(JSON.parse(await child.line(() => true)))
  return { ms: await ended, mb, counts }
}

/** What nobody can do without: every byte hashed, every signature verified. */
async function bareOnce(folder: string, counts: z.infer<typeof verified>['counts']): Promise<number> {
  const message = randomBytes(100)
  const passkey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const log = generateKeyPairSync('ed25519')
  const byPasskey = sign('sha256', message, passkey.privateKey)
  const byLog = sign(null, message, log.privateKey)
  const began = performance.now()
  for (const name of await readdir(folder, { recursive: true })) {
    const content = await readFile(join(folder, name)).catch(() => undefined) // a folder
    if (content !== undefined) createHash('sha256').update(content).digest()
  }
  for (let count = 0; count < counts.signedActs; count += 1) verify('sha256', message, passkey.publicKey, byPasskey)
  for (let count = 0; count < counts.checkpoints; count += 1) verify(null, message, log.publicKey, byLog)
  return performance.now() - began
}
