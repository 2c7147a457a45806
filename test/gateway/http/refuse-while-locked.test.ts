import { describe, expect, it } from 'vitest'
import { adminApi } from '#contract/admin-api.ts'
import type { AdminRoute } from '#contract/admin-route.ts'
import { isFailure } from '#domain/failure.ts'
import { actOf } from '#gateway/http/admin-call.ts'
import { refuseWhileLocked } from '#gateway/http/refuse-while-locked.ts'

/** Which calls of the console are refused with `log_locked` before they are carried out. */
async function refused(isLocked: boolean): Promise<readonly string[]> {
  const acts: string[] = []
  for (const route of Object.values<AdminRoute>(adminApi)) {
    const { run } = refuseWhileLocked(() => isLocked)({ route, run: async () => ({ status: 200 }) })
    const call = {
      asker: { kind: 'nobody' },
      path: {},
      query: {},
      body: undefined,
      now: 1,
      browserSecret: undefined,
    } as const
    const acting = { person: null, place: { address: '192.0.2.1', browser: null }, traceId: '0'.repeat(32), nowMs: 1 }
    const answer = await run({ ...call, acting }).catch((cause: unknown) => cause)
    if (isFailure(answer, 'log_locked')) acts.push(actOf(route))
  }
  return acts.sort()
}

describe('A locked log', () => {
  it('refuses what gives by roles, passkeys and invitations, and nothing that takes away, ends or reads', async () => {
    expect(await refused(true)).toEqual([
      'POST /v1/admin/people',
      'POST /v1/admin/people/{id}/invitations',
      'POST /v1/admin/people/{id}/reactivation',
      'POST /v1/admin/people/{id}/roles',
      'POST /v1/admin/recoveries/{id}/approval',
      'POST /v1/invitations/registration',
      'POST /v1/me/passkeys',
    ])
  })

  it('that is none refuses nothing', async () => {
    expect(await refused(false)).toEqual([])
  })
})
