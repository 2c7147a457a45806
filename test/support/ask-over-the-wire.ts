import { type Answer, type DeviceClient, hashOf, newId } from './a-device.ts'

/** Readings that fail the firewall alone. */
export const firewallOff = {
  firewall: { state: 'off' },
  'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 },
}

/** Asks for an exception from the firewall for the wiki, as an agent does. */
export async function askOverTheWire(device: DeviceClient, members: object = {}): Promise<Answer> {
  const ask = {
    draft_id: newId(),
    mode: 'normal',
    checks: ['firewall'],
    resources: ['wiki'],
    duration_s: 3600,
    category: 'debugging',
    reason: 'The vendor sent a broken update; a fix is on its way.',
    ...members,
  }
  const presence = { method: 'click', at: device.now }
  return await device.call('POST', '/v1/exceptions', {
    headers: { 'content-type': 'application/jose' },
    body: await device.message('exception-request+jwt', { ask, presence, evidence: { seq: 1, hash: hashOf('x') } }),
  })
}
