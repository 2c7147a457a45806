import type { AttestationClaims, channels } from '#contract/attestation-claims.ts'
import { type PublicJwk, profile } from '#contract/wire-types.ts'
import type { WireKeyStore } from '#domain/key-tier.ts'
import type { OperatingSystem, VirtualKind } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import type { ChainLink } from './chain.ts'
import { postureOf } from './reported-claims.ts'

/** What this agent is, as every message states it. */
export type AgentFacts = {
  readonly version: string
  readonly integrity: 'signed' | 'unsigned' | 'unknown'
  readonly channel: (typeof channels)[number]
  /** Node's `process.arch`. */
  readonly arch: string
  readonly os: OperatingSystem
}

/** Everything an attestation says, gathered before it is made. Times are Unix seconds of the gateway's clock. */
export type Statement = {
  readonly agent: AgentFacts
  readonly deviceId: string
  readonly sueid: string
  readonly issuer: string
  readonly keyStore: WireKeyStore
  readonly virtual: VirtualKind
  readonly uptimeSeconds: number
  readonly managed: boolean
  /** Whether the gateway's certificate came from an authority that is not publicly known; undefined: no connection said. */
  readonly tlsInspected?: boolean
  readonly config: { readonly seq: number; readonly hash: string; readonly signals: readonly string[] }
  /** The fields that were agreed to. */
  readonly agreed: readonly string[]
  readonly readings: readonly ReportedSignal[]
  readonly aheadSeconds: number
  readonly delegate: PublicJwk
}

const lifeSeconds = 120
const hardwareModelBytes = 32

/** The claims of one attestation, members in the order of protocol.md section 4. Claims that were not read are left out. */
export function attestationPayload(
  said: Statement,
  link: ChainLink,
  fresh: { readonly nonce: string; readonly nowSeconds: number; readonly jti: string },
): AttestationClaims {
  const { agent, config } = said
  return {
    eat_profile: profile,
    iss: `urn:uuid:${said.deviceId}`,
    aud: said.issuer,
    iat: fresh.nowSeconds,
    exp: fresh.nowSeconds + lifeSeconds,
    jti: fresh.jti,
    eat_nonce: fresh.nonce,
    seq: link.seq,
    prev: link.prev,
    ...(link.unknown_head === undefined ? {} : { unknown_head: link.unknown_head }),
    intuse: 'generic',
    sueids: { 'postern.dev': said.sueid },
    swname: 'postern-agent',
    swversion: [agent.version, 16384],
    ...(said.agreed.includes('hardware-model') ? hardwareModel(said.readings) : {}),
    ...(said.agreed.includes('boot-state') ? bootState(said.readings) : {}),
    uptime: Math.max(0, Math.floor(said.uptimeSeconds)),
    delegate: { jwk: said.delegate },
    submods: {
      os: { platform: agent.os, arch: agent.arch, virtual: said.virtual },
      posture: { signals: [...postureOf(said.readings, config.signals, said.agreed, said.aheadSeconds)] },
      agent: {
        key_store: said.keyStore,
        integrity: agent.integrity,
        channel: agent.channel,
        config_seq: config.seq,
        config_hash: config.hash,
        managed: said.managed,
        ...(said.tlsInspected === undefined ? {} : { tls_inspected: said.tlsInspected }),
      },
    },
  }
}

function hardwareModel(readings: readonly ReportedSignal[]): { readonly hwmodel?: string } {
  for (const reading of readings)
    if (reading.id === 'hardware' && reading.st === 'observed' && 'vendor' in reading.v) {
      const { vendor, model } = reading.v
      return { hwmodel: Buffer.from(firstBytes(`${vendor} ${model}`, hardwareModelBytes)).toString('base64url') }
    }
  return {}
}

/** As many whole characters as fit. */
function firstBytes(text: string, most: number): string {
  let kept = ''
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > most) break
    kept += character
  }
  return kept
}

/** `oemboot` only where Secure Boot was really read; `dbgstat` where one of its switches was. Absent is not false. */
function bootState(readings: readonly ReportedSignal[]): {
  readonly oemboot?: boolean
  readonly dbgstat?: 'enabled' | 'disabled'
} {
  let oemboot: boolean | undefined
  let switches: 'on' | 'off' | 'partial' | undefined
  for (const reading of readings) {
    if (reading.st !== 'observed') continue
    if (reading.id === 'secure-boot' && 'state' in reading.v) oemboot = reading.v.state === 'on'
    if (reading.id === 'system-integrity' && 'parts' in reading.v) {
      const { parts } = reading.v
      // SIP on macOS, the ban on test-signed drivers on Windows; Linux has neither.
      if (parts !== undefined && 'sip' in parts) switches = parts.sip
      else if (parts !== undefined && 'driverSigning' in parts) switches = parts.driverSigning
    }
  }
  return {
    ...(oemboot === undefined ? {} : { oemboot }),
    ...(switches === undefined ? {} : { dbgstat: switches === 'on' ? 'disabled' : 'enabled' }),
  }
}
