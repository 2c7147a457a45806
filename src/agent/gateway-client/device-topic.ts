import { type DeviceEvent, deviceEvent, deviceSnapshot, type deviceStates } from '#contract/live-frames.ts'
import type { Log } from '#runtime/log.ts'

export type DeviceState = (typeof deviceStates)[number]

/** What the topic `device` can set off. Signed members are proven by whoever takes them; the rest is a hint. */
export type DeviceTopic = {
  onConfig(jws: string): Promise<void>
  onResult(jws: string): Promise<void>
  onState(state: DeviceState): void
  onAttestNow(): void
  /** Somebody's request waits for the vote of the person whose device this is. */
  onReview(review: Review): void
}
export type Review = Extract<DeviceEvent, { readonly kind: 'review' }>

/** Takes a snapshot of the topic: the configuration first, since it may bring the keys that the result is signed with. */
export async function takeDeviceSnapshot(data: unknown, to: DeviceTopic, log: Log): Promise<void> {
  const parsed = deviceSnapshot.safeParse(data)
  if (!parsed.success) return log.warn('live.snapshot-unread', { topic: 'device' })
  const { config, result, state } = parsed.data
  if (config !== null) await to.onConfig(config)
  if (result !== null) await to.onResult(result)
  to.onState(state)
}

/** Takes one event of the topic; a kind that this agent does not know is passed over. */
export async function takeDeviceEvent(data: unknown, to: DeviceTopic, log: Log): Promise<void> {
  const parsed = deviceEvent.safeParse(data)
  if (!parsed.success) return log.warn('live.event-unread', { topic: 'device' })
  const event = parsed.data
  switch (event.kind) {
    case 'config':
      return to.onConfig(event.config)
    case 'result':
      return to.onResult(event.result)
    case 'state':
      return to.onState(event.state)
    case 'attest_now':
      return to.onAttestNow()
    case 'review':
      return to.onReview(event)
    case 'handoff':
      return log.debug('live.event-later', { kind: event.kind }) // of a later milestone
  }
}
