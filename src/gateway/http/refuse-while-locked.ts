import { Failure } from '#domain/failure.ts'
import { type Answerer, actOf } from './admin-call.ts'

/** What gives rights by roles, passkeys and invitations; what only takes away waits in the outbox instead. */
const giving: ReadonlySet<string> = new Set([
  'POST /v1/invitations/registration',
  'POST /v1/me/passkeys',
  'POST /v1/admin/people',
  'POST /v1/admin/people/{id}/reactivation',
  'POST /v1/admin/people/{id}/roles',
  'POST /v1/admin/people/{id}/invitations',
  'POST /v1/admin/recoveries/{id}/approval',
])

/** While the log is locked nothing is given that could not be proven (audit.md section 5): `log_locked`. */
export function refuseWhileLocked(isLocked: () => boolean): (answerer: Answerer) => Answerer {
  return (answerer) => {
    if (!giving.has(actOf(answerer.route))) return answerer
    return {
      route: answerer.route,
      async run(call) {
        if (isLocked()) throw new Failure('log_locked', {})
        return await answerer.run(call)
      },
    }
  }
}
