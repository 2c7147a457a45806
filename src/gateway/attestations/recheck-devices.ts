import { type DeviceFacts, readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { JudgingPorts } from './judging.ts'
import { changesBetween, judgePosture, noticeable } from './posture-result.ts'
import { recordJudgement, storeConfig } from './record-judgement.ts'

const pageSize = 200

/** One device that cannot be judged must not keep the others from it. */
type OnFailed = (deviceId: string, err: unknown) => void

/**
 * Judges anew what by time alone could now be judged differently: a reading that turned old, grace that ended, a device
 * that fell silent. A judgement that says the same is only dated on. Answers whether more may be due.
 */
export async function recheckDue(ports: JudgingPorts, now: number, onFailed: OnFailed): Promise<boolean> {
  const due = await ports.store.read((rows) => rows.results.dueForRecheck(now, pageSize))
  for (const deviceId of due) await recheckDevice(ports, deviceId, now).catch((err) => onFailed(deviceId, err))
  return due.length === pageSize
}

/** Judges every active device by the book now in force, a page at a time, and tells those whose judgement changed. */
export async function recheckAll(
  ports: JudgingPorts,
  now: () => number,
  onFailed: OnFailed,
  mayGoOn: () => boolean,
): Promise<void> {
  let after = ''
  for (;;) {
    const page = await ports.store.read((rows) => rows.devices.page(after, pageSize))
    for (const device of page) {
      if (!mayGoOn()) return
      if (device.state === 'active')
        await recheckDevice(ports, device.id, now()).catch((err) => onFailed(device.id, err))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last.id
  }
}

/** Judges one device on the report it sent last, and gives it a new config where that is due. */
export async function recheckDevice(ports: JudgingPorts, deviceId: string, now: number): Promise<void> {
  const book = ports.book()
  const gathered = await ports.store.read((rows) => gather(ports, rows, deviceId))
  if (gathered === undefined) return
  const { facts, before, grants, config } = gathered
  const { claims, episodes } = judgePosture(facts, book, ports.resources, grants, ports.issuer, now)
  const next = ports.configs.next(config, book, facts.person, facts.record.platform, deviceId, now)
  const changed =
    before === undefined ||
    before.book !== claims.book ||
    changesBetween(noticeable(before.claims), claims) !== undefined ||
    resourcesOf(before.claims) !== JSON.stringify(claims.resources)
  // After a start most judgements say what they said before: nothing is written for those.
  if (!changed && next === undefined && before.recheckAt > now && episodes === facts.episodes) return
  const jws = changed ? ports.sign.result(claims) : undefined
  await ports.store.transact(async (rows) => {
    const newest = await rows.attestations.newest(deviceId)
    if (newest?.hash !== facts.evidence.hash) return // a newer report came, and was judged with it
    if (jws !== undefined) await recordJudgement(rows, deviceId, claims, jws, undefined)
    else if (before !== undefined) await rows.results.put({ ...stored(before), recheckAt: claims.recheck_at })
    if (episodes !== facts.episodes) await rows.episodes.put(deviceId, episodes)
    await storeConfig(rows, next, config?.seq, now)
  })
  ports.onDeviceChanged(deviceId)
}

async function gather(ports: JudgingPorts, rows: Rows, deviceId: string) {
  const facts = await readDeviceFacts(rows, deviceId)
  if (facts === undefined || !wasHeard(facts)) return undefined
  return {
    facts,
    before: await rows.results.find(deviceId),
    grants: await ports.grantsOf(rows, deviceId),
    config: await rows.configs.head(deviceId),
  }
}

type Heard = DeviceFacts & {
  readonly report: NonNullable<DeviceFacts['report']>
  readonly evidence: NonNullable<DeviceFacts['evidence']>
}

function wasHeard(facts: DeviceFacts): facts is Heard {
  return facts.report !== undefined && facts.evidence !== undefined
}

function resourcesOf(claims: unknown): string | undefined {
  return typeof claims === 'object' && claims !== null && 'resources' in claims
    ? JSON.stringify(claims.resources)
    : undefined
}

function stored<Result extends { readonly claims: unknown }>({ claims: _, ...record }: Result): Omit<Result, 'claims'> {
  return record
}
