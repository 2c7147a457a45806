import * as z from 'zod'
import { creationOptions, requestOptions } from '#contract/webauthn.ts'
import { type SoftwarePasskey, softwarePasskey } from '#tools/software-passkey.ts'

/** A person as the gateway sees one: a browser with a cookie, and a passkey. In the demo a program stands in for them. */
export type StandIn = {
  readonly name: string
  /** Comes in by a one-time link: registers a passkey and is signed in. */
  accept(url: string): Promise<void>
  get<Shape extends z.ZodType>(path: string, shape: Shape): Promise<z.infer<Shape>>
  post<Shape extends z.ZodType>(path: string, body: object, shape: Shape): Promise<z.infer<Shape>>
  /** What a download holds. */
  bytes(path: string): Promise<Buffer>
  /** A signed act of the console: the passkey signs exactly this body. */
  actSigned<Shape extends z.ZodType>(
    pattern: string,
    path: { readonly [name: string]: string },
    shape: Shape,
  ): Promise<z.infer<Shape>>
  /** Confirms a request as its requester. */
  prove(stepUpUrl: string): Promise<void>
  /** Signs an approval of exactly the terms that the gateway has. */
  approve(requestId: string, stage: string): Promise<void>
  /** The same, signed now and cast when the answer is called. */
  prepare(requestId: string, stage: string): Promise<() => Promise<void>>
}

const problem = z.object({ title: z.string(), detail: z.string() })
const challenge = z.object({ statement: z.looseObject({ nonce: z.string() }), options: requestOptions })
const nothing = z.unknown()

export function standIn(issuer: string, name: string): StandIn {
  const passkey: SoftwarePasskey = softwarePasskey(issuer)
  let cookie = ''

  async function send(path: string, body?: object): Promise<Response> {
    const response = await fetch(`${issuer}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json', origin: issuer }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return response
    const said = problem.safeParse(await response.json().catch(() => undefined))
    throw new Error(`${name} was answered ${response.status}${said.success ? `: ${said.data.title}` : ''} (${path})`)
  }
  async function post<Shape extends z.ZodType>(path: string, body: object, shape: Shape): Promise<z.infer<Shape>> {
    return shape.parse(await (await send(path, body)).json())
  }
  const sign = ({ statement, options }: z.infer<typeof challenge>) => ({
    nonce: statement.nonce,
    assertion: passkey.sign(options),
  })

  async function prepare(requestId: string, stage: string): Promise<() => Promise<void>> {
    const at = `/v1/admin/exceptions/${requestId}`
    const ballot = sign(await post(`${at}/challenges`, { decision: 'approve', stage }, challenge))
    return async () => {
      await post(`${at}/votes`, { ...ballot, opened: [], dwell_ms: 0 }, nothing)
    }
  }

  return {
    name,
    async accept(url) {
      const token = url.split('/').at(-1) ?? ''
      const { options } = await post('/v1/invitations/challenge', { token }, z.object({ options: creationOptions }))
      const registration = passkey.register(options)
      const entered = await send('/v1/invitations/registration', { token, registration, label: 'software' })
      const session = entered.headers.getSetCookie().find((each) => each.startsWith('__Host-postern='))
      if (session === undefined) throw new Error(`${name} was let in without a session`)
      cookie = session.split(';')[0] ?? ''
    },
    get: async (path, shape) => shape.parse(await (await send(path)).json()),
    post,
    bytes: async (path) => Buffer.from(await (await send(path)).arrayBuffer()),
    async actSigned(pattern, path, shape) {
      const asked = await post('/v1/challenges', { act: `POST ${pattern}`, question: { path, body: {} } }, challenge)
      const filled = pattern.replaceAll(/\{([a-z_]+)\}/g, (_whole, member: string) => path[member] ?? '')
      return await post(filled, { signed: sign(asked) }, shape)
    },
    async prove(stepUpUrl) {
      const at = `/v1/step-ups/${stepUpUrl.split('/').at(-1) ?? ''}`
      await post(`${at}/assertion`, sign(await post(`${at}/challenge`, {}, challenge)), nothing)
    },
    async approve(requestId, stage) {
      const cast = await prepare(requestId, stage)
      await cast()
    },
    prepare,
  }
}
