import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { adminApi } from '#contract/admin-api.ts'
import { gatewayApi, type Route } from '#contract/gateway-api.ts'
import { failureStatus } from '#gateway/http/failure-status.ts'
import { openApiDocument } from '#gateway/http/openapi.ts'

type Tree = { readonly [name: string]: unknown }

const document: unknown = JSON.parse(
  JSON.stringify(openApiDocument({ issuer: 'https://gate.example.com', version: '1.2.3' })),
)

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => (isTree(part) ? part[name] : undefined), value)
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null
}

function members(value: unknown): readonly (readonly [string, unknown])[] {
  return isTree(value) ? Object.entries(value) : []
}

/** Every value under a member of this name, wherever it stands. */
function everywhere(name: string, value: unknown): readonly unknown[] {
  return members(value).flatMap(([key, member]) => [...(key === name ? [member] : []), ...everywhere(name, member)])
}

function operations(): readonly (readonly [string, string, unknown])[] {
  return members(at(document, 'paths')).flatMap(([path, methods]) =>
    members(methods).map(([method, operation]) => [path, method, operation] as const),
  )
}

function resolve(ref: unknown): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined
  return at(
    document,
    ...ref
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  )
}

const routes = Object.entries<Route>(gatewayApi)

describe('The OpenAPI document', () => {
  it('is of version 3.1, says its dialect, and has what a document must have', () => {
    expect(at(document, 'openapi')).toMatch(/^3\.1\.\d$/)
    expect(at(document, 'jsonSchemaDialect')).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(at(document, 'info', 'title')).toEqual(expect.any(String))
    expect(at(document, 'info', 'version')).toBe('1.2.3')
    expect(at(document, 'servers')).toEqual([{ url: 'https://gate.example.com' }])
  })

  it.each(routes)('has the route %s, with its answers and every refusal under its status', (name, route) => {
    const operation = at(document, 'paths', route.path, route.method.toLowerCase())
    expect(at(operation, 'operationId')).toBe(name)
    for (const status of Object.keys(route.answers)) expect(at(operation, 'responses', status)).toBeDefined()
    for (const code of route.failures) {
      const response = at(operation, 'responses', String(failureStatus[code]))
      const codes = everywhere('enum', at(response, 'content', 'application/problem+json'))
      expect(codes.flat()).toContain(code)
    }
  })

  it('has no other operations', () => {
    expect(operations()).toHaveLength(routes.length + Object.keys(adminApi).length)
  })

  it('names each operation once', () => {
    const ids = operations().map(([, , operation]) => at(operation, 'operationId'))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('refers to nothing that is not there', () => {
    const refs = everywhere('$ref', document)
    expect(refs.length).toBeGreaterThan(20)
    for (const ref of refs) expect(resolve(ref), String(ref)).toBeDefined()
  })

  it('declares every path parameter, and none that is not in its path', () => {
    for (const [path, , operation] of operations()) {
      const declared = members(at(operation, 'parameters'))
        .map(([, parameter]) => parameter)
        .filter((parameter) => at(parameter, 'in') === 'path')
        .map((parameter) => at(parameter, 'name'))
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    }
  })

  it('uses only security schemes that it defines', () => {
    const defined = members(at(document, 'components', 'securitySchemes')).map(([name]) => name)
    for (const [, , operation] of operations())
      for (const [, requirement] of members(at(operation, 'security')))
        for (const [scheme] of members(requirement)) expect(defined).toContain(scheme)
  })

  it('names components by the letters that OpenAPI allows', () => {
    for (const [, kind] of members(at(document, 'components')))
      for (const [name] of members(kind)) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/)
  })

  it('asks for signed messages in their own media types', () => {
    const content = (path: string) => members(at(document, 'paths', path, 'post', 'requestBody', 'content'))
    expect(content('/v1/attestations').map(([media]) => media)).toEqual(['application/eat+jwt'])
    expect(content('/v1/enrollments').map(([media]) => media)).toEqual(['application/jose'])
    expect(content('/v1/nonce').map(([media]) => media)).toEqual(['application/json'])
  })

  it('has schemas that a JSON Schema 2020-12 validator takes, each of them', () => {
    const ajv = new Ajv2020({ strict: false })
    ajv.addSchema({ $id: 'https://gate.example.com/v1/openapi.json', ...(isTree(document) ? document : {}) })
    const schemas = members(at(document, 'components', 'schemas')).map(([name]) => name)
    expect(schemas).toContain('eat-jwt')
    for (const name of schemas)
      expect(
        typeof ajv.compile({ $ref: `https://gate.example.com/v1/openapi.json#/components/schemas/${name}` }),
        name,
      ).toBe('function')
    for (const schema of everywhere('schema', at(document, 'paths')))
      expect(ajv.validateSchema(isTree(schema) ? { ...schema } : {}), JSON.stringify(ajv.errors)).toBe(true)
  })

  it('is the same each time', () => {
    const again = openApiDocument({ issuer: 'https://gate.example.com', version: '1.2.3' })
    expect(JSON.parse(JSON.stringify(again))).toEqual(document)
  })
})
