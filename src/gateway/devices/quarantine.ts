import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Rows } from '#gateway/storage/rows.ts'

export type QuarantineCause = 'unknown-head' | 'chain-fork'

/** Puts a device on hold: no access, its stream ends, admins are told by the log. Inside a transaction. */
export async function quarantineDevice(
  rows: Rows,
  found: { readonly deviceId: string; readonly kid: string; readonly seq: number; readonly cause: QuarantineCause },
  now: number,
  traceId: string | undefined,
): Promise<void> {
  const object = { device: found.deviceId }
  await rows.devices.setState(found.deviceId, 'quarantined')
  await rows.feeds.append({
    topic: 'device',
    subject: found.deviceId,
    kind: 'state',
    data: { state: 'quarantined' },
    at: now,
  })
  await recordEvent(rows, {
    type: 'alarm-chain-fork',
    at: now,
    actor: null,
    object,
    traceId,
    members: { kid: found.kid, seq: found.seq },
  })
  await recordEvent(rows, {
    type: 'device-quarantined',
    at: now,
    actor: null,
    object,
    traceId,
    members: { cause: found.cause },
  })
}

/** A retired key spoke: who holds it may be a thief, or a machine restored from a backup. Inside a transaction. */
export async function recordRetiredKey(
  rows: Rows,
  found: { readonly deviceId: string; readonly kid: string },
  now: number,
  traceId: string,
): Promise<void> {
  await recordEvent(rows, {
    type: 'alarm-retired-key',
    at: now,
    actor: null,
    object: { device: found.deviceId },
    traceId,
    members: { kid: found.kid, seq: null },
  })
}

/** Takes devices out of service whose agreed time is over (a personal laptop enrolled until a date). Answers how many. */
export async function endDevices(rows: Rows, now: number, limit: number): Promise<number> {
  const ended = await rows.devices.ended(now, limit)
  for (const device of ended) {
    await rows.devices.setState(device.id, 'removed')
    await rows.deviceKeys.retireAllOf(device.id, now)
    await rows.feeds.append({ topic: 'device', subject: device.id, kind: 'state', data: { state: 'removed' }, at: now })
    await recordEvent(rows, {
      type: 'device-removed',
      at: now,
      actor: null,
      object: { device: device.id },
      members: { cause: 'until', signed: null },
    })
  }
  return ended.length
}
