import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aDevice, hashOf, newId } from './a-device.ts'
import { aFolder } from './a-folder.ts'
import { ada, bob, guest, type Person } from './a-running-gateway.ts'
import { aStaffedGateway, edsger, grace } from './a-staffed-gateway.ts'

const audra: Person = { email: 'audra@example.com', name: 'Audra', groups: [], admin: true, roles: ['auditor'] }

/** Paths of a zip that a running gateway exported, and of its vkeys: one request granted, one denied. */
export async function anExportedBundle(): Promise<{ readonly zip: string; readonly keys: string }> {
  const gateway = await aStaffedGateway({ people: [ada, bob, guest, grace, edsger, audra] })
  const device = await aDevice(gateway)
  device.readings = {
    firewall: { state: 'off' },
    'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 },
  }
  await device.attest()
  await gateway.as(ada.email, 'GET', '/v1/me')

  async function asked(): Promise<string> {
    const ask = {
      draft_id: newId(),
      mode: 'normal',
      checks: ['firewall'],
      resources: ['wiki'],
      duration_s: 3600,
      category: 'debugging',
      reason: 'The vendor sent a broken update; a fix is on its way.',
    }
    const claims = { ask, presence: { method: 'click', at: device.now }, evidence: { seq: 1, hash: hashOf('x') } }
    const body = await device.message('exception-request+jwt', claims)
    const answer = await device.call('POST', '/v1/exceptions', {
      headers: { 'content-type': 'application/jose' },
      body,
    })
    if (answer.json.state === 'step_up_required') await gateway.prove(answer.json.step_up_url)
    return answer.json.request_id
  }
  const denied = await asked()
  await gateway.vote(grace.email, denied, 'security', { decision: 'deny', reason: 'Not today.' })
  const granted = await asked()
  await gateway.vote(grace.email, granted, 'security')
  const last = await gateway.vote(edsger.email, granted, 'platform')
  if (last.json.state !== 'approved') throw new Error(`not approved: ${last.text}`)

  const folder = await aFolder()
  const [zip, keys] = [join(folder, 'bundle.zip'), join(folder, 'vkeys')]
  const state = await gateway.as(audra.email, 'GET', '/v1/admin/audit/state')
  await writeFile(keys, `${state.json.vkeys.join('\n')}\n`)
  const headers = { cookie: await gateway.cookieOf(audra.email) }
  const answer = await fetch(`${gateway.api}/v1/admin/audit/export`, { headers })
  if (answer.status !== 200) throw new Error(`not exported: ${answer.status}`)
  await writeFile(zip, new Uint8Array(await answer.arrayBuffer()))
  return { zip, keys }
}
