import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { onTestFinished } from 'vitest'
import { type RawData, WebSocket } from 'ws'
import type { RunningGateway } from './a-running-gateway.ts'

/** The agent's side of the protocol, written apart from `src`: what it sends can be spoilt at will. */

export type Answer = {
  readonly status: number
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by tests
  readonly json: any
}
type Claims = { readonly [name: string]: unknown }
export type Key = {
  readonly jwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  readonly kid: string
  readonly privateKey: KeyObject
}

export const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')
export const newId = () => randomBytes(16).toString('base64url')
export const hashOfJws = (jws: string) => hashOf(jws.slice(0, jws.lastIndexOf('.')))
export const headCheckOf = (hash: string) => hashOf(`postern/chain/1\0${hash}`)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function aKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const
  return { jwk, kid: hashOf(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })), privateKey }
}

export function aJws(key: Key, header: object, claims: object): string {
  const input = `${part(header)}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

// biome-ignore lint/suspicious/noExplicitAny: claims are looked into by tests
export function claimsOf(jws: string): any {
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
}

export type CallWish = {
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Buffer
  readonly ca?: string
  readonly localAddress?: string
}

/** One request on a connection of its own. */
export function call(method: string, url: string, wish: CallWish = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secureRequest : request
    const { headers, ca, localAddress } = wish
    const options = {
      method,
      agent: false,
      ...(headers === undefined ? {} : { headers }),
      ...(ca === undefined ? {} : { ca, servername: 'localhost' }),
      ...(localAddress === undefined ? {} : { localAddress }),
    } as const
    const sent = send(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text) })
      })
    })
    sent.on('error', reject)
    sent.end(wish.body)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const healthy = {
  firewall: { state: 'on' },
  'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 },
  'os-version': { name: 'Debian', version: '13' },
}

/** One enrolled (or not yet enrolled) device. Only an accepted attestation moves its chain. */
export class DeviceClient {
  readonly key: Key
  readonly gateway: Pick<RunningGateway, 'api' | 'issuer'>
  readonly nowMs: () => number
  readonly ca: string | undefined
  delegate = aKey()
  readings: { readonly [signal: string]: unknown } = healthy
  id = ''
  sueid = ''
  seq = 0
  head = ''
  token = ''
  config = ''
  result: Claims = {}

  constructor(
    gateway: Pick<RunningGateway, 'api' | 'issuer'>,
    wish: { readonly key?: Key; readonly nowMs?: () => number; readonly ca?: string } = {},
  ) {
    this.gateway = gateway
    this.key = wish.key ?? aKey()
    this.nowMs = wish.nowMs ?? Date.now
    this.ca = wish.ca
  }

  get now(): number {
    return Math.floor(this.nowMs() / 1000)
  }

  call(method: string, path: string, wish: CallWish = {}): Promise<Answer> {
    return call(method, `${this.gateway.api}${path}`, { ...wish, ...(this.ca === undefined ? {} : { ca: this.ca }) })
  }

  async nonce(kid = this.key.kid, use = 'device'): Promise<string> {
    const body = JSON.stringify({ kid, use })
    const answer = await this.call('POST', '/v1/nonce', { headers: { 'content-type': 'application/json' }, body })
    return String(answer.json.nonce)
  }

  async enrollJws(authority: string, spoil: Claims = {}): Promise<string> {
    const { now } = this
    return aJws(
      this.key,
      { alg: 'ES256', typ: 'enroll+jwt', jwk: this.key.jwk },
      {
        aud: this.gateway.issuer,
        iat: now,
        exp: now + 120,
        jti: newId(),
        eat_nonce: await this.nonce(),
        intuse: 'registration',
        eth: hashOf(authority),
        swname: 'postern-agent',
        swversion: ['1.0.0', 16384],
        key_store: 'keytar',
        hints: { hostname: 'lovelace', platform: 'linux', arch: 'x64' },
        consent: { sha256: hashOf('consent'), at: now, by: 'user' },
        ...spoil,
      },
    )
  }

  async enroll(authority: string, spoil: Claims = {}): Promise<Answer> {
    const jws = await this.enrollJws(authority, spoil)
    const headers = { 'content-type': 'application/jose', authorization: `Bearer ${authority}` }
    const answer = await this.call('POST', '/v1/enrollments', { headers, body: jws })
    if (answer.status === 201) {
      this.id = answer.json.device_id
      this.sueid = answer.json.sueid
      this.config = answer.json.agent_config
      if (this.seq === 0) this.head = answer.json.chain.hash
    }
    return answer
  }

  async message(typ: string, claims: Claims): Promise<string> {
    const { now } = this
    const base = {
      iss: `urn:uuid:${this.id}`,
      aud: this.gateway.issuer,
      iat: now,
      exp: now + 120,
      jti: newId(),
      eat_nonce: await this.nonce(),
    }
    return aJws(this.key, { alg: 'ES256', typ, kid: this.key.kid }, { ...base, ...claims })
  }

  attestationJws(spoil: Claims = {}): Promise<string> {
    const { now } = this
    return this.message('eat+jwt', {
      eat_profile: 'tag:postern.dev,2026:posture-eat:1',
      seq: this.seq + 1,
      prev: this.head,
      intuse: 'generic',
      sueids: { 'postern.dev': this.sueid },
      swname: 'postern-agent',
      swversion: ['1.0.0', 16384],
      uptime: 1000,
      delegate: { jwk: this.delegate.jwk },
      submods: {
        os: { platform: 'linux', arch: 'x64', virtual: 'no' },
        posture: {
          signals: Object.entries(this.readings).map(([id, v]) => ({
            id,
            st: 'observed',
            v,
            at: now,
            ms: 1,
            src: 'test',
          })),
        },
        agent: {
          key_store: 'keytar',
          integrity: 'unknown',
          channel: 'development',
          config_seq: claimsOf(this.config).seq,
          config_hash: hashOfJws(this.config),
          managed: false,
        },
      },
      ...spoil,
    })
  }

  send(jws: string): Promise<Answer> {
    return this.call('POST', '/v1/attestations', { headers: { 'content-type': 'application/eat+jwt' }, body: jws })
  }

  accept(jws: string, answer: Answer): void {
    this.seq = claimsOf(jws).seq
    this.head = hashOfJws(jws)
    this.token = answer.json.access_token
    if (answer.json.agent_config !== undefined) this.config = answer.json.agent_config
    this.result = claimsOf(answer.json.result)
  }

  async attest(spoil: Claims = {}): Promise<Answer> {
    const jws = await this.attestationJws(spoil)
    const answer = await this.send(jws)
    if (answer.status === 200) this.accept(jws, answer)
    return answer
  }

  async dpop(spoil: Claims = {}, token = this.token): Promise<string> {
    return aJws(
      this.delegate,
      { alg: 'ES256', typ: 'dpop+jwt', jwk: this.delegate.jwk },
      {
        jti: newId(),
        htm: 'GET',
        htu: `${this.gateway.issuer}/v1/stream`,
        iat: this.now,
        ath: hashOf(token),
        nonce: await this.nonce(this.delegate.kid, 'dpop'),
        ...spoil,
      },
    )
  }

  /** Opens the live stream; a refusal comes back as the HTTP answer. */
  async open(wish: { readonly headers?: { readonly [name: string]: string }; readonly protocols?: string[] } = {}) {
    const headers = wish.headers ?? { authorization: `DPoP ${this.token}`, dpop: await this.dpop() }
    const url = `${this.gateway.api.replace(/^http/, 'ws')}/v1/stream`
    return await openStream(url, wish.protocols ?? ['postern.v1'], headers, this.ca)
  }

  async stream(): Promise<StreamClient> {
    const opened = await this.open()
    if (opened instanceof StreamClient) return opened
    throw new Error(`refused: ${opened.status} ${opened.text}`)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: frames are looked into by tests
type Frame = any

export function openStream(
  url: string,
  protocols: string[],
  headers: { readonly [name: string]: string },
  ca: string | undefined,
): Promise<StreamClient | Answer> {
  return new Promise((resolve, reject) => {
    const tls = ca === undefined ? {} : { ca, servername: 'localhost' }
    const socket = new WebSocket(url, protocols, { headers, perMessageDeflate: false, ...tls })
    const stream = new StreamClient(socket)
    socket.on('open', () => resolve(stream))
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text) })
      })
    })
    onTestFinished(() => socket.terminate())
  })
}

export class StreamClient {
  readonly socket: WebSocket
  readonly frames: Frame[] = []
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  #waiting: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: RawData) => {
      this.frames.push(JSON.parse(String(data)))
      this.#wake()
    })
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
        this.#wake()
      }),
    )
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  send(t: string, members: object = {}, id = newId()): string {
    this.socket.send(JSON.stringify({ v: 1, t, id, ts: Math.floor(Date.now() / 1000), ...members }))
    return id
  }

  /** The first frame, past or to come, that fits; fails when the stream closes before. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(fits)
      if (found !== undefined) return found
      if (this.socket.readyState === WebSocket.CLOSED)
        throw new Error(`closed before it came: ${JSON.stringify(this.frames.map(({ t, data }) => [t, data]))}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Sends, and waits for the answer that carries the same id. */
  async ask(t: string, members: object = {}): Promise<Frame> {
    const id = this.send(t, members)
    return await this.until((frame) => frame.id === id && (frame.t === 'ack' || frame.t === 'err'))
  }
}

/** An enrolled device. */
export async function aDevice(
  gateway: RunningGateway,
  wish: ConstructorParameters<typeof DeviceClient>[1] & { readonly email?: string } = {},
): Promise<DeviceClient> {
  const device = new DeviceClient(gateway, wish)
  const answer = await device.enroll(await gateway.token(wish.email === undefined ? {} : { email: wish.email }))
  if (answer.status !== 201) throw new Error(`not enrolled: ${answer.text}`)
  return device
}
