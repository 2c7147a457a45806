import { profile } from '#contract/wire-types.ts'
import type { JudgingPorts } from '#gateway/attestations/judging.ts'
import { type AttestationAnswer, receiveAttestation } from '#gateway/attestations/receive-attestation.ts'
import type { MessagePorts } from '#gateway/devices/receive-message.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { aDeviceRecord, aPersonRecord, aStore } from './a-store.ts'
import { delegateJwk, deviceJwk, deviceKid, deviceUrn, exampleTime, issuer, segment } from './a-wire.ts'

export type AttestationDesk = {
  readonly store: Store
  receive(jws: string): Promise<AttestationAnswer>
}

export const chainStart = 'v7GQuewQv7kcsQ-MCrfdk_Vn2nxZ8HZP33G8hvEUmXc'

/**
 * The act of receiving a report, on a store in memory with one enrolled device. Signatures are taken for granted, so that
 * thousands of messages cost little.
 */
export async function anAttestationDesk(wish: Partial<Pick<JudgingPorts, 'book'>> = {}): Promise<AttestationDesk> {
  const store = await aStore()
  const { id: deviceId } = aDeviceRecord()
  await store.transact(async (rows) => {
    await rows.people.insert(aPersonRecord())
    await rows.devices.insert(aDeviceRecord({ sueid: 'AZ08Hwt6Xkwti28QITJDVGo' }))
    await rows.deviceKeys.insert({
      kid: deviceKid,
      deviceId,
      x: deviceJwk.x,
      y: deviceJwk.y,
      state: 'current',
      createdAt: exampleTime,
      retiredAt: null,
    })
    await rows.heads.put({
      kid: deviceKid,
      deviceId,
      seq: 0,
      hash: chainStart,
      receivedAt: exampleTime,
      forks: 0,
      reanchorUntil: null,
    })
  })
  const unsigned = (claims: object) => `e30.${segment(JSON.stringify(claims))}.e30`
  const ports: MessagePorts & JudgingPorts = {
    issuer,
    minAgent: '0.1.0',
    nonces: { issue: () => '', accepts: () => true },
    keys: { verifies: () => true },
    limits: { take: async () => {} },
    find: (kid) =>
      store.read(async (rows) => {
        const key = await rows.deviceKeys.find(kid)
        const device = await rows.devices.find(deviceId)
        return key === undefined || device === undefined ? undefined : { key, device }
      }),
    onRetiredKey: async () => {},
    store,
    book: wish.book ?? (() => undefined),
    resources: [],
    configs: { next: () => undefined },
    grantsOf: async () => [],
    sign: { result: unsigned, accessToken: unsigned, chainState: unsigned },
    onDeviceChanged: () => {},
  }
  return {
    store,
    receive: (jws) => receiveAttestation(ports, jws, { traceId: '0'.repeat(32), now: exampleTime, onHeader: () => {} }),
  }
}

/** A report as the device of this desk sends it; its signature is of the right length, and nothing else. */
export function aReportJws(claims: {
  readonly seq: number
  readonly prev: string
  readonly jti: string
  readonly unknown_head?: string
}): string {
  const header = segment(JSON.stringify({ alg: 'ES256', typ: 'eat+jwt', kid: deviceKid }))
  const payload = {
    eat_profile: profile,
    iss: deviceUrn,
    aud: issuer,
    iat: exampleTime,
    exp: exampleTime + 120,
    eat_nonce: chainStart,
    intuse: 'generic',
    sueids: { 'postern.dev': 'AZ08Hwt6Xkwti28QITJDVGo' },
    swname: 'postern-agent',
    swversion: ['1.0.0', 16384],
    uptime: 1,
    delegate: { jwk: delegateJwk },
    submods: {
      os: { platform: 'linux', arch: 'x64', virtual: 'no' },
      posture: { signals: [{ id: 'firewall', st: 'unknown', why: 'denied', at: exampleTime, ms: 1, src: 'test' }] },
      agent: {
        key_store: 'keytar',
        integrity: 'signed',
        channel: 'stable',
        config_seq: 1,
        config_hash: chainStart,
        managed: false,
      },
    },
    ...claims,
  }
  return `${header}.${segment(JSON.stringify(payload))}.${'A'.repeat(86)}`
}
