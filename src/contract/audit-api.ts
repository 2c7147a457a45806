import * as z from 'zod'
import type { AdminRoute } from './admin-route.ts'
import { anyOf, listOf, listQuery } from './admin-types.ts'
import { count, id43, time, uuid7 } from './wire-types.ts'

/** The audit log for its readers (console-api.md section 6). */

const index = z.string().regex(/^(0|[1-9][0-9]{0,15})$/)
const who = { roles: ['auditor', 'admin'], token: 'audit' } as const
const shown = z.record(z.string(), z.unknown())
const later = { asks: z.strictObject({}), answers: { 200: null }, failures: ['not_supported'], later: true } as const

export const auditApi = {
  auditState: {
    method: 'GET',
    path: '/v1/admin/audit/state',
    summary: 'How far the log is',
    who,
    asks: null,
    answers: {
      200: z.object({
        log_id: z.string(),
        size: count,
        root: id43,
        checkpoint: z.string(),
        signed_at: time,
        vkeys: z.array(z.string()),
        waiting: count,
        locked: z.object({ since: time, cause: z.string() }).exactOptional(),
        witnesses: z.null(),
      }),
    },
    failures: [],
  },
  auditLeaves: {
    method: 'GET',
    path: '/v1/admin/audit/leaves',
    summary: 'Leaves with what may be read of their bodies',
    who,
    asks: null,
    query: z.strictObject({
      ...listQuery,
      from: index.exactOptional(),
      to: index.exactOptional(),
      type: anyOf(z.string().max(64)),
      person: anyOf(uuid7),
      device: anyOf(uuid7),
      request: anyOf(uuid7),
      grant: anyOf(uuid7),
      since: index.exactOptional(),
      until: index.exactOptional(),
      class: anyOf(z.string().max(64)),
    }),
    answers: { 200: listOf(shown) },
    failures: [],
  },
  auditProof: {
    method: 'GET',
    path: '/v1/admin/audit/proof',
    summary: 'That a leaf is in the log, as .tlog-proof text',
    who,
    asks: null,
    query: z.strictObject({ index, size: index.exactOptional() }),
    answers: { 200: z.string() },
    failures: [],
  },
  auditConsistency: {
    method: 'GET',
    path: '/v1/admin/audit/consistency',
    summary: 'That a log is the continuation of another',
    who,
    asks: null,
    query: z.strictObject({ from: index, to: index }),
    answers: {
      200: z.object({ from: count, to: count, hashes: z.array(id43), checkpoint: z.string() }),
    },
    failures: [],
  },
  auditExport: {
    method: 'GET',
    path: '/v1/admin/audit/export',
    summary: 'A part of the log as bundle, OCSF or CSV',
    who,
    asks: null,
    query: z.strictObject({
      from: index.exactOptional(),
      to: index.exactOptional(),
      format: z.enum(['bundle', 'ocsf', 'csv']).exactOptional(),
      table: z.enum(['requests', 'votes', 'grants', 'obligations', 'decisions']).exactOptional(),
      pseudonymous: z.literal('true').exactOptional(),
      attachments: z.literal('false').exactOptional(),
    }),
    answers: { 200: z.string() },
    failures: [],
  },
  legalHold: {
    ...later,
    method: 'POST',
    path: '/v1/admin/audit/legal-holds',
    summary: 'Keep what would be erased',
    who: { roles: ['admin'] },
  },
  erasure: {
    ...later,
    method: 'POST',
    path: '/v1/admin/audit/erasures',
    summary: 'Erase personal data',
    who: { roles: ['admin'] },
  },
} as const satisfies Record<string, AdminRoute>
