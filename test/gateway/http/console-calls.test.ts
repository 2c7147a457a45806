import { describe, expect, it } from 'vitest'
import { adminApi } from '#contract/admin-api.ts'
import type { AdminRoute } from '#contract/admin-route.ts'
import { call } from '#test/support/a-device.ts'
import type { Person } from '#test/support/a-running-gateway.ts'
import { aStaffedGateway, edsger, grace } from '#test/support/a-staffed-gateway.ts'

const rows = Object.entries<AdminRoute>(adminApi)
const built = rows.filter(([, { later }]) => later === undefined)
const later = rows.filter(([, each]) => each.later === true)

const all: Pick<Person, 'admin' | 'roles'> = { admin: true, roles: ['auditor', 'security'] }
const nobody = '019aa0c2-7f10-7000-8000-000000000001'

/** A gateway, and who holds every role. Two of them: each session may write sixty times a minute. */
async function aGateway() {
  const [first, second] = [
    { ...grace, ...all },
    { ...edsger, ...all },
  ]
  const gateway = await aStaffedGateway({ people: [first, second] })
  const ask = async ({ method, path }: AdminRoute, email = first.email) => {
    const cookie = await gateway.cookieOf(email)
    const headers = {
      cookie,
      ...(method === 'GET' ? {} : { 'content-type': 'application/json', origin: gateway.issuer }),
    }
    const url = `${gateway.api}${path.replaceAll(/\{[a-z_]+\}/g, nobody)}`
    return await call(method, url, { headers, ...(method === 'GET' ? {} : { body: '{}' }) })
  }
  return { ask, second: second.email }
}

describe('A call of the console API', () => {
  it('that a work order has built is answered, each of them', async () => {
    const { ask } = await aGateway()
    expect(built.length).toBeGreaterThan(60)
    const ends = ([name]: (typeof built)[number]) => name === 'signOut'
    for (const [name, route] of [...built.filter((row) => !ends(row)), ...built.filter(ends)]) {
      const { status, json } = await ask(route)
      expect(json?.code, name).not.toBe('not_supported')
      expect([401, 405, 429], name).not.toContain(status)
      expect(status, name).toBeLessThan(500)
    }
  })

  it('that comes later is not_supported to who may make it, with a sentence', async () => {
    const { ask, second } = await aGateway()
    expect(later.length).toBeGreaterThan(50)
    for (const [name, route] of later) {
      const email = route.method === 'GET' ? second : undefined
      const { status, json } = await ask(route, email)
      expect([status, json.code], name).toEqual([422, 'not_supported'])
      expect(json.detail, name).toMatch(/^[A-Z].+\.$/)
    }
  })

  it('with a session and a token is refused: nobody says whose it is', async () => {
    const gateway = await aStaffedGateway()
    const headers = { cookie: await gateway.cookieOf(grace.email), authorization: `Bearer pst_${'A'.repeat(43)}` }
    const { status, json } = await call('GET', `${gateway.api}/v1/me`, { headers })
    expect([status, json.code]).toEqual([403, 'ambiguous_credentials'])
  })

  it.each(rows)('%s says what it asks, answers and refuses', (_name, route) => {
    if (route.later === true) expect(route.failures).toContain('not_supported')
    expect(route.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(Object.keys(route.answers).length).toBeGreaterThan(0)
    if (route.method === 'GET') expect(route.asks).toBeNull()
    else expect(route.asks).not.toBeNull()
  })
})
