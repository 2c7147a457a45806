import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { logIdOf } from '#gateway/audit/gateway-log.ts'
import { parseVerifierKey, verifierKey } from '#gateway/audit/signed-note.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { openLogKey } from '#gateway/keys/log-key.ts'
import { type Seeded, seeded } from '#tools/fill/seeded.ts'
import { aCrowd, type Crowd } from './a-crowd.ts'
import { aFolder } from './a-folder.ts'
import { aKilledGateway, type KilledGateway } from './a-killed-gateway.ts'
import { type Survival, whatSurvived } from './what-survived.ts'

export type CrashReport = {
  readonly kills: number
  /** Further kills, of a gateway that was starting after one. */
  readonly killsAtStart: number
  readonly acknowledged: number
  readonly unanswered: number
  readonly lost: number
  readonly twice: number
  readonly minted: number
  readonly ended: number
  readonly leaves: number
  readonly checkpoints: number
  readonly rebuilds: number
  readonly rebuildsEqual: number
  readonly bundlesVerified: number
  /** Everything that is wrong, with the seed that finds it again. */
  readonly faults: readonly string[]
}

/** Seconds of the gateway in one of the machine: grants of a minute then end by themselves while it is watched. */
const speed = 10
const killsPerFolder = 20
/** Acts that are acknowledged before the kill, and how much later it comes: on a slow machine as much happens as on a fast one. */
const mostActs = 40
const mostMs = 30
const longestMs = 2500
const patienceMs = 15_000

/** Kills gateways under load, one after another, and holds what people were told beside what is there afterwards. */
export async function crashRuns(wish: {
  readonly seed: string
  readonly kills: number
  readonly say?: (line: string) => void
}): Promise<CrashReport> {
  const random = seeded(wish.seed, 'kills')
  const total = {
    kills: 0,
    killsAtStart: 0,
    acknowledged: 0,
    unanswered: 0,
    lost: 0,
    twice: 0,
    minted: 0,
    ended: 0,
    leaves: 0,
    checkpoints: 0,
    rebuilds: 0,
    rebuildsEqual: 0,
    bundlesVerified: 0,
  }
  const faults: string[] = []
  while (total.kills < wish.kills) {
    const folder = await aFolder()
    const gateway = await aKilledGateway(folder, speed)
    try {
      const crowd = await aCrowd(gateway)
      let last: Survival | undefined
      for (let kill = 0; kill < killsPerFolder && total.kills < wish.kills; kill += 1) {
        await killUnderLoad(gateway, crowd, random, seeded(wish.seed, `load ${total.kills}`))
        total.kills += 1
        if (random.chance(0.2)) {
          await killAtStart(gateway, random)
          total.killsAtStart += 1
        }
        await gateway.start()
        last = await survivalOf(gateway, crowd)
        const where = `seed ${wish.seed}, kill ${total.kills}`
        for (const each of last.lost) faults.push(`${where}: lost: ${each}`)
        for (const each of last.twice) faults.push(`${where}: twice: ${each}`)
        for (const each of last.log) faults.push(`${where}: ${each}`)
        if (!last.rebuiltEqual) faults.push(`${where}: the log yields other rows than those that are kept`)
        total.rebuilds += 1
        if (last.rebuiltEqual) total.rebuildsEqual += 1
        if (faults.length > 0) break
      }
      const bundle = await verifyAll(gateway, crowd)
      if (bundle.length === 0) total.bundlesVerified += 1
      faults.push(...bundle, ...crowd.broken, ...gateway.complaints)
      total.acknowledged += crowd.acknowledged.length
      total.unanswered += crowd.sent.length - crowd.answered()
      total.lost += last?.lost.length ?? 0
      total.twice += last?.twice.length ?? 0
      total.minted += last?.minted ?? 0
      total.ended += last?.ended ?? 0
      total.leaves += last?.leaves ?? 0
      total.checkpoints += last?.checkpoints ?? 0
      wish.say?.(
        `${total.kills} kills, ${total.acknowledged} acts acknowledged, ${total.minted} grants, ${faults.length} faults`,
      )
    } finally {
      await gateway.close()
    }
    if (faults.length > 0) break
  }
  return { ...total, faults }
}

/** Load until a random moment, then SIGKILL in the middle of it. */
async function killUnderLoad(gateway: KilledGateway, crowd: Crowd, random: Seeded, choices: Seeded): Promise<void> {
  await crowd.report()
  let isOver = false
  const load = crowd.act(choices, () => isOver)
  const until = crowd.acknowledged.length + random.between(0, mostActs)
  for (const end = Date.now() + longestMs; crowd.acknowledged.length < until && Date.now() < end; ) await pause(2)
  await pause(random.between(0, mostMs))
  await gateway.kill()
  isOver = true
  await load
}

/** SIGKILL while it reads what is there and goes on with its log. */
async function killAtStart(gateway: KilledGateway, random: Seeded): Promise<void> {
  const starting = gateway.start().catch(() => undefined) // it never comes to be ready
  await pause(random.between(100, 700))
  await gateway.kill()
  await starting
}

/** Asks again until every row has its leaf under a checkpoint. */
async function survivalOf(gateway: KilledGateway, crowd: Crowd): Promise<Survival> {
  const { logId, trusted } = await trustOf(gateway)
  const remembered = { ...crowd, seenCheckpoint: crowd.seenCheckpoint() }
  for (const until = Date.now() + patienceMs; Date.now() < until; await pause(10)) {
    const found = await gateway.store.read((rows) => whatSurvived(rows, remembered, logId, trusted))
    if (found !== undefined) return found
  }
  throw new Error(`rows wait for their leaf or checkpoint: ${gateway.complaints.join('')}`)
}

async function trustOf({ settings, clock }: KilledGateway) {
  const logId = logIdOf(settings.issuer)
  const { publicKey } = await openLogKey(settings.data.keys, clock)
  const vkey = verifierKey({ name: logId, publicKey })
  const verifier = parseVerifierKey(vkey)
  return { logId, vkey, trusted: verifier === undefined ? [] : [verifier] }
}

/** The whole log as an auditor takes it home, by the nine checks of `postern audit verify`. */
async function verifyAll(gateway: KilledGateway, { auditor }: Crowd): Promise<readonly string[]> {
  const answer = await fetch(`${gateway.api}/v1/admin/audit/export?format=bundle`, {
    headers: { cookie: auditor.cookie },
  })
  if (answer.status !== 200) return [`no bundle: ${answer.status} ${await answer.text()}`]
  const file = join(gateway.settings.data.folder, 'bundle.zip')
  await writeFile(file, Buffer.from(await answer.arrayBuffer()))
  const { breaks } = await verifyBundle(file, { keys: (await trustOf(gateway)).vkey })
  return breaks.map((each) => `the bundle: ${JSON.stringify(each)}`)
}

/** What a run came to, on one line. */
export function crashSummary(report: CrashReport): string {
  const { kills, killsAtStart, acknowledged, unanswered, lost, twice, minted, ended } = report
  return [
    `${kills} kills under load, ${killsAtStart} more at the start after one`,
    `${acknowledged} acts acknowledged (${unanswered} unanswered)`,
    `${lost} lost`,
    `${twice} twice`,
    `${minted} grants minted, each once`,
    `${ended} of them ended`,
    `${report.leaves} leaves under ${report.checkpoints} checkpoints verified`,
    `${report.rebuildsEqual} of ${report.rebuilds} rebuilds equal byte for byte`,
    `${report.bundlesVerified} bundles verified`,
  ].join('; ')
}
