import type { DeviceStatus } from '../access/device.ts'
import type { FoldedRequest } from './fold-moves.ts'
import { afterGrantMove, afterRequestMove } from './machines.ts'
import type { Change, NewMove } from './moves.ts'
import type { Electorate } from './pools.ts'
import { isLive, isOpen } from './states.ts'
import { canStillFill, tallyVotes } from './tally.ts'

/** What a device, person or pool event may have changed for a request and its grant. */
export type Circumstances = {
  /** The device that the terms name; undefined where it is gone. */
  readonly device: { readonly status: DeviceStatus; readonly kid: string } | undefined
  readonly termsKid: string
  /** The device's key is the one of the terms, or was reached from it by signed rotations. */
  readonly keyReached: boolean
  readonly subjectActive: boolean
  readonly electorate: Electorate
}

/** R10 and G10 as of [1]: the moves that device, person and pools make due now; none where nothing changed. */
export function outdateMoves(request: FoldedRequest, circumstances: Circumstances, now: number): readonly NewMove[] {
  const { grant, state } = request
  if (isOpen(state)) {
    const changed = changeOf(circumstances) ?? poolChange(request, circumstances.electorate)
    if (changed === undefined) return []
    const reached = afterRequestMove(state, 'request-outdated')
    return [{ type: 'request-outdated', at: now, actor: null, state: reached, changed }]
  }
  // A grant whose time is over has expired, whatever happened since.
  if (grant === null || !isLive(grant.state) || now >= grant.notAfter) return []
  const changed = changeOf(circumstances)
  if (changed === undefined) return []
  const reached = afterGrantMove(grant.state, 'grant-voided')
  return [{ type: 'grant-voided', at: now, actor: null, state: reached, cause: changed.what }]
}

/** Quarantine is not the end of a device: its decisions refuse meanwhile. */
function changeOf({ device, termsKid, keyReached, subjectActive }: Circumstances): Change | undefined {
  if (device === undefined) return { what: 'device', from: 'active', to: null }
  if (device.status === 'removed' || device.status === 'retired')
    return { what: 'device', from: 'active', to: device.status }
  if (!keyReached) return { what: 'key', from: termsKid, to: device.kid }
  return subjectActive ? undefined : { what: 'person', from: 'active', to: 'inactive' }
}

/** The open places can no longer be filled by distinct persons; the first stage with too few alone is named. */
function poolChange(request: FoldedRequest, electorate: Electorate): Change | undefined {
  const tally = tallyVotes(request.votes, request.termsDigest, electorate)
  if (canStillFill(tally, electorate)) return undefined
  const short = electorate.stages.find((stage) => !canStillFill(tally, { ...electorate, stages: [stage] }))
  return { what: 'pool', from: short?.id ?? electorate.stages.map(({ id }) => id).join(' '), to: null }
}
