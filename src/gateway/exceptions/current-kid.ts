import type { Rows } from '#gateway/storage/rows.ts'

/** The thumbprint of a device's key in use; null where it has none. */
export async function currentKid(rows: Pick<Rows, 'deviceKeys'>, deviceId: string): Promise<string | null> {
  return (await rows.deviceKeys.ofDevice(deviceId)).find(({ state }) => state === 'current')?.kid ?? null
}
