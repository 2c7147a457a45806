import type { KeyTier } from '../key-tier.ts'
import type { OperatingSystem } from '../operating-system.ts'

export const deviceStatuses = ['active', 'quarantined', 'retired', 'removed'] as const
export type DeviceStatus = (typeof deviceStatuses)[number]

/** A device as policies see one. `platform` is the one it was enrolled with; `enrolledAt` is Unix seconds. */
export type Device = {
  readonly id: string
  readonly status: DeviceStatus
  /** The key that signed its last report is the one in the register. */
  readonly keyCurrent: boolean
  readonly platform: OperatingSystem
  readonly tier: KeyTier
  readonly enrolledAt: number
}
