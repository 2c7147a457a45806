import type { Machine, Ran } from '#agent/machine/machine.ts'
import type { SecretService, SecretServiceState } from '#agent/machine/secret-service.ts'

const limits = { timeoutMs: 3000, maxOutputBytes: 256 * 1024 }
const service = 'org.freedesktop.secrets'
const bus = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus'] as const

type Asked = Pick<Machine, 'run'>
type Unknown = Extract<SecretServiceState, { readonly kind: 'unknown' }>

/** The session's Secret Service by `busctl`. Nothing asked here unlocks, creates or prompts (Secret Service API 0.2). */
export function secretServiceOnLinux(machine: Asked): SecretService {
  return {
    async hasOwner() {
      const answer = await askOwner(machine)
      return typeof answer === 'string' ? answer : 'unknown'
    },
    async isLocked() {
      const answer = await askLocked(machine)
      return typeof answer === 'string' ? answer : 'unknown'
    },
    async state() {
      const owner = await askOwner(machine)
      if (typeof owner !== 'string') return owner
      if (owner === 'no-bus') return { kind: 'no-bus' }
      if (owner === 'no') return { kind: 'no-service' }
      const locked = await askLocked(machine)
      if (typeof locked !== 'string') return locked
      return { kind: 'reachable', locked: locked === 'yes', hasCollection: locked !== 'no-collection' }
    },
  }
}

async function askOwner(machine: Asked): Promise<'yes' | 'activatable' | 'no' | 'no-bus' | Unknown> {
  const owned = await call(machine, [...bus, 'NameHasOwner', 's', service])
  if (owned.kind !== 'ran') return unknownAfter(owned)
  if (owned.code !== 0) return 'no-bus' // the bus answers this itself: who refuses it is not there
  if (owned.stdout.trim() === 'b true') return 'yes'
  if (owned.stdout.trim() !== 'b false') return { kind: 'unknown', why: 'unrecognised-output' }

  const startable = await call(machine, [...bus, 'ListActivatableNames'])
  if (startable.kind !== 'ran') return unknownAfter(startable)
  if (startable.code !== 0 || !/^as \d+( |$)/.test(startable.stdout.trim()))
    return { kind: 'unknown', why: 'unrecognised-output' }
  return startable.stdout.includes(`"${service}"`) ? 'activatable' : 'no'
}

async function askLocked(machine: Asked): Promise<'yes' | 'no' | 'no-collection' | Unknown> {
  const alias = await call(machine, [
    service,
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service',
    'ReadAlias',
    's',
    'default',
  ])
  if (alias.kind !== 'ran') return unknownAfter(alias)
  const path = alias.code === 0 ? /^o "(\/[A-Za-z0-9_/]*)"$/.exec(alias.stdout.trim())?.[1] : undefined
  if (path === undefined) return { kind: 'unknown', why: 'unrecognised-output' }
  if (path === '/') return 'no-collection'

  const locked = await machine.run(
    'busctl',
    ['--user', '--timeout=2', 'get-property', service, path, 'org.freedesktop.Secret.Collection', 'Locked'],
    limits,
  )
  if (locked.kind !== 'ran') return unknownAfter(locked)
  if (locked.code === 0 && locked.stdout.trim() === 'b true') return 'yes'
  if (locked.code === 0 && locked.stdout.trim() === 'b false') return 'no'
  return { kind: 'unknown', why: 'unrecognised-output' }
}

function call(machine: Asked, question: readonly string[]): Promise<Ran> {
  return machine.run('busctl', ['--user', '--timeout=2', 'call', ...question], limits)
}

function unknownAfter(ran: Exclude<Ran, { readonly kind: 'ran' }>): Unknown {
  return { kind: 'unknown', why: whyOf[ran.kind] }
}

const whyOf = {
  absent: 'not-supported-here',
  'timed-out': 'timed-out',
  'too-much-output': 'unrecognised-output',
  failed: 'denied',
} as const
