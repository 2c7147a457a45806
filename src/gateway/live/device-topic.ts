import type { Json } from '#domain/canonical-json.ts'
import type { DeviceState } from '#gateway/storage/device-store.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { TopicView } from './subscriptions.ts'

/** What a frame may hold beside its envelope: a snapshot that would not fit leaves the config to the next attestation. */
const mostSnapshotBytes = 64_000

/** The words of the wire for the states of the register (protocol.md section 9). */
const wireState: { readonly [State in DeviceState]: string } = {
  pending: 'retired',
  active: 'active',
  quarantined: 'quarantined',
  superseded: 'retired',
  removed: 'removed',
}

/**
 * Topic `device`: the newest result and config, signed, and the state of the device. Events name no message: whoever
 * reads one is given the newest, so nothing old is ever believed.
 */
export function deviceTopic(
  store: Pick<Store, 'read'>,
  /** A notice that somebody's request waits for this device's owner, where that is so now. */
  showReview: (event: FeedEvent) => Promise<Json | undefined> = async () => undefined,
): TopicView {
  return {
    async snapshot(deviceId) {
      const { result, config, device } = await store.read(async (rows) => ({
        result: await rows.results.find(deviceId),
        config: await rows.configs.find(deviceId),
        device: await rows.devices.find(deviceId),
      }))
      const length = (result?.jws.length ?? 0) + (config?.jws.length ?? 0)
      return {
        result: result?.jws ?? null,
        config: length > mostSnapshotBytes ? null : (config?.jws ?? null),
        state: wireState[device?.state ?? 'removed'],
      }
    },
    async show(event): Promise<Json | undefined> {
      const { kind, subject, data } = event
      if (kind === 'review') return await showReview(event)
      if (kind === 'result') {
        const result = await store.read((rows) => rows.results.find(subject))
        return result === undefined ? undefined : { kind, result: result.jws }
      }
      if (kind === 'config') {
        const config = await store.read((rows) => rows.configs.find(subject))
        return config === undefined ? undefined : { kind, config: config.jws }
      }
      return isMembers(data) ? { ...data, kind } : undefined
    },
  }
}

function isMembers(data: Json): data is { readonly [name: string]: Json } {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
