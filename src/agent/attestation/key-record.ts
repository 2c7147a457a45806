import { join } from 'node:path'
import { type KeyBackEnd, type KeyRecord, keyRecord } from '#contract/attestation-state.ts'
import { tierOfKeyStore } from '#domain/key-tier.ts'
import { randomId } from '#runtime/random-id.ts'
import { type StateFile, stateFile } from '#runtime/state-file.ts'

/** base64url(HMAC-SHA-256(salt, machine id)), or undefined where the machine has no usable id. */
export type MachineHash = (salt: Uint8Array) => Promise<string | undefined>

/** `key-record.json` in the agent's folder. */
export function keyRecordFile(stateFolder: string): StateFile<KeyRecord> {
  return stateFile(join(stateFolder, 'key-record.json'), 1, keyRecord)
}

/** The record of a key just made here. */
export async function makeKeyRecord(made: {
  readonly backEnd: KeyBackEnd
  readonly kid: string
  readonly createdAt: number
  readonly machineHash: MachineHash
}): Promise<KeyRecord> {
  const installId = randomId()
  const machineHash = await made.machineHash(saltOf(installId))
  return {
    backEnd: made.backEnd,
    kid: made.kid,
    tier: tierOfKeyStore(made.backEnd),
    createdAt: made.createdAt,
    installId,
    ...(machineHash === undefined ? {} : { machineHash }),
  }
}

/** Whether the record was made on a machine that is certainly another one. An id that is not known proves nothing. */
export async function isOfOtherMachine(record: KeyRecord, machineHash: MachineHash): Promise<boolean> {
  if (record.machineHash === undefined) return false
  const here = await machineHash(saltOf(record.installId))
  return here !== undefined && here !== record.machineHash
}

function saltOf(installId: string): Uint8Array {
  return Buffer.from(installId, 'base64url')
}
