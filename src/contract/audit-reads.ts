import * as z from 'zod'
import { count, time } from './wire-types.ts'

/** Who read the log in an hour that is not over yet, as the gateway keeps it until `audit-read` tells of it. */
export const auditReads = z.strictObject({
  /** When the hour began. */
  hour: time,
  readers: z.array(
    z.strictObject({
      person: z.string().nullable(),
      token: z.string().nullable(),
      reads: z.array(z.strictObject({ call: z.string(), query: z.string(), count })),
    }),
  ),
})
export type AuditReads = z.infer<typeof auditReads>
