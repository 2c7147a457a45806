import type { Device } from '#domain/access/device.ts'
import type { Person } from '#domain/access/person.ts'
import type { Json } from '#domain/canonical-json.ts'
import { type OperatingSystem, operatingSystems } from '#domain/operating-system.ts'
import type { Episode } from '#domain/policy/grace.ts'
import type { PostureReport } from '#domain/posture-report.ts'
import { isSignalId } from '#domain/signals.ts'
import type { DeviceRecord } from '#gateway/storage/device-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** Everything about a device that a verdict is made of, as the register holds it now. */
export type DeviceFacts = {
  readonly record: DeviceRecord
  readonly device: Device
  readonly person: Person
  readonly report: PostureReport | undefined
  readonly evidence: { readonly seq: number; readonly hash: string } | undefined
  readonly episodes: readonly Episode[]
}

/**
 * Reads the facts of one device; `undefined` where there is no such device or its owner is gone. Who is about to replace
 * the report need not have it read.
 */
export async function readDeviceFacts(
  rows: Rows,
  deviceId: string,
  report: 'with-report' | 'without-report' = 'with-report',
): Promise<DeviceFacts | undefined> {
  const record = await rows.devices.find(deviceId)
  if (record === undefined) return undefined
  const owner = await rows.people.find(record.ownerId)
  if (owner === undefined) return undefined
  const newest = report === 'with-report' ? await rows.attestations.newest(deviceId) : undefined
  const key = newest === undefined ? undefined : await rows.deviceKeys.find(newest.kid)
  return {
    record,
    device: policyDevice(record, newest === undefined || key?.state === 'current'),
    person: policyPerson(owner, await rows.groups.above(owner.groups)),
    report: newest === undefined ? undefined : readReport(newest.claims, newest.receivedAt),
    evidence: newest === undefined ? undefined : { seq: newest.seq, hash: newest.hash },
    episodes: readEpisodes(await rows.episodes.find(deviceId)),
  }
}

export function policyDevice(record: DeviceRecord, keyCurrent: boolean): Device {
  const { id, state, platform, tier, enrolledAt } = record
  const status = state === 'active' || state === 'quarantined' || state === 'removed' ? state : 'retired'
  return { id, status, keyCurrent, platform, tier, enrolledAt }
}

/** `groups` are all that the person belongs to, nested ones too: a policy for the outer one is for them as well. */
export function policyPerson(record: PersonRecord, groups: readonly string[]): Person {
  const { id, email, status, team } = record
  return { id, email, status, groups, ...(team === null ? {} : { team }) }
}

/** The part of an accepted attestation that is judged. Its claims passed their schema when it was accepted. */
export function readReport(claims: Json, receivedAt: number): PostureReport {
  if (!isAttestation(claims)) throw new TypeError('an attestation that was not accepted by us')
  return {
    platform: claims.submods.os.platform,
    signals: claims.submods.posture.signals,
    iat: claims.iat,
    receivedAt,
  }
}

type Attestation = {
  readonly iat: number
  readonly submods: {
    readonly os: { readonly platform: OperatingSystem }
    readonly posture: { readonly signals: PostureReport['signals'] }
  }
}

function isAttestation(claims: unknown): claims is Attestation {
  if (!isObject(claims) || !Number.isSafeInteger(claims['iat']) || !isObject(claims['submods'])) return false
  const { os, posture } = claims['submods']
  return (
    isObject(os) &&
    operatingSystems.some((system) => system === os['platform']) &&
    isObject(posture) &&
    Array.isArray(posture['signals']) &&
    posture['signals'].every((signal: unknown) => isObject(signal) && isSignalId(String(signal['id'])))
  )
}

export function readEpisodes(document: Json | undefined): readonly Episode[] {
  if (document === undefined) return []
  if (!isEpisodes(document)) throw new TypeError('episodes that were not written by us')
  return document
}

function isEpisodes(document: unknown): document is readonly Episode[] {
  return (
    Array.isArray(document) &&
    document.every((entry: unknown) => isObject(entry) && typeof entry['check'] === 'string' && 'open' in entry)
  )
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
