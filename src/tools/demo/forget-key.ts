import { keyRecordFile } from '#agent/attestation/key-record.ts'
import { keytarKeyStore } from '#agent/attestation/key-stores/keytar-key-store.ts'
import { machineIdentity } from '#agent/system/machine-identity.ts'
import { thisMachine } from '#agent/system/this-machine.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'

/** Removes the demo's key from the system's keychain, where no keychain of this run held it. */
export async function forgetKey(stateFolder: string): Promise<void> {
  const clock = systemClock()
  const machine = thisMachine({ clock, readVirtual: async () => 'unknown' })
  const store = keytarKeyStore({
    records: keyRecordFile(stateFolder),
    machineHash: machineIdentity({ machine, clock }).keyedMachineHash,
    clock,
    log: silentLog,
    secretService: undefined,
    development: true,
  })
  await store.remove()
}
