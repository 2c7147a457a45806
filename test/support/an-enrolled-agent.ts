import { join } from 'node:path'
import { chainFile } from '#agent/attestation/chain.ts'
import { type EnrollPorts, enroll } from '#agent/enrollment/enroll.ts'
import { openEnrollment } from '#agent/enrollment/enrollment-state.ts'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { gatewayClient } from '#agent/gateway-client/gateway-client.ts'
import { openConsent } from '#agent/privacy/consent.ts'
import { openSentLedger } from '#agent/privacy/sent-ledger.ts'
import { systemClock } from '#runtime/clock.ts'
import { keyedHash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from './a-folder.ts'
import type { AGateway } from './a-gateway.ts'
import { aSigningKey } from './a-signing-key.ts'

/** An agent's enrolment and all it stands on, in a folder of its own: real files, real HTTP, a key in memory. */
export async function anEnrollingAgent(more: Partial<EnrollPorts> = {}) {
  const folder = await aFolder()
  const consent = await openConsent(join(folder, 'consent.json'))
  const ledger = await openSentLedger(join(folder, 'sent-ledger'), silentLog)
  const enrollment = await openEnrollment(join(folder, 'enrollment.json'))
  const key = aSigningKey()
  const clock = systemClock()
  const clients = new Map<string, ReturnType<typeof gatewayClient>>()
  const clientOf = (issuer: string) => {
    const client =
      clients.get(issuer) ??
      gatewayClient({
        issuer,
        exchange: nodeExchange(clock),
        clock,
        log: silentLog,
        isConsented: () => consent.isGivenFor(issuer),
        keepCopy: ledger.record,
      })
    clients.set(issuer, client)
    return client
  }
  const ports: EnrollPorts = {
    clientOf,
    consent,
    enrollment,
    chain: chainFile(folder),
    keys: async () => key,
    version: '0.1.0',
    development: true,
    namedKid: () => undefined,
    isLost: () => false,
    host: { name: 'ada-laptop', os: 'linux', arch: 'x64' },
    identity: {
      keyedMachineHash: async (salt) => keyedHash(salt, 'machine'),
      keyedSerialHash: async () => undefined,
    },
    ...more,
  }
  return { folder, consent, ledger, enrollment, key, ports, clientOf, chain: ports.chain }
}

/** The same, enrolled with the gateway. */
export async function anEnrolledAgent(gateway: AGateway) {
  const agent = await anEnrollingAgent()
  await enroll(agent.ports, gateway.link(), { sha256: gateway.configuration().consent.sha256, by: 'user' })
  return agent
}
