import * as z from 'zod'
import { id43, time, uuid7 } from './wire-types.ts'

/** A leaf of the log: always the same twelve members (audit.md section 2). Types of newer versions are read, not understood. */
export const auditLeaf = z.strictObject({
  v: z.literal(1),
  log_id: z.string().min(1).max(320),
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  time,
  actor: id43.nullable(),
  object: id43.nullable(),
  request_id: uuid7.nullable(),
  grant_id: uuid7.nullable(),
  terms_digest: id43.nullable(),
  body_commit: id43,
  prev: id43.nullable(),
  trace_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
})
export type AuditLeaf = z.infer<typeof auditLeaf>
