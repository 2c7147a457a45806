import { join } from 'node:path'
import { type Chain, type ChainEntry, chain as chainSchema, mostSent } from '#contract/attestation-state.ts'
import { hash } from '#runtime/digest.ts'
import { type StateFile, stateFile } from '#runtime/state-file.ts'

/**
 * Which attestation the next one follows (protocol.md section 4.4). Decisions are pure; whoever attests writes the chain
 * each of them returns to its file, and before sending waits for that. Strictly one attestation after another.
 */

/** `chain.json` in the agent's folder; a write is synced before it is done. */
export function chainFile(stateFolder: string): StateFile<Chain> {
  return stateFile(join(stateFolder, 'chain.json'), 1, chainSchema)
}

/** The claims that tie an attestation to the ones before. With `unknown_head` the device must be confirmed by a person. */
export type ChainLink = { readonly seq: number; readonly prev: string; readonly unknown_head?: string }

/** What a refusal said of the chain: `chain`, with the verified `chain_state` where one could be read, or nothing. */
export type Refusal = { readonly kind: 'chain'; readonly state?: ChainState } | { readonly kind: 'other' }
export type ChainState = { readonly kid: string; readonly seq: number; readonly head_check: string }

/** The chain of a key just enrolled: `head` is the answer's `chain`. */
export function startChain(kid: string, head: ChainEntry): Chain {
  return { kid, acked: head, sent: [] }
}

/** What the next attestation says. Its number is above all we signed, and above a head that is not ours. */
export function nextLink(chain: Chain): ChainLink {
  const highest = Math.max(chain.acked.seq, chain.unknown?.seq ?? 0, ...chain.sent.map(({ seq }) => seq))
  const link = { seq: highest + 1, prev: nextPrev(chain) }
  return chain.unknown === undefined ? link : { ...link, unknown_head: chain.unknown.headCheck }
}

/** The hash most likely to be the gateway's head: what an answer settled, else the newest sent, else the acknowledged one. */
export function nextPrev(chain: Chain): string {
  return chain.next ?? candidates(chain)[0] ?? chain.acked.hash
}

/**
 * To be on disk before the attestation leaves: whether it arrives is open from then on. One that was refused before is
 * forgotten now and not earlier, so that no number is used twice. An unknown head is told once: if that did not arrive,
 * the next refusal brings it up again; told again after a release, it would put the device on hold again.
 */
export function beforeSending(chain: Chain, entry: ChainEntry): Chain {
  const open = chain.next === undefined ? chain.sent : chain.sent.slice(0, -1)
  return { kid: chain.kid, acked: chain.acked, sent: [...open, entry].slice(-mostSent) }
}

/** The gateway took it: everything before is settled. */
export function afterAccepted(chain: Chain, entry: ChainEntry): Chain {
  return settledAt(chain, entry)
}

/**
 * The gateway refused the newest one, which named `prev`. A `chain_state` settles what arrived: where its head is one of
 * ours, the next attestation follows that one; where it is none, somebody else used this key or we were set back, and the
 * next one says so once. Without a readable state the next candidate is tried. A refusal of another kind leaves the
 * question as it was. An answer that is no refusal of the gateway's (5xx, a proxy's page) is no answer at all.
 */
export function afterRefused(chain: Chain, prev: string, refusal: Refusal): Chain {
  if (refusal.kind === 'other') return { ...chain, next: prev }
  const { state } = refusal
  if (state === undefined || state.kid !== chain.kid) return { ...chain, next: candidateAfter(chain, prev) }
  const head = [chain.acked, ...chain.sent].find((entry) => headCheck(entry.hash) === state.head_check)
  if (head !== undefined) return { ...settledAt(chain, head), next: head.hash }
  return { ...chain, next: chain.acked.hash, unknown: { seq: state.seq, headCheck: state.head_check } }
}

/** How a head is told without giving it away: what `head_check` in a `chain_state` is made of. */
export function headCheck(head: string): string {
  return hash(`postern/chain/1\0${head}`)
}

/** What was signed after the head stays: it may still be under way, and be taken late. */
function settledAt(chain: Chain, head: ChainEntry): Chain {
  return { kid: chain.kid, acked: head, sent: chain.sent.filter(({ seq }) => seq > head.seq) }
}

/** Of what was sent before the refused one: the candidate that comes after the one just tried. */
function candidateAfter(chain: Chain, prev: string): string {
  const order = candidates({ ...chain, sent: chain.sent.slice(0, -1) })
  return order[(order.indexOf(prev) + 1) % order.length] ?? chain.acked.hash
}

/** The newest sent, then the acknowledged one, then the other sent ones from new to old. */
function candidates(chain: Chain): readonly string[] {
  const [newest, ...others] = chain.sent.map((entry) => entry.hash).reverse()
  return newest === undefined ? [chain.acked.hash] : [newest, chain.acked.hash, ...others]
}
