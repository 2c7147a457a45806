import * as z from 'zod'
import { keyTiers, type WireKeyStore } from '../domain/key-tier.ts'
import { id22, id43, time } from './wire-types.ts'

/** What attestation keeps on disk: `key-record.json` and `chain.json` (architecture.md section 10). No secret is in either. */

/** Where this agent can keep a device key, by the name that goes over the wire. */
export const keyBackEnds = ['keytar', 'file'] as const satisfies readonly WireKeyStore[]
export type KeyBackEnd = (typeof keyBackEnds)[number]

/** What lies beside the secret (desktop.md section 10): enough to tell whether it is still ours, and on our machine. */
export const keyRecord = z.strictObject({
  backEnd: z.enum(keyBackEnds),
  kid: id43,
  tier: z.enum(keyTiers),
  createdAt: time,
  /** Made anew with each key: it tells clones apart where machine ids repeat, and keys `machineHash`. */
  installId: id22,
  /** base64url(HMAC-SHA-256(installId, machine id)); left out where the machine has no usable id. */
  machineHash: id43.exactOptional(),
})
export type KeyRecord = z.infer<typeof keyRecord>

/** One attestation by its number and its hash (protocol.md section 4.4). Number 0 is the enrolment. */
export const chainEntry = z.strictObject({ seq: z.int().min(0), hash: id43 })
export type ChainEntry = z.infer<typeof chainEntry>

export const mostSent = 64

export const chain = z.strictObject({
  kid: id43,
  /** The newest one known to be accepted. */
  acked: chainEntry,
  /** Signed later than `acked`, ascending; which of them arrived is not known. */
  sent: z.array(chainEntry).max(mostSent),
  /** What to name as `prev` next, where an answer settled it; otherwise the newest sent. */
  next: id43.exactOptional(),
  /** A head that is none of ours: to be told once, as `unknown_head`, above its number. */
  unknown: z.strictObject({ seq: z.int().min(0), headCheck: id43 }).exactOptional(),
})
export type Chain = z.infer<typeof chain>
