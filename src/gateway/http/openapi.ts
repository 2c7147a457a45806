import * as z from 'zod'
import { type Asks, type Auth, gatewayApi, type Route } from '#contract/gateway-api.ts'
import { type MessageTyp, messageTypes } from '#contract/message-types.ts'
import { problem } from '#contract/problem.ts'
import { en } from '#contract/texts/en.ts'
import { compactJws, id43, uuid7 } from '#contract/wire-types.ts'
import type { WireFailureCode } from '#domain/failure.ts'
import { failureStatus } from './failure-status.ts'
import { adminPaths } from './openapi-admin.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** Device API and console API as an OpenAPI 3.1 document, printed from the tables of the contract. `version` is the gateway's own. */
export function openApiDocument(info: { readonly issuer: string; readonly version: string }): object {
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: dialect,
    info: {
      title: 'Postern API (posture/1 and console)',
      version: info.version,
      description:
        'Device messages are one compact JWS as the whole body (ES256), and their signature is the authentication. Refusals are problems of RFC 9457.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: info.issuer }],
    paths: { ...paths(), ...adminPaths({ plain, refusals: refusalsOf }) },
    components: {
      securitySchemes: {
        enrollmentToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'An enrolment token: 43 characters, used once.',
        },
        consoleSession: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-postern',
          description: 'A session of the console; writes need the exact `Origin` too.',
        },
        serviceToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'A service token: `pst_` and 43 characters. It reads, and never writes.',
        },
        accessToken: {
          type: 'http',
          scheme: 'DPoP',
          description: 'The access token of the last attestation, bound to the delegate key (RFC 9449).',
        },
      },
      headers: {
        'Attestation-Nonce': { description: 'The nonce for the next message of this device key.', schema: plain(id43) },
        'DPoP-Nonce': { description: 'The nonce for the next DPoP proof (RFC 9449 section 8).', schema: plain(id43) },
        'WWW-Authenticate': { description: 'The scheme, and the code as its error.', schema: { type: 'string' } },
        'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } },
      },
      schemas: { Problem: plain(problem), ...payloads() },
    },
  }
}

function paths(): { readonly [path: string]: { readonly [method: string]: object } } {
  const found: { [path: string]: { [method: string]: object } } = {}
  for (const [name, route] of Object.entries<Route>(gatewayApi))
    found[route.path] = { ...found[route.path], [route.method.toLowerCase()]: operation(name, route) }
  return found
}

function operation(name: string, route: Route): object {
  const parameters = parametersOf(route)
  return {
    operationId: name,
    summary: route.summary,
    security: security[route.auth],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.asks.kind === 'nothing' ? {} : { requestBody: bodyOf(route.asks) }),
    responses: { ...answersOf(route), ...refusalsOf(route.failures) },
  }
}

/** A signed message carries its own proof, which OpenAPI has no scheme for. */
const security: { readonly [Who in Auth]: readonly object[] } = {
  none: [],
  'bearer-authority': [{ enrollmentToken: [] }],
  'device-signature': [],
  dpop: [{ accessToken: [] }],
}

function parametersOf({ path, auth }: Route): readonly object[] {
  const inPath = [...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: plain(uuid7),
  }))
  const proof = {
    name: 'DPoP',
    in: 'header',
    required: true,
    description: 'The proof of possession for this call.',
    schema: signed('dpop+jwt'),
  }
  return auth === 'dpop' ? [...inPath, proof] : inPath
}

function bodyOf(asks: Exclude<Asks, { kind: 'nothing' }>): object {
  const content =
    asks.kind === 'json'
      ? { 'application/json': { schema: plain(asks.schema) } }
      : { [asks.media]: { schema: signed(asks.typ) } }
  return { required: true, content }
}

/** A compact JWS: what it is, and what its header and payload are (JSON Schema 2020-12, section 8.6). */
function signed(typ: MessageTyp): object {
  const { key } = messageTypes[typ]
  const keySchema = key === 'kid' ? plain(id43) : { type: 'object' }
  return {
    ...plain(compactJws),
    contentMediaType: 'application/jwt',
    contentSchema: {
      type: 'array',
      prefixItems: [
        {
          type: 'object',
          properties: { alg: { const: 'ES256' }, typ: { const: typ }, [key]: keySchema },
          required: ['alg', 'typ', key],
          additionalProperties: false,
        },
        { $ref: `#/components/schemas/${payloadName(typ)}` },
      ],
    },
  }
}

function payloads(): { readonly [name: string]: object } {
  return Object.fromEntries(Object.entries(messageTypes).map(([typ, { claims }]) => [payloadName(typ), plain(claims)]))
}

/** Names of components may not have a plus sign. */
function payloadName(typ: string): string {
  return typ.replace('+', '-')
}

function answersOf({ answers, asks }: Route): { readonly [status: string]: object } {
  const headers = asks.kind === 'jws' ? { headers: { 'Attestation-Nonce': header('Attestation-Nonce') } } : {}
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: status === '101' ? 'The connection becomes a WebSocket' : 'Done',
        ...headers,
        ...(schema === null ? {} : { content: { 'application/json': { schema: plain(schema) } } }),
      },
    ]),
  )
}

/** One answer per status; its codes are listed with their titles. */
function refusalsOf(codes: readonly WireFailureCode[]): { readonly [status: string]: object } {
  const byStatus = new Map<number, WireFailureCode[]>()
  for (const code of codes) byStatus.set(failureStatus[code], [...(byStatus.get(failureStatus[code]) ?? []), code])
  return Object.fromEntries([...byStatus].map(([status, same]) => [String(status), refusal(status, same)]))
}

function refusal(status: number, codes: readonly WireFailureCode[]): object {
  return {
    description: codes.map((code) => `\`${code}\`: ${en.failures[code].title}`).join('. '),
    ...headersOf(status),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { status: { const: status }, code: { enum: codes } } },
          ],
        },
      },
    },
  }
}

function headersOf(status: number): object {
  if (status === 401) return { headers: { 'WWW-Authenticate': header('WWW-Authenticate') } }
  if (status === 429 || status === 503) return { headers: { 'Retry-After': header('Retry-After') } }
  return {}
}

function header(name: string): object {
  return { $ref: `#/components/headers/${name}` }
}

/** The JSON Schema of a zod schema, without the dialect, which the document names once. */
function plain(schema: z.ZodType): object {
  const {
    $schema: _dialect,
    '~standard': _standard,
    ...rest
  } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-2020-12',
  })
  return rest
}
