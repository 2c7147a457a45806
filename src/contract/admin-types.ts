import * as z from 'zod'
import { assertionJson } from './webauthn.ts'
import { count, id22, id43, time, uuid7 } from './wire-types.ts'

/** The small types of the console API (console-api.md section 1). */

/** What a person typed on one line: nothing that hides, turns or breaks it. */
export const oneLine = (most: number, least = 1) =>
  z
    .string()
    .min(least)
    .max(most)
    .refine((text) => isPlain(text, false) && text.trim() === text, { error: 'one line of plain text' })

/** The same over several lines. */
export const lines = (most: number, least = 1) =>
  z
    .string()
    .min(least)
    .max(most)
    .refine((text) => isPlain(text, true), { error: 'plain text' })

export const email = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"\p{C}]+@[^\s@<>"\p{C}]+$/u)
export const groupId = z.string().regex(/^[a-z0-9-]{1,40}$/)
export const checkId = z.string().regex(/^[a-z0-9-]{1,40}$/)
export const resourceId = z.string().regex(/^[a-z0-9-]{1,64}$/)
export const version = z.int().min(1)
export const reason200 = z.strictObject({ reason: oneLine(200) })
export const nothing = z.strictObject({})

export const personRef = z.object({
  id: uuid7,
  name: z.string().max(200),
  team: z.string().max(64).nullable(),
  email: z.string().max(320).nullable(),
})
export const deviceRef = z.object({ id: uuid7, name: z.string().max(255).nullable(), platform: z.string().max(16) })
export const logPlace = z.object({ index: count }).nullable()

/** What a signed act carries: the nonce of its statement, and the assertion over it. */
export const signedPart = z.strictObject({ nonce: id43, assertion: assertionJson })

/** What stands under every list: an opaque cursor, how many, in which order, and words to look for. */
export const listQuery = {
  after: z.string().min(1).max(200).exactOptional(),
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/)
    .exactOptional(),
  sort: z
    .string()
    .regex(/^-?[a-z_]{1,32}$/)
    .exactOptional(),
  q: oneLine(64, 2).exactOptional(),
} as const
export const listOf = (item: z.ZodType) =>
  z.object({
    items: z.array(item).max(100),
    next: z.string().max(200).exactOptional(),
    total_estimate: count.exactOptional(),
  })

/** A filter that may be repeated: any of the values. */
export const anyOf = (item: z.ZodType) => z.union([item, z.array(item).max(20)]).exactOptional()

export const sessionItem = z.object({
  id: id22,
  current: z.boolean(),
  started_at: time,
  seen_at: time,
  address: z.string().max(64).nullable(),
  browser: z.string().max(200).nullable(),
  device_id: uuid7.nullable(),
})

const hidden = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

function isPlain(text: string, mayBreak: boolean): boolean {
  return text.isWellFormed() && !hidden.test(mayBreak ? text.replaceAll('\n', '') : text)
}
