import * as z from 'zod'
import { base64url, compactJws } from './wire-types.ts'

/** What an event keeps apart, erasable one by one (audit.md section 14.2). Free text is as hostile as it came. */

const text = z.string().max(4000)

export const evidence = z.strictObject({
  credential_id: base64url(1024),
  client_data_json: base64url(8192),
  authenticator_data: base64url(8192),
  signature: base64url(1024),
  /** COSE. */
  public_key: base64url(2048),
})
export type Evidence = z.infer<typeof evidence>

export const auditAttachments = {
  ask: compactJws,
  action: compactJws,
  enrollment: compactJws,
  rotation: compactJws,
  justification: z.strictObject({ text, ticket: text.nullable(), incident: text.nullable() }),
  message: z.strictObject({ text }),
  reason: z.strictObject({ text }),
  name: z.strictObject({ text }),
  evidence,
  evidence_second: evidence,
  person: z.strictObject({ name: text, email: text, aliases: z.array(text).max(100), team: text.nullable() }),
  place: z.strictObject({ address: text, browser: text.nullable() }),
} as const satisfies { readonly [name: string]: z.ZodType }

export type AttachmentName = keyof typeof auditAttachments

export function isAttachmentName(name: string): name is AttachmentName {
  return Object.hasOwn(auditAttachments, name)
}
