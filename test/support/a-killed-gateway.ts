import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { issueEnrollmentToken } from '#gateway/gateway-core.ts'
import { makeInvitation } from '#gateway/people/invitations.ts'
import type { GatewaySettings } from '#gateway/settings/gateway-settings.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import type { Clock } from '#runtime/clock.ts'
import { type SoftwarePasskey, softwarePasskey } from '#tools/software-passkey.ts'
import { call, DeviceClient } from './a-device.ts'
import { access, firewallCheck, type Person } from './a-running-gateway.ts'
import { fastClock } from './fast-clock.ts'
import { freePort } from './free-port.ts'

/** A person with a passkey and a session. */
export type Seat = {
  readonly id: string
  readonly email: string
  readonly passkey: SoftwarePasskey
  readonly cookie: string
}

/** A gateway in a process of its own that can be killed and started again on the same folder. */
export type KilledGateway = {
  readonly settings: GatewaySettings
  readonly api: string
  readonly clock: Clock
  /** A second connection to its database. */
  readonly store: Store
  /** What its processes wrote to stderr: errors and crashes. */
  readonly complaints: string[]
  start(): Promise<void>
  /** SIGKILL; answers when the process is gone. */
  kill(): Promise<void>
  seat(email: string): Promise<Seat>
  device(email: string): Promise<DeviceClient>
  close(): Promise<void>
}

export const requesters = ['ada', 'ben', 'cleo', 'dora', 'emil', 'fay'].map((name) => `${name}@example.com`)
export const approvers = {
  security: ['grace', 'hal', 'ida'].map((name) => `${name}@example.com`),
  platform: ['edsger', 'jo', 'kay'].map((name) => `${name}@example.com`),
} as const
/** Security admin and auditor. */
export const carol = 'carol@example.com'
export const resourceIds = ['wiki', 'mail', 'chat', 'code', 'build', 'files'] as const

/** Two people approve, whatever the hour and how often somebody asks; nothing of it is ever used up. */
const exceptionDocuments = `kind: ExceptionPolicy
id: exceptions
match: 'true'
quota: { perSubject: 1000, window: 1d, openAtOnce: 100 }
risk: { again: 0, other-failing: 0, new-device: 0, off-hours: 0, resources: 0, long: 0, approver: 0 }
---
kind: ApprovalPolicy
id: approvals
match: 'true'
voters: { device: any, reciprocity: allow, visibility: pools }
rules:
  - when: 'true'
    stages:
      - { id: security, from: 'group:security', need: 1 }
      - { id: platform, from: 'group:platform', need: 1 }
`

/** `speed`: how many seconds of the gateway pass in one of the machine. */
export async function aKilledGateway(folder: string, speed: number): Promise<KilledGateway> {
  const settings = await settingsIn(folder)
  const settingsFile = join(folder, 'settings.json')
  await mkdir(settings.policies, { recursive: true })
  await writeFile(settingsFile, JSON.stringify(settings))
  await writeFile(join(settings.policies, 'checks.yaml'), firewallCheck)
  await writeFile(join(settings.policies, 'access.yaml'), access().split('---')[0] ?? '')
  await writeFile(join(settings.policies, 'exceptions.yaml'), exceptionDocuments)
  const began = Date.now()
  const clock = fastClock(began, speed)
  const api = `http://127.0.0.1:${settings.listen.api.port}`
  const complaints: string[] = []
  let child: ChildProcess | undefined

  const start = () =>
    new Promise<void>((resolve, reject) => {
      const program = join(import.meta.dirname, 'gateway-until-killed.ts')
      const started = spawn(process.execPath, [program, settingsFile, String(began), String(speed)])
      child = started
      started.stdout.once('data', () => resolve())
      started.stderr.on('data', (part: Buffer) => complaints.push(part.toString()))
      started.once('exit', () => reject(new Error(`the gateway ended by itself: ${complaints.join('')}`)))
    })
  const kill = () =>
    new Promise<void>((resolve) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  onTestFinished(kill) // also where the test ran out of time
  await start()
  const store = await openStore(settings.data.database)
  const post = (path: string, body: object) =>
    call('POST', `${api}${path}`, {
      headers: { 'content-type': 'application/json', origin: settings.issuer },
      body: JSON.stringify(body),
    })
  return {
    settings,
    api,
    clock,
    store,
    complaints,
    start,
    kill,
    async seat(email) {
      const { token, id } = await store.transact(async (rows) => {
        const person = await rows.people.findByEmail(email)
        if (person === undefined) throw new Error(`nobody has ${email}`)
        const made = await makeInvitation(rows, 'person', person.id, { person: null, nowMs: clock.nowMs() })
        return { token: made.token, id: person.id }
      })
      const passkey = softwarePasskey(settings.issuer)
      const asked = await post('/v1/invitations/challenge', { token })
      const registration = passkey.register(asked.json.options)
      const entered = await post('/v1/invitations/registration', { token, registration, label: 'a passkey' })
      if (entered.status !== 201) throw new Error(`not let in: ${entered.text}`)
      const cookies = [entered.headers['set-cookie'] ?? []].flat()
      const cookie = cookies.find((each) => each.startsWith('__Host-postern='))?.split(';')[0] ?? ''
      return { id, email, passkey, cookie }
    },
    async device(email) {
      const { code } = await issueEnrollmentToken(settings, { email, ownership: 'company', until: null }, { clock })
      const device = new DeviceClient({ api, issuer: settings.issuer }, { nowMs: clock.nowMs })
      const answer = await device.enroll(code)
      if (answer.status !== 201) throw new Error(`not enrolled: ${answer.text}`)
      device.readings = { firewall: { state: 'off' } }
      return device
    },
    async close() {
      await kill()
      await store.close()
    },
  }
}

async function settingsIn(folder: string): Promise<GatewaySettings> {
  const [api, check] = [await freePort(), await freePort()]
  const data = join(folder, 'data')
  const person = (email: string, groups: readonly string[]): Person => ({
    email,
    name: email.split('@')[0] ?? '',
    groups: [...groups],
    admin: email === carol,
    roles: email === carol ? ['security', 'auditor'] : [],
  })
  return {
    file: join(folder, 'gateway.yaml'),
    issuer: `http://localhost:${api}`,
    development: true,
    organisation: {
      name: 'Example',
      contact: 'it@example.com',
      privacyUrl: 'https://example.com/privacy',
      retentionDays: 400,
    },
    listen: { api: { host: '127.0.0.1', port: api }, check: { host: '127.0.0.1', port: check } },
    checkUrl: `http://127.0.0.1:${check}`,
    frontProxies: [],
    data: { folder: data, database: join(data, 'postern.sqlite'), keys: join(data, 'keys') },
    policies: join(folder, 'policies'),
    languages: ['en'],
    resources: resourceIds.map((id) => ({ id, name: id, tags: ['internal'], tier: 'low', origins: [], owners: [] })),
    callers: [],
    people: [
      ...requesters.map((email) => person(email, ['staff'])),
      ...approvers.security.map((email) => person(email, ['security'])),
      ...approvers.platform.map((email) => person(email, ['platform'])),
      person(carol, []),
    ],
    limits: { noncesPerMinute: 1_000_000, enrollmentsPerHour: 1000 },
  }
}
