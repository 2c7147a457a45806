import * as z from 'zod'
import { adminApi } from '#contract/admin-api.ts'
import { type AdminRoute, everywhere } from '#contract/admin-route.ts'
import { signedPart } from '#contract/admin-types.ts'
import type { WireFailureCode } from '#domain/failure.ts'

export type AdminOperationParts = {
  readonly plain: (schema: z.ZodType) => object
  readonly refusals: (codes: readonly WireFailureCode[]) => object
}

/** The console API as paths of the OpenAPI document. */
export function adminPaths({ plain, refusals }: AdminOperationParts): {
  readonly [path: string]: { readonly [method: string]: object }
} {
  const found: { [path: string]: { [method: string]: object } } = {}
  for (const [name, route] of Object.entries<AdminRoute>(adminApi)) {
    const parameters = parametersOf(route, plain)
    const body = bodyOf(route)
    found[route.path] = {
      ...found[route.path],
      [route.method.toLowerCase()]: {
        operationId: `console-${name}`,
        summary: route.later === true ? `${route.summary} (not supported yet)` : route.summary,
        tags: ['console'],
        security: securityOf(route),
        ...(parameters.length === 0 ? {} : { parameters }),
        ...(body === undefined
          ? {}
          : { requestBody: { required: true, content: { 'application/json': { schema: plain(body) } } } }),
        responses: {
          ...Object.fromEntries(
            Object.entries(route.answers).map(([status, schema]) => [
              status,
              {
                description: 'Done',
                ...(schema === null ? {} : { content: { 'application/json': { schema: plain(schema) } } }),
              },
            ]),
          ),
          ...refusals([...new Set([...route.failures, ...everywhere])]),
        },
      },
    }
  }
  return found
}

function bodyOf({ asks, signed }: AdminRoute): z.ZodType | undefined {
  if (asks === null) return undefined
  if (signed === undefined) return asks
  return asks.extend({ signed: signed === 'always' ? signedPart : signedPart.exactOptional() })
}

function securityOf({ who }: AdminRoute): readonly object[] {
  if (who === 'anybody') return []
  const session = { consoleSession: [] }
  return typeof who === 'object' && who.token !== undefined ? [session, { serviceToken: [] }] : [session]
}

function parametersOf({ path, query }: AdminRoute, plain: (schema: z.ZodType) => object): readonly object[] {
  const inPath = [...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: plain(z.string().max(200)),
  }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: plain(schema),
  }))
  return [...inPath, ...inQuery]
}
