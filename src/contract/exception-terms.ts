import * as z from 'zod'
import { id22, id43, time, uuid, uuid7 } from './wire-types.ts'

/** What people sign (exceptions.md section 2). All keys always present, lists sorted and without repeats. */

const sorted = <Item>(list: readonly Item[], key: (item: Item) => string) =>
  list.every((item, at) => at === 0 || key(item) > key(list[at - 1] ?? item))
const text = (most: number) => z.string().min(1).max(most)
const texts = (most: number) =>
  z
    .array(text(64))
    .max(most)
    .refine((list) => sorted(list, (item) => item), { error: 'sorted, without repeats' })

export const exceptionTerms = z.strictObject({
  v: z.literal(1),
  mode: z.enum(['normal', 'break_glass']),
  subject: uuid,
  device: z.strictObject({ id: uuid, kid: id43 }).nullable(),
  checks: z
    .array(
      z.strictObject({
        id: text(40),
        covers: z
          .array(z.enum(['unknown', 'violated']))
          .min(1)
          .max(2)
          .refine((list) => sorted(list, (item) => item), { error: 'sorted, without repeats' }),
      }),
    )
    .min(1)
    .max(10)
    .refine((list) => sorted(list, ({ id }) => id), { error: 'sorted, without repeats' }),
  resources: texts(20).min(1),
  duration_s: z.int().min(60).max(1_209_600),
  not_before: time.nullable(),
  risk_tier: z.enum(['low', 'medium', 'high', 'critical']),
  controls: texts(20),
  book: id43,
  evidence: z.strictObject({ seq: z.int().min(1), hash: id43 }).nullable(),
  category: text(40),
  /** Commitment of the justification, an attachment. */
  justification: id43,
  remedy_by: time.nullable(),
  session: id43.nullable(),
  extends: uuid7.nullable(),
  replaces: uuid7.nullable(),
  salt: id22,
})
export type ExceptionTerms = z.infer<typeof exceptionTerms>
