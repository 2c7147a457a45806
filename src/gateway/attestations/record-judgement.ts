import { recordEvent } from '#gateway/audit/record-event.ts'
import type { AgentConfigRecord } from '#gateway/storage/agent-config-store.ts'
import type { ResultRecord } from '#gateway/storage/result-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { changesBetween, noticeable, type ResultClaims } from './posture-result.ts'

/** Keeps a judgement, tells the device's feed, and the log where something changed for people. Inside a transaction. */
export async function recordJudgement(
  rows: Rows,
  deviceId: string,
  claims: ResultClaims,
  jws: string,
  traceId: string | undefined,
): Promise<void> {
  const before = await rows.results.find(deviceId)
  const result: ResultRecord = {
    deviceId,
    status: claims.status,
    book: claims.book,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    recheckAt: claims.recheck_at,
    jws,
  }
  await rows.results.put(result)
  // The event names no result: whoever reads it is given the newest one.
  await rows.feeds.append({ topic: 'device', subject: deviceId, kind: 'result', data: null, at: claims.iat })
  const change = changesBetween(before === undefined ? undefined : noticeable(before.claims), claims)
  if (change === undefined) return
  await recordEvent(rows, {
    type: 'posture-changed',
    at: claims.iat,
    actor: null,
    object: { device: deviceId },
    traceId,
    members: { from: change.from, to: change.to, report: claims.evidence, book: claims.book, checks: change.checks },
  })
}

/** Keeps a new config and tells the device's feed, unless another one was stored meanwhile. Inside a transaction. */
export async function storeConfig(
  rows: Rows,
  config: AgentConfigRecord | undefined,
  seqBefore: number | undefined,
  now: number,
): Promise<boolean> {
  if (config === undefined || (await rows.configs.head(config.deviceId))?.seq !== seqBefore) return false
  await rows.configs.put(config)
  await rows.feeds.append({ topic: 'device', subject: config.deviceId, kind: 'config', data: null, at: now })
  return true
}
