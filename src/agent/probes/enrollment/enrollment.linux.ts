import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import { type Manager, managers, type SignalValues } from '#domain/signals.ts'
import { agentMarks, lookForAgents, managerMarks } from '../linux/installed-agents.linux.ts'
import { systemdUnits, timer } from '../linux/paces.ts'
import type { Probe } from '../probe.ts'
import { type IntuneRegistration, parseIntuneRegistration } from './intune-registration.linux.ts'
import { parseRealms, type RealmMembership } from './realm-list.linux.ts'

type Enrollment = SignalValues['enrollment']

/** What a machine joined by hand leaves behind, which `realm` does not know of. */
const joinedByHand = ['/etc/krb5.keytab', '/etc/sssd/sssd.conf', '/etc/himmelblau/himmelblau.conf'] as const

/** Who manages this machine, and which directory it belongs to. A directory alone manages nothing. */
export const enrollmentOnLinux: Probe<'enrollment'> = {
  signal: 'enrollment',
  os: 'linux',
  cost: 'medium',
  watches: [
    { on: 'file', path: '/etc/sssd' },
    { on: 'd-bus', bus: 'system', name: 'org.freedesktop.realmd' },
    systemdUnits,
    timer('medium'),
  ],
  async take(machine) {
    const view = await lookForAgents(machine)
    const [registration, intune, membership, others] = await Promise.all([
      readRegistration(machine),
      view.stateOf(agentMarks.intune),
      readMembership(machine),
      Promise.all(managerIds.map(async (id) => ({ id, state: await view.stateOf(managerMarks[id]) }))),
    ])
    const running = others.find(({ state }) => state === 'running')?.id
    // Installed and not running may be run by hand or by cron; Intune without a registration may be somebody else's.
    const isOpen =
      !view.isAnswered ||
      intune !== 'absent' ||
      registration === 'unread' ||
      others.some(({ state }) => state !== 'absent')
    return judgeEnrollment({ registration, running, isOpen, membership })
  },
}

/** What was found: `unread` is a registration that is there and does not answer. */
export type EnrollmentFacts = {
  readonly registration: IntuneRegistration | 'none' | 'unread'
  readonly running: Manager | undefined
  /** Whether somebody could manage it without having been seen. */
  readonly isOpen: boolean
  /** Undefined: nobody to ask. */
  readonly membership: RealmMembership | 'unrecognised' | undefined
}

/** `yes` needs one proof, `no` that every source was read and none was found. */
export function judgeEnrollment(facts: EnrollmentFacts): Reading<Enrollment> {
  const { registration, running, isOpen } = facts
  const own = typeof registration === 'object' ? registration : undefined
  const by = own?.isEnrolled === true ? 'intune' : running
  if (by === undefined && isOpen) return unknown('incomplete', 'agents')
  if (by === undefined && facts.membership === 'unrecognised') return unknown('unrecognised-output', 'realm')
  const membership = facts.membership === 'unrecognised' ? undefined : facts.membership
  const directory = directoryOf(own, membership)
  return observed(
    {
      managed: by === undefined ? 'no' : 'yes',
      ...(by === undefined ? {} : { by }),
      ...(directory === undefined ? {} : { directory }),
      ...(own?.isRegistered === true && own.tenant !== undefined ? { tenant: own.tenant } : {}),
      ...(membership?.joined === true && membership.domain !== undefined ? { domain: membership.domain } : {}),
    },
    by === 'intune' ? 'intune' : 'agents',
  )
}

function directoryOf(
  registration: IntuneRegistration | undefined,
  membership: RealmMembership | undefined,
): Enrollment['directory'] {
  if (membership?.joined === true) return 'domain'
  if (registration?.isRegistered === true) return 'registered'
  return membership === undefined ? undefined : 'none'
}

/** Managers that an agent of their own speaks for on Linux, in the order in which one is named. */
type ManagerId = keyof typeof managerMarks
const managerIds: readonly ManagerId[] = managers.filter((id): id is ManagerId => Object.hasOwn(managerMarks, id))

async function readRegistration(machine: Machine): Promise<IntuneRegistration | 'none' | 'unread'> {
  const { home, user } = machine.host()
  const config = machine.environment('XDG_CONFIG_HOME') ?? `${home}/.config`
  for (const folder of [`${config}/intune`, `${home}/.local/state/intune`]) {
    const file = await machine.readOwned(`${folder}/registration.toml`, user.uid)
    if (file.kind === 'found') return parseIntuneRegistration(file.content) ?? 'unread'
    if (file.kind !== 'absent') return 'unread'
  }
  return 'none'
}

/** Absent, or without the bus that it asks, `realm` is nobody to ask; an answer that it garbled is no `none`. */
async function readMembership(machine: Machine): Promise<EnrollmentFacts['membership']> {
  const ran = await machine.run('realm', ['list'])
  if (ran.kind !== 'ran' || ran.code !== 0) return undefined
  const told = parseRealms(ran.code, ran.stdout) ?? 'unrecognised'
  if (told === 'unrecognised' || told.joined) return told
  const left = await Promise.all(joinedByHand.map((path) => machine.stat(path)))
  return left.every((status) => status.kind === 'absent') ? told : undefined
}
