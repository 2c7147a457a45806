import { Failure } from '#domain/failure.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { ProvenToken } from './device-token.ts'

/** Throws what keeps a device from its stream: `retired_key`, `device_quarantined`, `invalid_token` for one that is gone. */
export async function mayReadStream(store: Pick<Store, 'read'>, token: ProvenToken, now: number): Promise<void> {
  const { key, device } = await store.read(async (rows) => ({
    key: await rows.deviceKeys.find(token.claims.dk),
    device: await rows.devices.find(token.deviceId),
  }))
  if (device === undefined || key?.deviceId !== device.id) throw new Failure('invalid_token', {})
  const ended = device.until !== null && device.until <= now
  if (key.state !== 'current' || ended || device.state === 'removed' || device.state === 'superseded')
    throw new Failure('retired_key', {})
  if (device.state === 'quarantined') throw new Failure('device_quarantined', {})
  if (device.state === 'pending') throw new Failure('pending_approval', {})
}
