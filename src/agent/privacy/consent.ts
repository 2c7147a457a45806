import { type ConsentRecord, consentRecord } from '#contract/agent-state-files.ts'
import type { Configuration } from '#contract/enrollment.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { hash } from '#runtime/digest.ts'
import { type StateFile, stateFile } from '#runtime/state-file.ts'

/** What a person, or the organisation's policy, has agreed to. Nothing but the gateway's configuration moves before it. */
export type Consent = {
  /** The consent in force; undefined: nobody has agreed to anything yet. */
  inForce(): ConsentRecord | undefined
  isGivenFor(issuer: string): boolean
  /** On disk before it counts. */
  record(given: ConsentRecord): Promise<void>
  withdraw(): Promise<void>
}

const version = 1

/** Reads `consent.json`. A file that cannot be read throws: then nobody has agreed. */
export async function openConsent(path: string): Promise<Consent> {
  const file: StateFile<ConsentRecord> = stateFile(path, version, consentRecord)
  let given = await file.read()
  return {
    inForce: () => given,
    isGivenFor: (issuer) => given?.issuer === issuer,
    async record(next) {
      await file.write(next)
      given = next
    },
    async withdraw() {
      given = undefined
      await file.remove()
    },
  }
}

/** The digest that stands for a gateway's description of what it wants (protocol.md section 2). */
export function consentDigest(configuration: Configuration): string {
  const { issuer, name, consent } = configuration
  const { fields, retention_days, contact, url } = consent
  return hash(canonicalJson({ issuer, name, fields: [...fields].sort(), retention_days, contact, url }))
}
