import type { FastifyRequest } from 'fastify'
import type { AdminRoute, ConsoleRole, TokenScope } from '#contract/admin-route.ts'
import { Failure } from '#domain/failure.ts'
import { rolesOf } from '#gateway/people/person-roles.ts'
import { isUsedAnew, tokenForm, tokenState } from '#gateway/people/service-tokens.ts'
import { findSession, isSeenAnew, type SignedIn } from '#gateway/sessions/session-book.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ServiceTokenRecord } from '#gateway/storage/service-token-store.ts'
import { hash } from '#runtime/digest.ts'
import { contains, rangesOf } from './client-address.ts'
import { readCookie, sessionCookie } from './console-cookies.ts'
import type { ConsoleLimits } from './console-limits.ts'

/** Who calls. `roles` are those that were looked up: the assigned ones, and `approver` where the route takes approvers. */
export type Asker =
  | { readonly kind: 'nobody' }
  | ({ readonly kind: 'person'; readonly roles: readonly ConsoleRole[] } & SignedIn)
  | { readonly kind: 'token'; readonly token: ServiceTokenRecord }

export type AskerPorts = {
  readonly issuer: string
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly limits: ConsoleLimits
  /** Whether a person is in the pool of a stage of an open request, or in a pool of the book in force. */
  readonly isApprover: (rows: Rows, personId: string) => Promise<boolean>
}

/**
 * Settles who is asking, before anything of the question is parsed: the page it comes from, the session or token, the
 * limits, the role. Failures: `origin_refused`, `ambiguous_credentials`, `login_required`, `rate_limited`, `not_found`
 * (for who has no part in the console), `role_required`.
 */
export async function whoAsks(
  ports: AskerPorts,
  request: FastifyRequest,
  route: Pick<AdminRoute, 'method' | 'who'>,
  address: string,
  now: number,
): Promise<Asker> {
  // 1. the page
  refuseForeignPage(request, route.method, ports.issuer)
  // 2. session or token
  const cookie = readCookie(request.raw.headersDistinct['cookie'] ?? [], sessionCookie)
  const authorization = request.raw.headersDistinct['authorization']
  if (cookie !== undefined && authorization !== undefined) throw new Failure('ambiguous_credentials', {})
  if (route.who === 'anybody') {
    await ports.limits.takeByAddress(address)
    return { kind: 'nobody' }
  }
  if (authorization !== undefined) return await tokenAsks(ports, authorization, route, address, now)
  // 3. the person
  const signedIn = cookie === undefined ? undefined : await ports.store.read((rows) => findSession(rows, cookie, now))
  if (signedIn === undefined) throw new Failure('login_required', {})
  await ports.limits.takeBySession(route.method === 'GET' ? 'read' : 'write', signedIn.session.id)
  if (isSeenAnew(signedIn.session, now))
    await ports.store.transact((rows) => rows.sessions.seen(signedIn.session.id, now))
  // 4. the role
  const roles = await admit(ports, signedIn.person, route)
  return { kind: 'person', roles, ...signedIn }
}

/** The roles by which a person may make this call. Failures: `not_found`, `role_required`. */
export async function admit(
  ports: Pick<AskerPorts, 'store' | 'isApprover'>,
  person: SignedIn['person'],
  { method, who }: Pick<AdminRoute, 'method' | 'who'>,
): Promise<readonly ConsoleRole[]> {
  const assigned = rolesOf(person)
  if (who === 'anybody' || who === 'session') return assigned
  const mayApprove =
    (who.roles.includes('approver') || assigned.length === 0) &&
    (await ports.store.read((rows) => ports.isApprover(rows, person.id)))
  const roles: readonly ConsoleRole[] = mayApprove ? ['approver', ...assigned] : assigned
  if (roles.some((role) => who.roles.includes(role))) return roles
  if (roles.length === 0 || method === 'GET') throw new Failure('not_found', {})
  throw new Failure('role_required', { roles: who.roles })
}

async function tokenAsks(
  { store }: AskerPorts,
  authorization: readonly string[],
  { method, who }: Pick<AdminRoute, 'method' | 'who'>,
  address: string,
  now: number,
): Promise<Asker> {
  const [only = ''] = authorization
  const secret = authorization.length === 1 ? /^Bearer (\S+)$/i.exec(only)?.[1] : undefined
  const found =
    secret !== undefined && tokenForm.test(secret)
      ? await store.read((rows) => rows.serviceTokens.findByToken(hash(secret)))
      : undefined
  if (found === undefined || tokenState(found, now) !== 'open') throw new Failure('login_required', {})
  if (found.from.length > 0 && !contains(rangesOf(found.from), address)) throw new Failure('login_required', {})
  const scope: TokenScope | undefined = typeof who === 'object' ? who.token : undefined
  if (method !== 'GET' || scope === undefined || !found.scopes.includes(scope)) throw new Failure('not_found', {})
  if (isUsedAnew(found, now)) await store.transact((rows) => rows.serviceTokens.used(found.id, now))
  return { kind: 'token', token: found }
}

/** Writes come from our own pages; reads leave leaves, so other sites may not make a browser read either. */
export function refuseForeignPage(request: FastifyRequest, method: string, issuer: string): void {
  const origin = request.raw.headersDistinct['origin']
  const site = request.headers['sec-fetch-site']
  const isOwn = origin?.length === 1 && origin[0] === issuer
  if (method === 'GET' ? site === 'cross-site' || (origin !== undefined && !isOwn) : !isOwn)
    throw new Failure('origin_refused', {})
}
