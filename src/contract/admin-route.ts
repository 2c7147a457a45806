import type * as z from 'zod'
import type { WireFailureCode } from '../domain/failure.ts'

/** Roles of the console. `approver` is never assigned: it is whoever is in a pool. */
export const consoleRoles = ['approver', 'admin', 'auditor', 'security'] as const
export type ConsoleRole = (typeof consoleRoles)[number]

/** What a service token may read. */
export const tokenScopes = ['reports', 'audit', 'metrics'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** Who may call: anybody, every person signed in, or who holds one of these roles (or, reading, a token of this scope). */
export type AdminCallers =
  | 'anybody'
  | 'session'
  | { readonly roles: readonly ConsoleRole[]; readonly token?: TokenScope }

/** One call of the console API. A signed one carries `signed` beside its question (console-api.md section 1). */
export type AdminRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT'
  readonly path: string
  readonly summary: string
  readonly who: AdminCallers
  readonly signed?: 'always' | 'sometimes'
  readonly asks: z.ZodObject | null
  readonly query?: z.ZodObject
  /** Schema of each successful answer; `null` has no body. */
  readonly answers: { readonly [status: number]: z.ZodType | null }
  /** Beside those that are possible everywhere. */
  readonly failures: readonly WireFailureCode[]
  /** The console that uses it comes later; until then it answers `not_supported`. */
  readonly later?: true
}

/** Possible everywhere, on top of a row's own. */
export const everywhere = [
  'login_required',
  'ambiguous_credentials',
  'origin_refused',
  'role_required',
  'not_found',
  'media_type',
  'too_large',
  'schema_invalid',
  'rate_limited',
  'internal',
  'unavailable',
  'log_locked',
] as const satisfies readonly WireFailureCode[]
