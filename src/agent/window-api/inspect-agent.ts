import type { KeyState } from '#agent/attestation/key-store.ts'
import type { GatewayClient } from '#agent/gateway-client/gateway-client.ts'
import type { Machine } from '#agent/machine/machine.ts'
import type { SecretService, SecretServiceState } from '#agent/machine/secret-service.ts'
import type { Remark } from '#agent/managed-settings/resolve-settings.ts'
import type { EnrollmentRecord } from '#contract/agent-state-files.ts'
import { type FailureCode, isFailure } from '#domain/failure.ts'

/** A failure as data: its code chooses the sentence, the details fill it in. */
export type Trouble = { readonly code: FailureCode; readonly details: { readonly [name: string]: unknown } }

/** What `postern doctor` says of the agent on this machine. Nothing is changed, sent or unlocked for it. */
export type Inspection = {
  readonly stateFolder: {
    readonly path: string
    readonly kind: 'fine' | 'absent' | 'not-ours' | 'open-to-others' | 'not-a-folder' | 'denied'
  }
  readonly enrollment:
    | { readonly kind: 'none' }
    | { readonly kind: 'pending' | 'active'; readonly issuer: string; readonly deviceId?: string }
    | { readonly kind: 'trouble'; readonly trouble: Trouble }
  readonly key:
    | { readonly kind: 'judged'; readonly backEnd: string; readonly state: KeyState }
    | { readonly kind: 'trouble'; readonly trouble: Trouble }
  /** `not-here`: the system's keychain is not the Secret Service. */
  readonly secretService: SecretServiceState | { readonly kind: 'not-here' }
  /** `aheadSeconds`: how far the gateway's clock is ahead of this device's. `not-asked`: there is no gateway yet. */
  readonly gateway:
    | { readonly kind: 'not-asked' }
    | { readonly kind: 'reached'; readonly issuer: string; readonly name: string; readonly aheadSeconds: number }
    | { readonly kind: 'trouble'; readonly issuer: string; readonly trouble: Trouble }
  readonly settings: { readonly governed: readonly string[]; readonly remarks: readonly Remark[] }
}

export type InspectionPorts = {
  readonly machine: Pick<Machine, 'stat' | 'host'>
  readonly stateFolder: string
  readonly secretService: SecretService | undefined
  readonly readEnrollment: () => Promise<EnrollmentRecord | undefined>
  readonly judgeKey: () => Promise<{ readonly backEnd: string; readonly state: KeyState }>
  readonly clientOf: (issuer: string) => Pick<GatewayClient, 'configuration' | 'aheadSeconds'>
  readonly readSettings: () => Promise<Inspection['settings']>
}

/** Looks at everything side by side. `issuer` is asked for where nothing is enrolled yet. Unforeseen errors rise. */
export async function inspect(ports: InspectionPorts, issuer: string | undefined): Promise<Inspection> {
  const enrollment = await lookAtEnrollment(ports)
  const asked = 'issuer' in enrollment ? enrollment.issuer : issuer
  const [stateFolder, key, secretService, gateway, settings] = await Promise.all([
    lookAtFolder(ports),
    lookAtKey(ports),
    ports.secretService?.state() ?? ({ kind: 'not-here' } as const),
    lookAtGateway(ports, asked),
    ports.readSettings(),
  ])
  return { stateFolder, enrollment, key, secretService, gateway, settings }
}

async function lookAtEnrollment(ports: InspectionPorts): Promise<Inspection['enrollment']> {
  try {
    const record = await ports.readEnrollment()
    if (record === undefined) return { kind: 'none' }
    if (record.state === 'pending') return { kind: 'pending', issuer: record.issuer }
    return { kind: 'active', issuer: record.issuer, deviceId: record.device_id }
  } catch (thrown) {
    return { kind: 'trouble', trouble: troubleOf(thrown) }
  }
}

async function lookAtFolder({ machine, stateFolder: path }: InspectionPorts): Promise<Inspection['stateFolder']> {
  const found = await machine.stat(path)
  if (found.kind === 'absent') return { path, kind: 'absent' }
  if (found.kind !== 'found') return { path, kind: 'denied' }
  const { kind, owner, mode } = found.content
  const { uid } = machine.host().user
  if (kind !== 'folder') return { path, kind: 'not-a-folder' }
  if (uid >= 0 && owner !== uid) return { path, kind: 'not-ours' }
  return { path, kind: uid >= 0 && (mode & 0o077) !== 0 ? 'open-to-others' : 'fine' }
}

async function lookAtKey(ports: InspectionPorts): Promise<Inspection['key']> {
  try {
    return { kind: 'judged', ...(await ports.judgeKey()) }
  } catch (thrown) {
    return { kind: 'trouble', trouble: troubleOf(thrown) }
  }
}

async function lookAtGateway(ports: InspectionPorts, issuer: string | undefined): Promise<Inspection['gateway']> {
  if (issuer === undefined) return { kind: 'not-asked' }
  try {
    const client = ports.clientOf(issuer)
    const { name } = await client.configuration()
    return { kind: 'reached', issuer, name, aheadSeconds: client.aheadSeconds() }
  } catch (thrown) {
    return { kind: 'trouble', issuer, trouble: troubleOf(thrown) }
  }
}

function troubleOf(thrown: unknown): Trouble {
  if (!isFailure(thrown)) throw thrown
  return { code: thrown.code, details: { ...thrown.details } }
}
