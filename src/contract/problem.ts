import * as z from 'zod'

/** `application/problem+json` (RFC 9457; protocol.md section 11). Readers ignore members they do not know. */
export const problem = z.object({
  type: z.string().max(300),
  title: z.string().max(300),
  status: z.int().min(400).max(599),
  detail: z.string().max(4096),
  instance: z.string().max(100),
  code: z.string().max(64),
  errors: z
    .array(z.object({ pointer: z.string().max(1000), detail: z.string().max(1000) }))
    .max(100)
    .exactOptional(),
  retry_after: z.int().min(0).exactOptional(),
  chain_state: z.string().max(8192).exactOptional(),
  state: z.string().max(64).exactOptional(),
  profiles: z.array(z.string().max(200)).max(16).exactOptional(),
  checks: z.array(z.string().max(64)).max(200).exactOptional(),
  acr_values: z.array(z.string().max(200)).max(20).exactOptional(),
  rule: z.string().max(16).exactOptional(),
  stage: z.string().max(40).exactOptional(),
  refusal: z
    .array(z.object({ code: z.string().max(40), limit: z.int().nullable(), left: z.int().nullable() }))
    .max(20)
    .exactOptional(),
  roles: z.array(z.string().max(64)).max(20).exactOptional(),
  pools: z.array(z.string().max(200)).max(200).exactOptional(),
  by: z.string().max(16).exactOptional(),
  version: z.int().min(1).exactOptional(),
  item: z.record(z.string(), z.unknown()).exactOptional(),
  used_by: z.array(z.string().max(200)).max(200).exactOptional(),
  book: z.string().max(64).exactOptional(),
  remarks: z.array(z.unknown()).max(200).exactOptional(),
})
export type Problem = z.infer<typeof problem>

export const problemType = 'https://postern.dev/problems/'
