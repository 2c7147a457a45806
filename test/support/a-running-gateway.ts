import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Resource } from '#domain/access/resource.ts'
import { buildGatewayCore, issueEnrollmentToken } from '#gateway/gateway-core.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import { type Clock, systemClock } from '#runtime/clock.ts'
import { hash } from '#runtime/digest.ts'
import { type Log, silentLog } from '#runtime/log.ts'
import { aFolder } from './a-folder.ts'

/** A secret of the registered AuthZEN callers, and what they present. */
const secret = 'a-secret-of-thirty-two-characters'
export const callerAuth = { wiki: `wiki-app:${secret}`, any: `reports:${secret}`, nginx: `edge-1:${secret}` } as const

export type Person = GatewaySettings['people'][number]
export type RunningGateway = {
  readonly settings: GatewaySettings
  readonly issuer: string
  /** Base URLs of the two listeners. */
  readonly api: string
  readonly check: string
  readonly folder: string
  /** A second connection to the same database, as another process has it. */
  readonly store: Store
  /** The link of this start for the first admin, while there is none with a passkey. */
  readonly firstAdminUrl: string | undefined
  /** A one-use enrolment code. */
  token(wish?: {
    readonly email?: string
    readonly until?: number | null
    readonly serialHash?: string
  }): Promise<string>
  /** Writes a policy document; `undefined` removes it. */
  writePolicy(name: string, text: string | undefined): Promise<void>
  stop(): Promise<void>
}

export type GatewayWish = {
  readonly clock?: Clock
  readonly log?: Log
  /** Files of the policy folder; `null`: no folder at all. */
  readonly policies?: { readonly [name: string]: string } | null
  readonly people?: readonly Person[]
  readonly languages?: GatewaySettings['languages']
  readonly limits?: GatewaySettings['limits']
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** The settings of a gateway that ran before: same folder, same ports. */
  readonly again?: GatewaySettings
}

export const firewallCheck = `kind: Check
id: firewall
title: { en: Firewall }
signal: firewall
severity: medium
maxAge: 30m
pass: 'value.state == "on"'
expected: { en: 'on' }
examples: { pass: { state: 'on' }, fail: { state: 'off' } }
why: { en: Other machines must not reach this one }
remedy: { linux: { steps: { en: [Turn it on] } }, macos: { steps: { en: [Turn it on] } }, windows: { steps: { en: [Turn it on] } } }
exemptable: { allowed: true, covers: [violated, unknown], reasons: [debugging] }
`
const lockCheck = `---
kind: Check
id: screen-lock
title: { en: Screen lock }
signal: screen-lock
severity: low
maxAge: 24h
pass: 'value.locks'
expected: { en: 'on' }
examples: { pass: { locks: true }, fail: { locks: false } }
why: { en: An open desk is an open laptop }
remedy: { linux: { steps: { en: [Turn it on] } }, macos: { steps: { en: [Turn it on] } }, windows: { steps: { en: [Turn it on] } } }
exemptable: { allowed: true, covers: [violated, unknown], reasons: [debugging] }
`
/** Whoever is staff needs a firewall for the wiki; payments ask for a screen lock too, after a grace of an hour. */
export const access = (wiki = '{ check: firewall, enforce: block }') => `kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal] }
maxSilence: 45m
require: [${wiki}]
---
kind: Policy
id: payments
assign: { groups: [staff] }
resources: { ids: [payments] }
maxSilence: 45m
require:
  - { check: firewall, enforce: block }
  - { check: screen-lock, enforce: block, grace: 1h }
`
export const aBook = { 'checks.yaml': `${firewallCheck}${lockCheck}`, 'access.yaml': access() } as const

export const ada: Person = { email: 'ada@example.com', name: 'Ada', groups: ['staff'], admin: false, roles: [] }
export const bob: Person = { email: 'bob@example.com', name: 'Bob', groups: ['staff'], admin: false, roles: [] }
export const guest: Person = { email: 'guest@example.com', name: 'Guest', groups: ['guests'], admin: false, roles: [] }

const resources: readonly Resource[] = [
  { id: 'wiki', name: 'Wiki', tags: ['internal'], tier: 'low', origins: ['https://wiki.example.com'], owners: [] },
  { id: 'payments', name: 'Payments', tags: [], tier: 'high', origins: ['https://pay.example.com'], owners: [] },
]

/** A whole gateway on free loopback ports in a folder of its own; stopped when the test ends. */
export async function aRunningGateway(wish: GatewayWish = {}): Promise<RunningGateway> {
  const folder = wish.again === undefined ? await aFolder() : join(wish.again.policies, '..')
  const settings = wish.again ?? (await aSettings(folder, wish))
  const policies = wish.policies === undefined && wish.again === undefined ? aBook : (wish.policies ?? {})
  if (wish.policies !== null) await mkdir(settings.policies, { recursive: true })
  for (const [name, text] of Object.entries(policies)) await writeFile(join(settings.policies, name), text)
  const clock = wish.clock ?? systemClock()
  const core = await buildGatewayCore(settings, { clock, log: wish.log ?? silentLog, version: '0.1.0' })
  const { api, check, firstAdminUrl } = await core.start()
  const store = await openStore(settings.data.database)
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= core.stop().finally(() => store.close())
    return stopping
  }
  onTestFinished(stop)
  const scheme = settings.tls === undefined ? 'http' : 'https'
  return {
    settings,
    issuer: settings.issuer,
    api: `${scheme}://127.0.0.1:${api.port}`,
    check: `${scheme}://127.0.0.1:${check.port}`,
    folder,
    store,
    firstAdminUrl,
    async token({ email = ada.email, until = null, serialHash } = {}) {
      const asked = { email, ownership: 'company' as const, until, ...(serialHash === undefined ? {} : { serialHash }) }
      return (await issueEnrollmentToken(settings, asked, { clock })).code
    },
    writePolicy: (name, text) =>
      text === undefined
        ? rm(join(settings.policies, name), { force: true })
        : writeFile(join(settings.policies, name), text),
    stop,
  }
}

async function aSettings(folder: string, wish: GatewayWish): Promise<GatewaySettings> {
  const [api, check] = await Promise.all([freePort(), freePort()])
  const data = join(folder, 'data')
  const caller = { adapter: 'authzen', from: ['127.0.0.0/8'], secretHash: hash(secret) } as const
  const scheme = wish.tls === undefined ? 'http' : 'https'
  return {
    file: join(folder, 'gateway.yaml'),
    issuer: `${scheme}://localhost:${api}`,
    development: wish.tls === undefined,
    organisation: {
      name: 'Example',
      contact: 'it@example.com',
      privacyUrl: 'https://example.com/privacy',
      retentionDays: 400,
    },
    listen: { api: { host: '127.0.0.1', port: api }, check: { host: '127.0.0.1', port: check } },
    checkUrl: `${scheme}://127.0.0.1:${check}`,
    ...(wish.tls === undefined ? {} : { tls: wish.tls }),
    frontProxies: [{ from: ['127.9.9.9/32'], clientAddressHeader: 'x-forwarded-for' }],
    data: { folder: data, database: join(data, 'postern.sqlite'), keys: join(data, 'keys') },
    policies: join(folder, 'policies'),
    languages: wish.languages ?? ['en'],
    resources,
    callers: [
      { ...caller, id: 'wiki-app', origins: ['https://wiki.example.com'] },
      { ...caller, id: 'reports' },
      { ...caller, id: 'edge-1', adapter: 'nginx', origins: ['https://wiki.example.com'] },
      { ...caller, id: 'far-away', from: ['192.0.2.0/24'] },
    ],
    people: wish.people ?? [ada, bob, guest],
    limits: wish.limits ?? { noncesPerMinute: 600, enrollmentsPerHour: 60 },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}
