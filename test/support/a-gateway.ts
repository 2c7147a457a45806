import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { consentDigest } from '#agent/privacy/consent.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import type { Configuration } from '#contract/enrollment.ts'
import { messageTypes } from '#contract/message-types.ts'
import { type PublicJwk, profile, publicJwk, thumbprintText } from '#contract/wire-types.ts'
import { signalIds } from '#domain/signals.ts'
import { hash } from '#runtime/digest.ts'
import { randomId, uuidV7 } from '#runtime/random-id.ts'
import { keySetOf } from '#verify/key-set.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'
import { verifySignedClaims } from '#verify/verify-token.ts'

/** A key that signs as a gateway does. */
export type SigningPair = { readonly jwk: PublicJwk; readonly kid: string; readonly key: KeyObject }

export function aSigningPair(): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  const jwk = publicJwk.parse({ kty, crv, x, y })
  return { jwk, kid: hash(thumbprintText(jwk)), key: privateKey }
}

export function signWith(pair: SigningPair, typ: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: 'ES256', typ, kid: pair.kid })}.${part(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key: pair.key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

export type SeenRequest = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
type Answer = { readonly status: number; readonly body?: object | string; readonly headers?: Record<string, string> }

export type AGateway = Awaited<ReturnType<typeof aGateway>>

const sueid = Buffer.concat([Buffer.of(1), randomBytes(16)]).toString('base64url')

/**
 * A gateway of tests: real HTTP on loopback, real ES256, and strict about form, signature, nonce and chain. It judges
 * nothing. `next` answers the next call of a path instead of it.
 */
export async function aGateway(options: { readonly nowSeconds?: () => number } = {}) {
  const now = options.nowSeconds ?? (() => Math.floor(Date.now() / 1000))
  const signer = aSigningPair()
  const deviceId = uuidV7(Date.now())
  const seen: SeenRequest[] = []
  const scripted = new Map<string, ((request: SeenRequest) => Answer | undefined)[]>()
  const nonces = new Set<string>()
  const authority = randomBytes(32).toString('base64url')
  const device: { key?: PublicJwk; kid?: string } = {}
  const head = { seq: 0, hash: '' }
  const told = {
    configSeq: 1,
    interval: 900,
    signals: [...signalIds] as string[],
    fields: [...fieldIds] as readonly string[],
    pending: false,
    date: true,
  }
  const signed = { config: '' }
  let issuer = ''

  const newNonce = () => {
    const nonce = randomBytes(32).toString('base64url')
    nonces.add(nonce)
    return nonce
  }
  const base = () => ({ iss: issuer, aud: `urn:uuid:${deviceId}`, iat: now(), exp: now() + 2700, jti: randomId() })
  const makeConfig = (by = signer, seq = told.configSeq, keys = [signer]) =>
    signWith(by, 'agent-config+jwt', {
      ...base(),
      exp: now() + 30 * 86_400,
      seq,
      keys: keys.map(({ jwk }) => ({ jwk, not_before: 0 })),
      org: 'Example',
      profiles: [profile],
      min_agent: '0.0.1',
      schedule: { interval_s: told.interval, probe_timeout_ms: 5000 },
      signals: told.signals,
      exceptions: { max_duration_s: 3600, reason_min: 20, categories: [], open_max: 2 },
      stream_uri: `${issuer.replace('http', 'ws')}/v1/stream`,
      privacy: { contact: 'it@example.com', retention_days: 400, url: 'https://example.com/privacy' },
      checks: [],
    })
  const makeResult = (evidence: { seq: number; hash: string }, by = signer, more: object = {}) =>
    signWith(by, 'posture-result+jwt', {
      ...base(),
      sub: `urn:uuid:${deviceId}`,
      status: 'affirming',
      submods: { os: 'affirming', posture: 'affirming', agent: 'affirming' },
      tier: 'T0',
      evidence,
      book: hash('book'),
      checks: [{ check: 'firewall-on', signal: 'firewall', outcome: 'met', at: now() }],
      resources: [{ id: 'wiki', name: 'Wiki', access: 'allow', findings: [] }],
      grants: [],
      recheck_at: now() + 1800,
      next_due: now() + 1800,
      ...more,
    })
  const describeChain = (of = head, by = signer) =>
    signWith(by, 'chain-state+jwt', {
      ...base(),
      exp: now() + 300,
      kid: device.kid,
      seq: of.seq,
      head_check: hash(`postern/chain/1\0${of.hash}`),
    })
  const configuration = (): Configuration => {
    const description = {
      issuer,
      name: 'Example',
      profiles: [profile],
      jwks_uri: `${issuer}/.well-known/postern/jwks.json`,
      stream_uri: `${issuer.replace('http', 'ws')}/v1/stream`,
      enrollment_modes: ['token' as const],
      hint_salt: hash('salt'),
      min_agent: '0.0.1',
      consent: {
        sha256: hash(''),
        fields: [...told.fields],
        retention_days: 400,
        contact: 'it@example.com',
        url: 'https://example.com/privacy',
      },
    }
    return { ...description, consent: { ...description.consent, sha256: consentDigest(description) } }
  }

  async function enroll(request: SeenRequest): Promise<Answer> {
    if (request.headers['content-type'] !== 'application/jose') return problem(415, 'media_type')
    if (request.headers.authorization !== `Bearer ${authority}`) return problem(403, 'enrollment_refused')
    const jws = readStrictJws(request.body, 'enroll+jwt')
    if (jws.jwk === undefined) return problem(401, 'invalid_signature')
    const claims = messageTypes['enroll+jwt'].claims.parse(readPayloadJson(jws.payload))
    if (!nonces.has(claims.eat_nonce)) return problem(401, 'use_nonce', {}, { 'attestation-nonce': newNonce() })
    if (claims.eth !== hash(authority) || claims.consent.sha256 !== configuration().consent.sha256)
      return problem(403, 'enrollment_refused')
    const kid = hash(thumbprintText(jws.jwk))
    if (device.kid !== undefined && device.kid !== kid) return problem(403, 'enrollment_refused')
    Object.assign(device, { key: jws.jwk, kid })
    Object.assign(head, { seq: 0, hash: hash(jws.signingInput) })
    const enrollment_id = createHash('sha256').update('id').digest().subarray(0, 16).toString('base64url')
    if (told.pending) return { status: 202, body: { enrollment_id, state: 'pending', retry_after: 30 } }
    signed.config = makeConfig()
    return {
      status: 201,
      headers: { 'attestation-nonce': newNonce() },
      body: {
        enrollment_id,
        state: 'active',
        device_id: deviceId,
        sueid,
        tier: 'T0',
        owner: { name: 'Ada' },
        chain: { ...head },
        agent_config: signed.config,
      },
    }
  }

  async function attest(request: SeenRequest): Promise<Answer> {
    const nonce = { 'attestation-nonce': newNonce(), 'dpop-nonce': newNonce() }
    if (request.headers['content-type'] !== 'application/eat+jwt') return problem(415, 'media_type')
    if (device.key === undefined) return problem(401, 'invalid_signature')
    const claims = await verifySignedClaims(request.body, 'eat+jwt', await keySetOf([device.key]))
    if (!nonces.has(claims.eat_nonce)) return problem(401, 'use_nonce', {}, nonce)
    if (claims.iss !== `urn:uuid:${deviceId}` || claims.aud !== issuer || claims.sueids['postern.dev'] !== sueid)
      return problem(422, 'schema_invalid', { errors: [] }, nonce)
    if (claims.iat < now() - 300 || claims.iat > now() + 60) return problem(401, 'clock_skew', {}, nonce)
    if (claims.unknown_head !== undefined) return problem(403, 'device_quarantined', {}, nonce)
    if (claims.seq <= head.seq) return problem(409, 'replayed', { chain_state: describeChain() }, nonce)
    if (claims.prev !== head.hash) return problem(409, 'chain_fork', { chain_state: describeChain() }, nonce)
    const own = hash(readStrictJws(request.body, 'eat+jwt').signingInput)
    Object.assign(head, { seq: claims.seq, hash: own })
    const currentHash = hash(readStrictJws(signed.config, 'agent-config+jwt').signingInput)
    return {
      status: 200,
      headers: nonce,
      body: {
        result: makeResult({ ...head }),
        access_token: 'a.token.x',
        token_type: 'DPoP',
        expires_in: 2100,
        next_due: now() + 1800,
        ...(claims.submods.agent.config_hash === currentHash ? {} : { agent_config: signed.config }),
      },
    }
  }

  async function answer(request: SeenRequest): Promise<Answer> {
    const script = scripted.get(request.path)?.shift()?.(request)
    if (script !== undefined) return script
    switch (`${request.method} ${request.path}`) {
      case 'GET /.well-known/postern/configuration':
        return { status: 200, body: configuration() }
      case 'GET /.well-known/postern/jwks.json':
        return {
          status: 200,
          body: { keys: [{ ...signer.jwk, kid: signer.kid, alg: 'ES256', use: 'sig', postern_use: 'agent' }] },
        }
      case 'POST /v1/nonce':
        return { status: 200, body: { nonce: newNonce(), expires_in: 240 } }
      case 'POST /v1/enrollments':
        return enroll(request)
      case 'POST /v1/attestations':
        return attest(request)
      default:
        return problem(404, 'not_found')
    }
  }

  const server = createServer((incoming, response) => void serve(incoming, response))
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(Buffer.from(part))
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(parts).toString('utf8'),
    }
    seen.push(request)
    const {
      status,
      body = '',
      headers = {},
    } = await answer(request).catch((thrown: unknown) => ({
      ...problem(500, 'internal'),
      headers: {
        'x-thrown': String(thrown)
          .slice(0, 200)
          .replace(/[^ -~]/g, ' '),
      },
    }))
    const media = status >= 400 ? 'application/problem+json' : 'application/json'
    if (!told.date) response.sendDate = false
    response.writeHead(status, { 'content-type': media, ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = addressOf(server.address())
  issuer = `http://127.0.0.1:${port}`
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )

  return {
    issuer,
    server,
    signer,
    deviceId,
    authority,
    seen,
    head,
    told,
    signed,
    link: (kid?: string) =>
      `postern://enroll?server=${encodeURIComponent(issuer)}&code=${authority}${kid === undefined ? '' : `&kid=${kid}`}`,
    configuration,
    makeConfig,
    makeResult,
    describeChain,
    /** The bodies received by a path, as their payloads' exact text. */
    payloads: (path: string) =>
      seen
        .filter((request) => request.path === path)
        .map((request) => Buffer.from(request.body.split('.')[1] ?? '', 'base64url').toString('utf8')),
    next(path: string, ...answers: ((request: SeenRequest) => Answer | undefined)[]) {
      scripted.set(path, [...(scripted.get(path) ?? []), ...answers])
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A refusal in the form of RFC 9457. */
export function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers,
    body: {
      type: `https://postern.dev/problems/${code}`,
      title: code,
      status,
      detail: code,
      instance: 'urn:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1',
      code,
      ...more,
    },
  }
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address
}
