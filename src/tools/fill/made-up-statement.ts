import type { Statement } from '#agent/attestation/attestation-payload.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import type { PublicJwk } from '#contract/wire-types.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { signalIds } from '#domain/signals.ts'

/** Whatever key: an access token bound to it is used by nobody. The public key of the RFC 9449 examples. */
const delegate: PublicJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
}

/** What a made-up device states about itself, as an agent would say it. */
export function madeUpStatement(
  of: { readonly id: string; readonly sueid: string; readonly platform: OperatingSystem; readonly arch: string },
  issuer: string,
  readings: readonly ReportedSignal[],
  config: { readonly seq: number; readonly hash: string },
): Statement {
  return {
    agent: { version: '0.1.0', integrity: 'unsigned', channel: 'development', arch: of.arch, os: of.platform },
    deviceId: of.id,
    sueid: of.sueid,
    issuer,
    keyStore: 'keytar',
    virtual: 'no',
    uptimeSeconds: 86_400,
    managed: false,
    config: { ...config, signals: signalIds },
    agreed: fieldIds,
    readings,
    aheadSeconds: 0,
    delegate,
  }
}
