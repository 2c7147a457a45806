import { attestationPayload } from '#agent/attestation/attestation-payload.ts'
import { signMessage } from '#agent/attestation/sign-message.ts'
import type { Nonces } from '#gateway/devices/nonce.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'
import type { KeyLine } from '#tools/fill/key-lines.ts'
import { signerOf } from '#tools/fill/made-up-device.ts'
import { madeUpReadings } from '#tools/fill/made-up-readings.ts'
import { madeUpStatement } from '#tools/fill/made-up-statement.ts'
import { seeded } from '#tools/fill/seeded.ts'
import { benchIssuer } from './gateway-process.ts'
import { type HttpAnswer, postRequest } from './http-connection.ts'

/** A made-up device that goes on reporting: signs messages of its chain ahead of time. */
export type ReportingDevice = {
  readonly line: KeyLine
  /** The next report, as a whole request. Its nonce lasts four minutes. */
  nextReport(): Promise<Buffer>
  /** Takes what the gateway answered: the config it was given, so that it is not given it again. */
  took(answer: HttpAnswer): void
}

export function reportingDevice(line: KeyLine, nonces: Nonces): ReportingDevice {
  const signer = signerOf(line)
  const { platform, arch, sueid } = line
  let link = { seq: line.seq, prev: line.hash }
  let config = { seq: 1, hash: line.hash }
  return {
    line,
    async nextReport() {
      const now = Math.floor(Date.now() / 1000)
      const readings = madeUpReadings(platform, seeded('bench', `readings/${line.index}`), now)
      const statement = madeUpStatement({ id: line.deviceId, sueid, platform, arch }, benchIssuer, readings, config)
      const fresh = { nonce: nonces.issue('device', line.kid, now), nowSeconds: now, jti: randomId() }
      const claims = attestationPayload(statement, { ...link, seq: link.seq + 1 }, fresh)
      const message = await signMessage(signer, 'eat+jwt', claims)
      link = { seq: link.seq + 1, prev: message.hash }
      return postRequest('/v1/attestations', 'application/eat+jwt', message.jws)
    },
    took(answer) {
      const said: unknown = JSON.parse(answer.body.toString())
      const jws = typeof said === 'object' && said !== null && 'agent_config' in said ? said.agent_config : undefined
      if (typeof jws === 'string') config = { seq: config.seq + 1, hash: hash(jws.slice(0, jws.lastIndexOf('.'))) }
    },
  }
}

/** Throws where a report was not accepted. */
export function mustBeAccepted(answer: HttpAnswer): void {
  if (answer.status !== 200) throw new Error(`a report was answered ${answer.status}: ${answer.body.toString()}`)
}
