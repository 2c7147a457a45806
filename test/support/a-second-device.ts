import { generateKeyPairSync } from 'node:crypto'
import { decideAccess } from '#domain/access/decide-access.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { DeviceKeyRecord } from '#gateway/storage/device-key-store.ts'
import { hash } from '#runtime/digest.ts'
import { type Desk, laptop } from './an-exception-desk.ts'

/** A key that the gateway has never seen, for a device. */
export function aFreshDeviceKey(deviceId: string, createdAt: number): DeviceKeyRecord {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  return { kid: hash(`${x}.${y}`), deviceId, x, y, state: 'current', createdAt, retiredAt: null }
}

/** What the newest report of the laptop says, as if this device had sent it with this key. */
export async function reportAs(desk: Desk, deviceId: string, kid: string, seq = 1000): Promise<void> {
  await desk.store.transact(async (rows) => {
    const newest = await rows.attestations.newest(laptop.id)
    if (newest === undefined) throw new Error('the laptop has not reported')
    const { jws } = newest
    await rows.attestations.accept({
      deviceId,
      kid,
      seq,
      hash: hash(`${deviceId} ${seq}`),
      receivedAt: desk.now(),
      jws,
    })
  })
}

/** What the gateway decides about a resource from any device. */
export async function accessFrom(desk: Desk, deviceId: string, resource = 'wiki'): Promise<string> {
  const now = desk.ports.clock.decisionNow()
  return await desk.store.read(async (rows) => {
    const facts = await readDeviceFacts(rows, deviceId)
    const found = desk.ports.resources.find(({ id }) => id === resource)
    if (facts === undefined || found === undefined || desk.book === undefined) return 'nothing'
    const { person, device, report, episodes } = facts
    const verdict = evaluatePolicy({ book: desk.book, person, device, resource: found, report, episodes, now })
    return decideAccess({ verdict, grants: await desk.ports.grants.of(rows, deviceId, now), now }).access
  })
}
