import type { ChainHead } from '#gateway/storage/chain-head-store.ts'
import { hash } from '#runtime/digest.ts'

/** `chain_fork` refusals in a row, without an accepted attestation between, that put a device on hold. */
export const forksToQuarantine = 20

export type ChainMessage = {
  readonly seq: number
  readonly prev: string
  readonly unknownHead: string | undefined
}

export type ChainVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'fork'; readonly forks: number; readonly quarantine: boolean }
  | { readonly kind: 'confirm' } // the device itself says that it no longer knows its chain

/**
 * Whether a message continues the chain (protocol.md section 4.4): `seq` above the head's, `prev` its hash, or anything
 * above where the device may re-anchor now. An older `seq` is a replay and never counts towards quarantine, or
 * whoever resends messages could put a device on hold.
 */
export function judgeChain(head: ChainHead, message: ChainMessage, now: number): ChainVerdict {
  const mayReanchor = head.reanchorUntil !== null && now < head.reanchorUntil
  if (mayReanchor && message.seq > head.seq) return { kind: 'accept' }
  if (message.unknownHead !== undefined) return { kind: 'confirm' }
  if (message.seq <= head.seq) return { kind: 'replayed' }
  if (message.prev === head.hash) return { kind: 'accept' }
  const forks = head.forks + 1
  return { kind: 'fork', forks, quarantine: forks >= forksToQuarantine }
}

/** What a device compares its own hashes with; the head itself is not told, or a clone could adopt the chain. */
export function headCheck(headHash: string): string {
  return hash(`postern/chain/1\0${headHash}`)
}
