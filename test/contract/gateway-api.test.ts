import { describe, expect, it } from 'vitest'
import { gatewayApi, messageFailures, type Route } from '#contract/gateway-api.ts'
import { problem, problemType } from '#contract/problem.ts'

const routes = Object.entries<Route>(gatewayApi)

describe('The table of the device API', () => {
  it('has no route twice', () => {
    const names = routes.map(([, { method, path }]) => `${method} ${path}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(routes)('%s lists each failure once', (_name, { failures }) => {
    expect(new Set(failures).size).toBe(failures.length)
  })

  it.each(routes.filter(([, { asks }]) => asks.kind === 'jws'))(
    '%s can meet every refusal of a device message',
    (_name, { failures }) => {
      expect(failures).toEqual(expect.arrayContaining([...messageFailures]))
    },
  )

  it.each(routes)('%s takes a body only by POST', (_name, { method, asks }) => {
    expect(method === 'POST').toBe(asks.kind !== 'nothing')
  })
})

describe('A problem', () => {
  const good = {
    type: `${problemType}use_nonce`,
    title: 't',
    status: 401,
    detail: 'd',
    instance: 'urn:uuid:x',
    code: 'use_nonce',
  }

  it('is read without members that nobody knows', () => {
    expect(problem.parse({ ...good, extra: 1 })).toEqual(good)
  })

  it.each([200, 399, 600, '401'])('has no status %s', (status) => {
    expect(problem.safeParse({ ...good, status }).success).toBe(false)
  })
})
